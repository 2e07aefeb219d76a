// SPDX-License-Identifier: MIT
// Ops along one axis: Reduce, Extreme, CumSum, TopK.
#include "format/check_parts.h"

namespace tidegate::format {
namespace {

/// y is x, but for its extent along the axis.
bool is_along(Shape x, const Shape& y, std::uint32_t axis) {
    if (axis >= x.rank || y.rank != x.rank) { return false; }
    x.dims[axis] = y.dims[axis];
    return x.has_dims_of(y);
}

bool is_f32(const Model& model, const Op& op) {
    const Tensor* x = tensor_at(model, *op.inputs(), 0);
    return x != nullptr && x->type() == ElementType::f32;
}
bool is_integer(const Model& model, const Op& op) { return !is_f32(model, op); }

bool reduce_fits(const Operands& at) {
    const Reduce& op = *at.op.params_as_Reduce();
    const Shape x = at.input(0), y = at.output(0);
    const bool orders = op.kind() == ReduceKind::minimum || op.kind() == ReduceKind::maximum;
    const bool adds = x.type == ElementType::f32 || x.type == ElementType::i32 || x.type == ElementType::i64;
    return op.kind() <= ReduceKind::MAX && (orders || adds) && x.type == y.type && is_along(x, y, op.axis()) &&
           y.dims[op.axis()] == 1;
}

bool extreme_fits(const Operands& at) {
    const Extreme& op = *at.op.params_as_Extreme();
    const Shape x = at.input(0), y = at.output(0);
    return x.type != ElementType::boolean && y.type == ElementType::i64 && is_along(x, y, op.axis()) &&
           y.dims[op.axis()] == 1;
}

bool cum_sum_fits(const Operands& at) {
    const CumSum& op = *at.op.params_as_CumSum();
    const Shape x = at.input(0), y = at.output(0);
    const bool adds = x.type == ElementType::f32 || x.type == ElementType::i32 || x.type == ElementType::i64;
    return adds && x.type == y.type && op.axis() < x.rank && x.has_dims_of(y);
}

bool top_k_fits(const Operands& at) {
    const TopK& op = *at.op.params_as_TopK();
    const Shape x = at.input(0), y = at.output(0);
    if (x.type == ElementType::boolean || x.type != y.type || !is_along(x, y, op.axis())) { return false; }
    if (y.dims[op.axis()] > x.dims[op.axis()]) { return false; }
    if (!at.has_output(1)) { return true; }
    const Shape indices = at.output(1);
    return indices.type == ElementType::i64 && indices.has_dims_of(y);
}

}  // namespace

const Rule reduce_rule = {OpParams::Reduce, {1, 1}, reduce_fits, is_f32};
const Rule reduce_integer_rule = {OpParams::Reduce, {1, 1}, reduce_fits, is_integer};
const Rule extreme_rule = {OpParams::Extreme, {1, 1}, extreme_fits};
const Rule cum_sum_rule = {OpParams::CumSum, {1, 1}, cum_sum_fits};
const Rule top_k_rule = {OpParams::TopK, {1, 2, 0, 1u << 1}, top_k_fits};

}  // namespace tidegate::format
