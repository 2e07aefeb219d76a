// SPDX-License-Identifier: MIT
// Types and shapes of operators along axes.
#include "graph/error.h"
#include "reference/shapes_reduce.h"
#include "simplify/infer_node.h"

namespace tidegate {
namespace {

using E = ElementType;

/// Input i: one integer, a list of one included.
Extent scalar(const InferNode& node, std::size_t i) {
    const Extents list = node.list(i);
    if (list.size() != 1) { throw ShapeFault("its input " + std::to_string(i) + " must be one number"); }
    return list[0];
}

}  // namespace

std::vector<Inferred> infer_reduce(const InferNode& node, const Reduce& op) {
    const bool orders = op.kind == ReduceKind::minimum || op.kind == ReduceKind::maximum;
    const E type = orders ? node.need(0, {E::f32, E::i32, E::i64, E::u8, E::i8, E::boolean})
                          : node.need(0, {E::f32, E::i32, E::i64});
    const Extents& dims = node.dims(0);
    const auto axes = node.maybe_numbers(1);
    return {{type, reduced_dims(dims, reduced_axes(op, axes ? &*axes : nullptr, dims.size()), op.keep)}};
}

std::vector<Inferred> infer_extreme(const InferNode& node, Extreme& op) {
    node.need(0, {E::f32, E::i32, E::i64, E::u8, E::i8});
    const Extents& dims = node.dims(0);
    const std::size_t axis = normalise_axis(op.axis, dims.size());
    op.axis = static_cast<std::int64_t>(axis);
    std::vector<bool> reduced(dims.size());
    reduced[axis] = true;
    return {{E::i64, reduced_dims(dims, reduced, op.keep)}};
}

std::vector<Inferred> infer_cum_sum(const InferNode& node) {
    const E type = node.need(0, {E::f32, E::i32, E::i64});
    const Dims axis = node.numbers(1);
    if (axis.size() != 1) { throw ShapeFault("the axis must be one number"); }
    normalise_axis(axis[0], node.dims(0).size());
    return {{type, node.dims(0)}};
}

/// At smaller lengths than the largest, k of more elements than there are is refused when the length is set.
std::vector<Inferred> infer_top_k(const InferNode& node, TopK& op) {
    const E type = node.need(0, {E::f32, E::i32, E::i64, E::u8, E::i8});
    Extents dims = node.dims(0);
    const std::size_t axis = normalise_axis(op.axis, dims.size());
    op.axis = static_cast<std::int64_t>(axis);
    const Extent k = scalar(node, 1);
    if (k.lowest() < 1 || k.planned() > dims[axis].planned()) {
        throw ShapeFault("k is " + to_text(k) + ", of " + to_text(dims[axis]) + " elements along axis " +
                         std::to_string(axis));
    }
    dims[axis] = k;
    return {{type, dims}, {E::i64, dims}};
}

std::vector<Inferred> infer_normalization(const InferNode& node, Normalization& op) {
    const Extents& dims = node.dims(0);
    for (std::size_t i = 0; i < node.inputs(); ++i) {
        if (node.has(i)) { node.need(i, {E::f32}); }
    }
    const auto view = normalized_view(op, dims);
    op.axis = static_cast<std::int64_t>(view.axis);
    for (const std::size_t i : {1, 2}) {
        if (!node.has(i)) { continue; }
        const Extents by = channel_dims(op, node.dims(i), dims);
        if (!broadcasts_to(by, op.by_group ? view.dims : dims)) {
            throw ShapeFault("scale or bias " + to_text(by) + " does not broadcast to " + to_text(dims));
        }
    }
    Extents rows = view.dims;
    for (std::size_t i = view.axis; i < rows.size(); ++i) { rows[i] = 1; }
    return {{E::f32, dims}, {E::f32, rows}, {E::f32, rows}};
}

}  // namespace tidegate
