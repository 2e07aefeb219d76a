// SPDX-License-Identifier: MIT
// Operators along axes: reductions that are made of others, and attributes that became inputs.
#include <cfloat>

#include "read/operators.h"

namespace tidegate {
namespace {

/// kNone: none are given.
ValueId axes_of(const NodeReader& node) {
    if (node.attributes.has("axes")) { return node.list("axes", node.attributes.integers("axes")); }
    return node.input(1);
}

Reduce reduce_of(const NodeReader& node, ReduceKind kind) {
    return {kind, node.attributes.integer("keepdims", 1) != 0, node.attributes.integer("noop_with_empty_axes", 0) != 0};
}

std::vector<ValueId> operands(ValueId x, ValueId axes) {
    return axes == kNone ? std::vector<ValueId>{x} : std::vector<ValueId>{x, axes};
}

}  // namespace

void translate_reduce(const NodeReader& node, ReduceKind kind) {
    node.add(reduce_of(node, kind), operands(node.inputs[0], axes_of(node)), node.outputs);
}

void translate_reduce_norm(const NodeReader& node, Norm norm) {
    ValueId x = node.inputs[0];
    if (norm == Norm::l1) { x = node.unary("absolute", UnaryKind::absolute, x); }
    if (norm == Norm::l2 || norm == Norm::sum_square) { x = node.made("square", Binary{BinaryKind::multiply}, {x, x}); }
    const Reduce sum = reduce_of(node, ReduceKind::sum);
    const std::vector<ValueId> from = operands(x, axes_of(node));
    if (norm == Norm::l1 || norm == Norm::sum_square) { return node.add(sum, from, node.outputs); }
    const UnaryKind last = norm == Norm::l2 ? UnaryKind::square_root : UnaryKind::log;
    node.add(Unary{{last, 0, 0}}, {node.made("sum", sum, from)}, node.outputs);
}

/// log sum exp(x - m) + m, with m the maximum, or the largest float where that is infinite. All with their axes kept;
/// the last Reduce only drops them, if they shall go.
void translate_reduce_log_sum_exp(const NodeReader& node) {
    const ValueId x = node.inputs[0], axes = axes_of(node);
    const Reduce asked = reduce_of(node, ReduceKind::maximum);
    Reduce maximum = asked, sum = asked;
    maximum.keep = sum.keep = true;
    sum.kind = ReduceKind::sum;
    const ValueId highest = node.made("maximum", maximum, operands(x, axes));
    const ValueId above = node.made("above", Binary{BinaryKind::maximum}, {highest, node.number("lowest", -FLT_MAX)});
    const ValueId m = node.made("finite", Binary{BinaryKind::minimum}, {above, node.number("largest", FLT_MAX)});
    const ValueId shifted = node.made("shifted", Binary{BinaryKind::subtract}, {x, m});
    const ValueId terms = node.unary("exp", UnaryKind::exp, shifted);
    const ValueId total = node.made("sum", sum, operands(terms, axes));
    const ValueId log = node.unary("log", UnaryKind::log, total);
    if (asked.keep) { return node.add(Binary{BinaryKind::add}, {log, m}, node.outputs); }
    const ValueId kept = node.made("kept", Binary{BinaryKind::add}, {log, m});
    node.add(asked, operands(kept, axes), node.outputs);
}

void translate_extreme(const NodeReader& node, bool largest) {
    const bool last = node.attributes.integer("select_last_index", 0) != 0;
    node.add(Extreme{largest, node.attributes.integer("axis", 0), node.attributes.integer("keepdims", 1) != 0, last});
}

void translate_cum_sum(const NodeReader& node) {
    node.add(CumSum{node.attributes.flag("exclusive"), node.attributes.flag("reverse")});
}

/// `sorted` of 0 leaves the order open.
void translate_top_k(const NodeReader& node) {
    const TopK op{node.attributes.integer("axis", -1), node.attributes.integer("largest", 1) != 0};
    if (node.opset >= 10) { return node.add(op); }
    node.add(op, {node.inputs[0], node.list("k", {node.attributes.required_integer("k")})}, node.outputs);
}

/// 1 where the first maximum along the axis is, else 0: positions along the axis (an exclusive sum of ones) that equal
/// ArgMax. Before opset 13 all axes from `axis` on are one, as in Softmax.
void translate_hardmax(const NodeReader& node) {
    const bool coerced = node.opset < 13;
    const ValueId shape = node.made("shape", Shape{}, {node.inputs[0]});
    ValueId x = node.inputs[0];
    std::int64_t axis = node.attributes.integer("axis", coerced ? 1 : -1);
    if (coerced) {
        x = node.made("matrix", Flatten{axis}, {x});
        axis = -1;
    }
    const ValueId dims = node.made("dims", Shape{}, {x});
    const ValueId ones = node.made("ones", ConstantOfShape{Tensor::of_i64({1}, {1})}, {dims});
    const ValueId along = node.list("axis", {axis});
    const ValueId position = node.made("position", CumSum{true, false}, {ones, along});
    const ValueId best = node.made("best", Extreme{true, axis, true, false}, {x});
    const ValueId hit = node.made("hit", Binary{BinaryKind::equal}, {position, best});
    if (!coerced) { return node.add(Cast{ElementType::f32}, {hit}, node.outputs); }
    const ValueId result = node.made("result", Cast{ElementType::f32}, {hit});
    node.add(Reshape{}, {result, shape}, node.outputs);
}

}  // namespace tidegate
