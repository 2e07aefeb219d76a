// SPDX-License-Identifier: MIT
// Expand, and what is only left of ConstantOfShape and Range when their lengths follow from symbols.
#include "graph/text.h"
#include "lower/nodes.h"

namespace tidegate {
namespace {

constexpr std::int64_t kLongestRange = std::int64_t{1} << 22;  // elements of a table in the file

}  // namespace

void lower_expand(Builder& builder, const Node& node) {
    const TensorId x = builder.tensor(node.inputs[0]);
    if (element_count(builder.at(x).dims) == element_count(builder.dims(node.outputs[0]))) {
        builder.bind(node.outputs[0], x);
        return;
    }
    builder.add(node, step::Expand{}, {x}, {builder.define(node.outputs[0])});
}

void lower_constant_of_shape(Builder& builder, const Node& node, const ConstantOfShape& op) {
    Tensor scalar = op.value;
    scalar.dims = {};
    const TensorId x = builder.constant(std::move(scalar), node.name);
    builder.add(node, step::Expand{}, {x}, {builder.define(node.outputs[0])});
}

/// y[i] = start + i delta: the first elements of the longest such table. A start that follows from symbols is added.
void lower_range(Builder& builder, const Node& node) {
    const ElementType type = builder.type(node.outputs[0]);
    const Tensor* delta = builder.graph().constant(node.inputs[2]);
    if (delta == nullptr) {
        throw ConvertError("its step is not constant; " + how_to_bind(builder.dims(node.outputs[0])));
    }
    const Tensor* start = builder.graph().constant(node.inputs[0]);
    const Extents count = builder.dims(node.outputs[0]);
    const std::int64_t longest = count[0].highest();
    if (longest > kLongestRange) {
        throw ConvertError("a range of up to " + std::to_string(longest) + " elements is too long; " +
                           how_to_bind(count));
    }
    Tensor table = Tensor::zeros(type, {longest});
    for (std::size_t i = 0; i < table.reals.size(); ++i) {
        table.reals[i] = (start != nullptr ? start->reals[0] : 0) + static_cast<double>(i) * delta->reals[0];
    }
    for (std::size_t i = 0; i < table.integers.size(); ++i) {
        table.integers[i] =
            (start != nullptr ? start->integers[0] : 0) + static_cast<std::int64_t>(i) * delta->integers[0];
    }
    const TensorId whole = builder.constant(std::move(table), node.name);
    TensorId y = part_of(builder, node, whole, {{0, 1, count[0]}});
    if (start == nullptr) {
        const TensorId sum = builder.make(type, count);
        builder.add(node, step::Binary{BinaryKind::add}, {y, builder.tensor(node.inputs[0])}, {sum});
        y = sum;
    }
    builder.bind(node.outputs[0], y);
}

}  // namespace tidegate
