// SPDX-License-Identifier: MIT
// Products of integers, and what scales their sums: https://onnx.ai/onnx/operators/onnx__QLinearMatMul.html and its kin
// of com.microsoft.
#include "read/operators.h"

namespace tidegate {
namespace {

/// One number, whatever its shape: a scale for each row is not supported.
ValueId single(const NodeReader& node, const std::string& suffix, ValueId of) {
    return node.made(suffix, Reshape{}, {of, node.list(suffix + "_shape", {})});
}

/// a's scale, one for all, times b's, one or one for each column.
ValueId product_scale(const NodeReader& node, ValueId a_scale, ValueId b_scale) {
    return node.made("scale", Binary{BinaryKind::multiply}, {single(node, "a_scale", a_scale), b_scale});
}

/// sums scale / y_scale rounded to the integers of y.
void finish_requantized(const NodeReader& node, ValueId sums, std::int64_t axis, ValueId scale, ValueId y_scale,
                        ValueId y_zero) {
    const ValueId ratio = node.made("ratio", Binary{BinaryKind::divide}, {scale, single(node, "y_scale", y_scale)});
    const ValueId y = node.made("real", DequantizeLinear{{axis, 0}}, {sums, ratio});
    std::vector<ValueId> operands = {y, node.number("one", 1)};
    if (y_zero != kNone) { operands.push_back(y_zero); }
    node.add(QuantizeLinear{}, operands, node.outputs);
}

/// sums scale + bias
void finish_real(const NodeReader& node, ValueId sums, ValueId scale, ValueId bias) {
    const DequantizeLinear real{{-1, 0}};
    if (bias == kNone) { return node.add(real, {sums, scale}, node.outputs); }
    node.add(Binary{BinaryKind::add}, {node.made("real", real, {sums, scale}), bias}, node.outputs);
}

}  // namespace

void translate_conv_integer(const NodeReader& node) { node.add(ConvInteger{conv_of(node.attributes)}); }

/// a, a_scale, a_zero, b, b_scale, b_zero, y_scale, y_zero
void translate_qlinear_matmul(const NodeReader& node) {
    const ValueId sums =
        node.made("sums", MatMulInteger{}, {node.input(0), node.input(3), node.input(2), node.input(5)});
    finish_requantized(node, sums, -1, product_scale(node, node.input(1), node.input(4)), node.input(6), node.input(7));
}

/// x, x_scale, x_zero, w, w_scale, w_zero, y_scale, y_zero, bias?
void translate_qlinear_conv(const NodeReader& node) {
    const ValueId sums = node.made("sums", ConvInteger{conv_of(node.attributes)},
                                   {node.input(0), node.input(3), node.input(2), node.input(5), node.input(8)});
    finish_requantized(node, sums, 1, product_scale(node, node.input(1), node.input(4)), node.input(6), node.input(7));
}

/// a, b, a_scale, b_scale, a_zero?, b_zero?, bias?
void translate_matmul_integer_to_float(const NodeReader& node) {
    const ValueId sums =
        node.made("sums", MatMulInteger{}, {node.input(0), node.input(1), node.input(4), node.input(5)});
    finish_real(node, sums, product_scale(node, node.input(2), node.input(3)), node.input(6));
}

/// a (real), b, b_scale, b_zero?, bias?
void translate_dynamic_quantize_matmul(const NodeReader& node) {
    const ValueId a = node.between("a"), scale = node.between("a_scale_found"), zero = node.between("a_zero");
    node.add(DynamicQuantizeLinear{}, {node.input(0)}, {a, scale, zero});
    const ValueId sums = node.made("sums", MatMulInteger{}, {a, node.input(1), zero, node.input(3)});
    finish_real(node, sums, product_scale(node, scale, node.input(2)), node.input(4));
}

/// a, a_scale, a_zero, b, b_scale, b_zero, c? (i32), y_scale?, y_zero?: alpha a_scale b_scale (a' b' + c)
void translate_qgemm(const NodeReader& node) {
    const auto operand = [&](const std::string& suffix, std::size_t i, const char* transposed) {
        const bool turn = node.attributes.integer(transposed, 0) != 0;
        return turn ? node.made(suffix, Transpose{{1, 0}}, {node.input(i)}) : node.input(i);
    };
    const double alpha = node.attributes.finite("alpha", 1);
    ValueId sums = node.made("sums", MatMulInteger{},
                             {operand("a", 0, "transA"), operand("b", 3, "transB"), node.input(2), node.input(5)});
    if (node.input(6) != kNone) { sums = node.made("sum", Binary{BinaryKind::add}, {sums, node.input(6)}); }
    ValueId scale = product_scale(node, node.input(1), node.input(4));
    if (alpha != 1) { scale = node.made("alpha_scale", Unary{{UnaryKind::affine, alpha, 0}}, {scale}); }
    if (node.input(7) == kNone) { return finish_real(node, sums, scale, kNone); }
    finish_requantized(node, sums, -1, scale, node.input(7), node.input(8));
}

}  // namespace tidegate
