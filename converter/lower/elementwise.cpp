// SPDX-License-Identifier: MIT
// Binary, Unary, Softmax, Cast.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "graph/text.h"
#include "lower/nodes.h"
#include "reference/shapes.h"

namespace tidegate {

void need_type(const Builder& builder, ValueId id, std::initializer_list<ElementType> types) {
    if (std::ranges::find(types, builder.type(id)) != types.end()) { return; }
    std::string allowed;
    for (const ElementType type : types) { allowed += (allowed.empty() ? "" : ", ") + std::string(name_of(type)); }
    throw ConvertError(in_quotes(builder.name(id)) + " is " + name_of(builder.type(id)) + "; supported: " + allowed +
                       "; insert a Cast");
}

void lower_binary(Builder& builder, const Node& node, const Binary& op) {
    const ValueId a = node.inputs[0], b = node.inputs[1];
    need_type(builder, a, {ElementType::f32, ElementType::i32, ElementType::i64});
    need_type(builder, b, {builder.type(a)});
    const TensorId made = builder.make(builder.type(a), broadcast_dims(builder.dims(a), builder.dims(b)));
    builder.add(node, step::Binary{op.kind}, {builder.tensor(a), builder.tensor(b)}, {made});
    builder.bind(node.outputs[0], made);
}

void lower_unary(Builder& builder, const Node& node, const Unary& op) {
    need_type(builder, node.inputs[0], {ElementType::f32});
    if (!std::isfinite(op.function.alpha) || !std::isfinite(op.function.beta)) {
        throw ConvertError("alpha and beta must be finite");
    }
    const TensorId x = builder.tensor(node.inputs[0]);
    builder.add(node, step::Unary{op.function}, {x}, {builder.define(node.outputs[0])});
}

/// The runtime's Softmax runs along the last axis: another axis is swapped there and back.
void lower_softmax(Builder& builder, const Node& node, const Softmax& op) {
    need_type(builder, node.inputs[0], {ElementType::f32});
    const Extents dims = builder.dims(node.inputs[0]);
    if (dims.empty()) { throw ConvertError("the input is a scalar; it needs an axis"); }
    const std::size_t axis = normalise_axis(op.axis, dims.size());
    std::vector<std::size_t> swap(dims.size());
    std::iota(swap.begin(), swap.end(), std::size_t{0});
    std::swap(swap[axis], swap.back());
    const TensorId x = transposed(builder, node, builder.tensor(node.inputs[0]), swap);
    const TensorId y = builder.make(ElementType::f32, builder.at(x).dims);
    builder.add(node, step::Softmax{op.log}, {x}, {y});
    builder.bind(node.outputs[0], transposed(builder, node, y, swap));
}

void lower_cast(Builder& builder, const Node& node, const Cast& op) {
    const TensorId x = builder.tensor(node.inputs[0]);
    if (builder.at(x).type == op.to) {
        builder.bind(node.outputs[0], x);
        return;
    }
    const TensorId made = builder.make(op.to, builder.dims(node.inputs[0]));
    builder.add(node, step::Cast{}, {x}, {made});
    builder.bind(node.outputs[0], made);
}

}  // namespace tidegate
