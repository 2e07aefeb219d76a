// SPDX-License-Identifier: MIT
// Types and shapes of convolutions, pools and BatchNormalization.
#include "graph/error.h"
#include "reference/shapes_windows.h"
#include "simplify/infer_node.h"

namespace tidegate {
namespace {

using E = ElementType;

void need_reals(const InferNode& node, std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
        if (node.has(i)) { node.need(i, {E::f32}); }
    }
}

void check_channel_vector(const InferNode& node, std::size_t i, const Extent& channels) {
    if (node.has(i) && !(node.dims(i) == Extents{channels})) {
        throw ShapeFault("its input " + std::to_string(i) + " has the shape " + to_text(node.dims(i)) + ", not " +
                         to_text(Extents{channels}));
    }
}

}  // namespace

std::vector<Inferred> infer_conv(const InferNode& node, const Conv& op) {
    need_reals(node, 0, 3);
    const Extents &x = node.dims(0), &w = node.dims(1);
    const auto windows = conv_windows(op, x, w);
    check_channel_vector(node, 2, w[0]);
    return {{E::f32, windowed_dims(x, w[0], windows)}};
}

std::vector<Inferred> infer_conv_transpose(const InferNode& node, const ConvTranspose& op) {
    need_reals(node, 0, 3);
    const Extents &x = node.dims(0), &w = node.dims(1);
    const auto windows = conv_transpose_windows(op, x, w);
    const Extent channels = w[1] * Extent(op.group);
    check_channel_vector(node, 2, channels);
    return {{E::f32, windowed_dims(x, channels, windows)}};
}

std::vector<Inferred> infer_pool(const InferNode& node, const Pool& op) {
    const E type = op.kind == PoolKind::maximum ? node.need(0, {E::f32, E::u8, E::i8}) : node.need(0, {E::f32});
    const Extents& x = node.dims(0);
    const Extents y = windowed_dims(x, x.size() < 2 ? Extent(0) : x[1], pool_windows(op, x));
    if (op.kind == PoolKind::average) { return {{type, y}}; }
    return {{type, y}, {E::i64, y}};
}

std::vector<Inferred> infer_batch_normalization(const InferNode& node) {
    need_reals(node, 0, 5);
    const Extents& x = node.dims(0);
    if (x.size() < 2) { throw ShapeFault("its input " + to_text(x) + " has no axis of channels"); }
    for (std::size_t i = 1; i < 5; ++i) { check_channel_vector(node, i, x[1]); }
    return {{E::f32, x}};
}

}  // namespace tidegate
