// SPDX-License-Identifier: MIT
// Reduce, Extreme, CumSum, TopK.
#include <algorithm>

#include "lower/nodes.h"
#include "reference/shapes_reduce.h"

namespace tidegate {
namespace {

constexpr std::initializer_list<ElementType> kSums = {ElementType::f32, ElementType::i32, ElementType::i64};
constexpr std::initializer_list<ElementType> kOrdered = {ElementType::f32, ElementType::i32, ElementType::i64,
                                                         ElementType::u8, ElementType::i8};
constexpr std::initializer_list<ElementType> kAll = {ElementType::f32, ElementType::i32, ElementType::i64,
                                                     ElementType::u8,  ElementType::i8,  ElementType::boolean};

Dims axes_of(const Builder& builder, const Node& node) {
    const ValueId id = node.inputs.size() > 1 ? node.inputs[1] : kNone;
    const auto list = id == kNone ? std::nullopt : builder.graph().elements(id);
    return list ? list->constants() : Dims{};
}

/// The reduced axes of x side by side, as axis 1 of [outer, n, inner]. Where others lie between them they go last, in
/// their order: what is added keeps its place in the sum.
TensorId side_by_side(Builder& builder, const Node& node, TensorId x, const std::vector<bool>& reduced) {
    const Extents dims = builder.at(x).dims;
    std::vector<std::size_t> kept, gone;  // axes with more than one element
    bool others_between = false;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        if (dims[i] == 1) { continue; }
        if (reduced[i]) {
            others_between = others_between || (!gone.empty() && !kept.empty() && kept.back() > gone.back());
            gone.push_back(i);
        } else {
            kept.push_back(i);
        }
    }
    std::size_t before = kept.size();
    if (others_between) {
        std::vector<std::size_t> perm;
        for (const bool last : {false, true}) {
            for (std::size_t i = 0; i < dims.size(); ++i) {
                if (reduced[i] == last) { perm.push_back(i); }
            }
        }
        x = transposed(builder, node, x, perm);
    } else {
        before = static_cast<std::size_t>(
            std::ranges::count_if(kept, [&](std::size_t axis) { return gone.empty() || axis < gone.front(); }));
    }
    Extent outer = 1, n = 1, inner = 1;
    for (const std::size_t axis : gone) { n = n * dims[axis]; }
    for (std::size_t i = 0; i < kept.size(); ++i) {
        (i < before ? outer : inner) = (i < before ? outer : inner) * dims[kept[i]];
    }
    return builder.shaped(x, {outer, n, inner});
}

}  // namespace

void lower_reduce(Builder& builder, const Node& node, const Reduce& op) {
    const bool orders = op.kind == ReduceKind::minimum || op.kind == ReduceKind::maximum;
    need_type(builder, node.inputs[0], orders ? kAll : kSums);
    const TensorId x = builder.tensor(node.inputs[0]);
    const Extents dims = builder.at(x).dims;
    const Dims axes = axes_of(builder, node);
    const std::vector<bool> reduced = reduced_axes(op, &axes, dims.size());
    bool is_view = true;
    for (std::size_t i = 0; i < dims.size(); ++i) { is_view = is_view && (!reduced[i] || dims[i] == 1); }
    if (is_view) { return builder.bind(node.outputs[0], x); }
    const TensorId block = side_by_side(builder, node, x, reduced);
    Extents to = builder.at(block).dims;
    to[1] = 1;
    const TensorId y = builder.make(builder.at(x).type, to);
    builder.add(node, step::Reduce{op.kind, 1}, {block}, {y});
    builder.bind(node.outputs[0], y);
}

void lower_extreme(Builder& builder, const Node& node, const Extreme& op) {
    need_type(builder, node.inputs[0], kOrdered);
    const TensorId x = builder.tensor(node.inputs[0]);
    Extents dims = builder.at(x).dims;
    const std::size_t axis = normalise_axis(op.axis, dims.size());
    dims[axis] = 1;
    const TensorId y = builder.make(ElementType::i64, dims);
    builder.add(node, step::Extreme{static_cast<std::uint32_t>(axis), op.largest, op.last}, {x}, {y});
    builder.bind(node.outputs[0], y);
}

void lower_cum_sum(Builder& builder, const Node& node, const CumSum& op) {
    need_type(builder, node.inputs[0], kSums);
    const TensorId x = builder.tensor(node.inputs[0]);
    const std::size_t axis = normalise_axis(axes_of(builder, node).at(0), builder.at(x).dims.size());
    builder.add(node, step::CumSum{static_cast<std::uint32_t>(axis), op.exclusive, op.reverse}, {x},
                {builder.define(node.outputs[0])});
}

void lower_top_k(Builder& builder, const Node& node, const TopK& op) {
    need_type(builder, node.inputs[0], kOrdered);
    const TensorId x = builder.tensor(node.inputs[0]);
    const auto axis = static_cast<std::uint32_t>(normalise_axis(op.axis, builder.at(x).dims.size()));
    const TensorId values =
        builder.make(builder.at(x).type, builder.dims(node.outputs[0] != kNone ? node.outputs[0] : node.outputs.at(1)));
    const TensorId indices = node.outputs.size() > 1 ? builder.define(node.outputs[1]) : -1;
    builder.add(node, step::TopK{axis, op.largest}, {x}, {values, indices});
    if (node.outputs[0] != kNone) { builder.bind(node.outputs[0], values); }
}

}  // namespace tidegate
