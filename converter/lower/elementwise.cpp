// SPDX-License-Identifier: MIT
// Binary, Unary, Where, Softmax, Cast.
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

namespace {

constexpr std::initializer_list<ElementType> kNumbers = {ElementType::f32, ElementType::i32, ElementType::i64,
                                                         ElementType::u8, ElementType::i8};

TensorId converted(Builder& builder, const Node& node, TensorId x, ElementType to) {
    if (builder.at(x).type == to) { return x; }
    const TensorId made = builder.make(to, builder.at(x).dims);
    builder.add(node, step::Cast{}, {x}, {made});
    return made;
}

TensorId binary(Builder& builder, const Node& node, BinaryKind kind, TensorId a, TensorId b) {
    const ElementType type = is_truth(kind) ? ElementType::boolean : builder.at(a).type;
    const TensorId made = builder.make(type, broadcast_dims(builder.at(a).dims, builder.at(b).dims));
    builder.add(node, step::Binary{kind}, {a, b}, {made});
    return made;
}

TensorId unary(Builder& builder, const Node& node, UnaryKind kind, TensorId x) {
    const TensorId made = builder.make(ElementType::f32, builder.at(x).dims);
    builder.add(node, step::Unary{{kind, 0, 0}}, {x}, {made});
    return made;
}

/// A power by the same constant everywhere that a product or a root gives: the same real number, rounded once or
/// twice. -1: there is none.
TensorId simple_power(Builder& builder, const Node& node, TensorId x) {
    const Tensor* exponent = builder.graph().constant(node.inputs[1]);
    if (exponent == nullptr || exponent->count() != 1 || exponent->dims.size() > builder.at(x).dims.size()) {
        return -1;
    }
    const double p = exponent->is_real() ? exponent->reals[0] : static_cast<double>(exponent->integers[0]);
    if (p == 1) { return x; }
    if (p == 2) { return binary(builder, node, BinaryKind::multiply, x, x); }
    if (p == 3) {
        const TensorId square = binary(builder, node, BinaryKind::multiply, x, x);
        return binary(builder, node, BinaryKind::multiply, square, x);
    }
    if (builder.at(x).type != ElementType::f32) { return -1; }
    if (p == 0.5) { return unary(builder, node, UnaryKind::square_root, x); }
    if (p == -0.5) {
        return unary(builder, node, UnaryKind::reciprocal, unary(builder, node, UnaryKind::square_root, x));
    }
    return p == -1 ? unary(builder, node, UnaryKind::reciprocal, x) : -1;
}

TensorId power(Builder& builder, const Node& node) {
    const TensorId x = builder.tensor(node.inputs[0]);
    if (const TensorId simple = simple_power(builder, node, x); simple >= 0) { return simple; }
    const ElementType type = builder.at(x).type;
    const TensorId exponent = builder.tensor(node.inputs[1]);
    const bool as_real = type == ElementType::f32 || builder.at(exponent).type == ElementType::f32;
    const ElementType common = as_real ? ElementType::f32 : type;
    const TensorId base = converted(builder, node, x, common);
    const TensorId result = binary(builder, node, BinaryKind::power, base, converted(builder, node, exponent, common));
    return converted(builder, node, result, type);
}

/// Functions of integers are binary operators with a constant.
TensorId integer_function(Builder& builder, const Node& node, UnaryKind kind, TensorId x) {
    const ElementType type = builder.at(x).type;
    const auto number = [&](std::int64_t value) { return builder.constant(Tensor{type, {}, {}, {value}}, node.name); };
    switch (kind) {
        case UnaryKind::relu:
            return binary(builder, node, BinaryKind::maximum, x, number(0));
        case UnaryKind::negate:
            return binary(builder, node, BinaryKind::subtract, number(0), x);
        case UnaryKind::absolute:
            return binary(builder, node, BinaryKind::maximum, x,
                          binary(builder, node, BinaryKind::subtract, number(0), x));
        default: {
            const TensorId low = binary(builder, node, BinaryKind::minimum, x, number(1));
            return binary(builder, node, BinaryKind::maximum, low, number(type == ElementType::u8 ? 0 : -1));
        }
    }
}

}  // namespace

void lower_binary(Builder& builder, const Node& node, const Binary& op) {
    const ValueId a = node.inputs[0], b = node.inputs[1];
    if (op.kind == BinaryKind::power) { return builder.bind(node.outputs[0], power(builder, node)); }
    if (!is_truth(op.kind)) { need_type(builder, a, kNumbers); }
    need_type(builder, b, {builder.type(a)});
    builder.bind(node.outputs[0], binary(builder, node, op.kind, builder.tensor(a), builder.tensor(b)));
}

void lower_unary(Builder& builder, const Node& node, const Unary& op) {
    if (!std::isfinite(op.function.alpha) || !std::isfinite(op.function.beta)) {
        throw ConvertError("alpha and beta must be finite");
    }
    const TensorId x = builder.tensor(node.inputs[0]);
    if (!takes_integers(op.function.kind)) { need_type(builder, node.inputs[0], {ElementType::f32}); }
    need_type(builder, node.inputs[0], kNumbers);
    if (builder.at(x).type != ElementType::f32) {
        return builder.bind(node.outputs[0], integer_function(builder, node, op.function.kind, x));
    }
    builder.add(node, step::Unary{op.function}, {x}, {builder.define(node.outputs[0])});
}

void lower_select(Builder& builder, const Node& node) {
    const Extents dims = broadcast_dims(builder.dims(node.inputs[0]),
                                        broadcast_dims(builder.dims(node.inputs[1]), builder.dims(node.inputs[2])));
    need_type(builder, node.inputs[2], {builder.type(node.inputs[1])});
    const TensorId made = builder.make(builder.type(node.inputs[1]), dims);
    builder.add(node, step::Select{},
                {builder.tensor(node.inputs[0]), builder.tensor(node.inputs[1]), builder.tensor(node.inputs[2])},
                {made});
    builder.bind(node.outputs[0], made);
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
