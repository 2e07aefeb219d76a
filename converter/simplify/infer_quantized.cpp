// SPDX-License-Identifier: MIT
// Types and shapes of quantized models, and of random numbers.
#include "graph/error.h"
#include "reference/shapes.h"
#include "reference/shapes_quantized.h"
#include "reference/shapes_windows.h"
#include "simplify/infer_node.h"

namespace tidegate {
namespace {

using E = ElementType;

void check_scale(const InferNode& node, const QuantizedSlices& slices) {
    node.need(1, {E::f32});
    slice_view(slices, node.dims(0), node.dims(1));
    if (!node.has(2)) { return; }
    const Extents &scale = node.dims(1), &zero = node.dims(2);
    const bool both_single = element_count(scale) == 1 && element_count(zero) == 1;
    if (!both_single && !(scale == zero)) {
        throw ShapeFault("the zero point " + to_text(zero) + " has another shape than the scale " + to_text(scale));
    }
}

/// x and w of a product, and zero points of the same types.
void check_factors(const InferNode& node) {
    for (const std::size_t i : {0, 1}) {
        const E type = node.need(i, {E::u8, E::i8});
        if (node.has(i + 2)) { node.need(i + 2, {type}); }
    }
}

void check_broadcasts(const Extents& zero, const Extents& to, const char* what) {
    if (broadcasts_to(zero, to)) { return; }
    throw ShapeFault("the zero point " + to_text(zero) + " does not fit " + what + " " + to_text(to));
}

}  // namespace

std::vector<Inferred> infer_quantize_linear(const InferNode& node, QuantizeLinear& op) {
    node.need(0, {E::f32, E::i32});
    if (node.has(2)) { op.type = node.need(2, {E::u8, E::i8}); }
    check_scale(node, op.slices);
    return {{op.type, node.dims(0)}};
}

std::vector<Inferred> infer_dequantize_linear(const InferNode& node, DequantizeLinear& op) {
    const E type = node.need(0, {E::u8, E::i8, E::i32});
    if (node.has(2)) { node.need(2, {type}); }
    check_scale(node, op.slices);
    return {{E::f32, node.dims(0)}};
}

std::vector<Inferred> infer_dynamic_quantize_linear(const InferNode& node) {
    node.need(0, {E::f32});
    return {{E::u8, node.dims(0)}, {E::f32, {}}, {E::u8, {}}};
}

std::vector<Inferred> infer_matmul_integer(const InferNode& node) {
    check_factors(node);
    const Extents &a = node.dims(0), &b = node.dims(1);
    if (node.has(2)) { check_broadcasts(matmul_zero_view(node.dims(2), true), a, "A"); }
    if (node.has(3)) { check_broadcasts(matmul_zero_view(node.dims(3), false), b, "B"); }
    return {{E::i32, matmul_dims(a, b)}};
}

std::vector<Inferred> infer_conv_integer(const InferNode& node, const ConvInteger& op) {
    check_factors(node);
    const Extents &x = node.dims(0), &w = node.dims(1);
    const auto windows = conv_windows(op.conv, x, w);
    if (node.has(2) && !(element_count(node.dims(2)) == 1)) {
        throw ShapeFault("the input's zero point " + to_text(node.dims(2)) + " is not one number");
    }
    if (node.has(3)) { conv_zero_view(node.dims(3), w); }
    if (node.has(4)) {
        node.need(4, {E::i32});
        if (!(node.dims(4) == Extents{w[0]})) {
            throw ShapeFault("the bias has the shape " + to_text(node.dims(4)) + ", not " + to_text(Extents{w[0]}));
        }
    }
    return {{E::i32, windowed_dims(x, w[0], windows)}};
}

std::vector<Inferred> infer_fused_matmul(const InferNode& node, const FusedMatMul& op) {
    node.need(0, {E::f32});
    node.need(1, {E::f32});
    const auto ordered = [&](std::size_t i, bool batch, bool transpose) {
        const Extents& dims = node.dims(i);
        return batch || transpose ? transpose_dims(dims, fused_order(dims.size(), batch, transpose)) : dims;
    };
    return {{E::f32, matmul_dims(ordered(0, op.batch_a, op.transpose_a), ordered(1, op.batch_b, op.transpose_b))}};
}

std::vector<Inferred> infer_random(const InferNode& node, const RandomNumbers& op) {
    const E type = op.type ? *op.type : node.type(0);
    if (op.dims) { return {{type, Extents(op.dims->begin(), op.dims->end())}}; }
    if (op.samples == 0) { return {{type, node.dims(0)}}; }
    if (node.dims(0).size() != 2) { throw ShapeFault("its input " + to_text(node.dims(0)) + " is no matrix"); }
    return {{type, {node.dims(0)[0], op.samples}}};
}

}  // namespace tidegate
