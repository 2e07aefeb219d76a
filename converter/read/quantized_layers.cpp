// SPDX-License-Identifier: MIT
// Layers of com.microsoft between integers: the reals that the operands stand for, the float operator, and the integers
// of the result. https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
#include "read/operators.h"

namespace tidegate {
namespace {

/// Inputs first, first + 1 and first + 2: integers, scale, zero point.
ValueId real(const NodeReader& node, std::size_t first) {
    return node.made("x" + std::to_string(first), DequantizeLinear{},
                     {node.input(first), node.input(first + 1), node.input(first + 2)});
}

/// Inputs first and first + 1: scale and zero point of the result.
void finish(const NodeReader& node, ValueId y, std::size_t first) {
    std::vector<ValueId> operands = {y, node.input(first)};
    if (node.input(first + 1) != kNone) { operands.push_back(node.input(first + 1)); }
    node.add(QuantizeLinear{}, operands, node.outputs);
}

void refuse_channels_last(const NodeReader& node) {
    if (node.attributes.flag("channels_last")) {
        throw NodeFault("channels_last is 1; quantize and optimize with channels before the spatial axes");
    }
}

}  // namespace

void translate_qlinear_binary(const NodeReader& node, BinaryKind kind) {
    finish(node, node.made("y", Binary{kind}, {real(node, 0), real(node, 3)}), 6);
}

void translate_qlinear_unary(const NodeReader& node, UnaryKind kind) {
    const double alpha = node.attributes.real("alpha", 0.01f);
    finish(node, node.made("y", Unary{{kind, alpha, 0}}, {real(node, 0)}), 3);
}

void translate_qlinear_pool(const NodeReader& node, bool global) {
    refuse_channels_last(node);
    const Pool pool =
        global ? Pool{PoolKind::average, {}, true, false, false, false} : pool_of(node.attributes, PoolKind::average);
    finish(node, node.made("y", pool, {real(node, 0)}), 3);
}

/// y_scale, y_zero, then integers, scale and zero point of each part
void translate_qlinear_concat(const NodeReader& node) {
    if (node.inputs.size() % 3 != 2) {
        throw NodeFault("it has " + std::to_string(node.inputs.size()) + " inputs, not two and three for each part");
    }
    std::vector<ValueId> parts;
    parts.reserve(node.inputs.size() / 3);
    for (std::size_t i = 2; i < node.inputs.size(); i += 3) { parts.push_back(real(node, i)); }
    finish(node, node.made("y", Concat{node.attributes.required_integer("axis")}, parts), 0);
}

/// Its attribute says by which opset Softmax is meant.
void translate_qlinear_softmax(const NodeReader& node) {
    NodeReader inner = node;
    inner.opset = node.attributes.required_integer("opset");
    inner.inputs = {real(node, 0)};
    inner.outputs = {node.between("y")};
    translate_softmax(inner, false);
    finish(node, inner.outputs[0], 3);
}

/// condition, x, x_scale, x_zero, y, y_scale, y_zero, z_scale, z_zero
void translate_qlinear_where(const NodeReader& node) {
    finish(node, node.made("z", Select{}, {node.input(0), real(node, 1), real(node, 4)}), 7);
}

}  // namespace tidegate
