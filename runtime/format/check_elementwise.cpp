// SPDX-License-Identifier: MIT
// Ops that compute on tensors alone: broadcasting and element types.
#include "format/check_parts.h"

namespace tidegate::format {
namespace {

bool are_f32(const Shape& a, const Shape& b) { return a.type == ElementType::f32 && b.type == ElementType::f32; }

constexpr Unary kLastOfCells = Unary::softplus;
constexpr Binary kFirstOfTruth = Binary::equal;

/// y has exactly the axes that a and b broadcast to, but for the last `axes_behind`.
bool is_broadcast_of(const Shape& a, const Shape& b, const Shape& y, std::uint32_t axes_behind) {
    if (!broadcasts_to(a, y, axes_behind) || !broadcasts_to(b, y, axes_behind)) { return false; }
    if (y.rank != (a.rank > b.rank ? a.rank : b.rank)) { return false; }
    for (std::uint32_t i = 0; i + axes_behind < y.rank; ++i) {
        const std::uint32_t from_a = i + a.rank < y.rank ? 1 : a.dims[i + a.rank - y.rank];
        const std::uint32_t from_b = i + b.rank < y.rank ? 1 : b.dims[i + b.rank - y.rank];
        if (y.dims[i] != from_a && y.dims[i] != from_b) { return false; }
    }
    return true;
}

}  // namespace

bool is_function(const Function* function) {
    return function != nullptr && function->kind() <= kLastOfCells && is_finite(function->alpha()) &&
           is_finite(function->beta());
}

bool broadcasts_to(const Shape& x, const Shape& y, std::uint32_t axes_behind) {
    if (x.rank > y.rank) { return false; }
    const std::uint32_t missing = y.rank - x.rank;
    for (std::uint32_t i = 0; i + axes_behind < x.rank; ++i) {
        if (x.dims[i] != 1 && x.dims[i] != y.dims[missing + i]) { return false; }
    }
    return true;
}

namespace {

bool matmul_fits(const Operands& at) {
    const Shape a = at.input(0), b = at.input(1), y = at.output(0);
    if (!are_f32(a, b) || y.type != ElementType::f32 || a.rank < 2 || b.rank < 2) { return false; }
    return is_broadcast_of(a, b, y, 2) && a.dims[a.rank - 1] == b.dims[b.rank - 2] &&
           y.dims[y.rank - 2] == a.dims[a.rank - 2] && y.dims[y.rank - 1] == b.dims[b.rank - 1];
}

Binary binary_kind(const Op& op) { return op.params_as_BinaryOp()->kind(); }

bool binary_fits(const Operands& at) {
    const Binary kind = binary_kind(at.op);
    const Shape a = at.input(0), b = at.input(1), y = at.output(0);
    const bool is_truth = kind >= kFirstOfTruth, is_logical = kind >= Binary::logical_and;
    const bool is_boolean = a.type == ElementType::boolean;
    const bool types_fit =
        is_truth ? y.type == ElementType::boolean && (is_boolean || !is_logical) : y.type == a.type && !is_boolean;
    return kind <= Binary::MAX && types_fit && a.type == b.type && is_broadcast_of(a, b, y, 0);
}

bool has_f32_result(const Model& model, const Op& op) {
    const Tensor* y = tensor_at(model, *op.outputs(), 0);
    return y != nullptr && y->type() == ElementType::f32;
}

bool is_arithmetic(const Model& model, const Op& op) {
    return binary_kind(op) <= Binary::divide && has_f32_result(model, op);
}
bool is_choice(const Model& model, const Op& op) {
    return binary_kind(op) > Binary::divide && binary_kind(op) <= Binary::slope && has_f32_result(model, op);
}
bool is_power(const Model& model, const Op& op) {
    return binary_kind(op) > Binary::slope && binary_kind(op) < kFirstOfTruth && has_f32_result(model, op);
}
bool is_integer(const Model& model, const Op& op) {
    return binary_kind(op) < kFirstOfTruth && !has_f32_result(model, op);
}
bool is_truth(const Model&, const Op& op) { return binary_kind(op) >= kFirstOfTruth; }

bool select_fits(const Operands& at) {
    const Shape condition = at.input(0), a = at.input(1), b = at.input(2), y = at.output(0);
    if (condition.type != ElementType::boolean || a.type != y.type || b.type != y.type) { return false; }
    if (!broadcasts_to(condition, y) || !broadcasts_to(a, y) || !broadcasts_to(b, y)) { return false; }
    return y.rank == condition.rank || y.rank == a.rank || y.rank == b.rank;
}

Unary unary_kind(const Op& op) {
    const Function* function = op.params_as_UnaryOp()->function();
    return function == nullptr ? Unary::MIN : function->kind();
}
bool is_of_cells(const Model&, const Op& op) { return unary_kind(op) <= kLastOfCells; }
bool is_math(const Model&, const Op& op) { return unary_kind(op) <= Unary::sign; }

bool math_fits(const Operands& at) {
    const Shape x = at.input(0), y = at.output(0);
    return unary_kind(at.op) <= Unary::MAX && are_f32(x, y) && x.has_dims_of(y);
}

bool unary_fits(const Operands& at) {
    const UnaryOp& op = *at.op.params_as_UnaryOp();
    const Shape x = at.input(0), y = at.output(0);
    return is_function(op.function()) && are_f32(x, y) && x.has_dims_of(y);
}

bool softmax_fits(const Operands& at) {
    const Shape x = at.input(0), y = at.output(0);
    return are_f32(x, y) && x.rank >= 1 && x.has_dims_of(y);
}

bool cast_fits(const Operands& at) { return at.input(0).has_dims_of(at.output(0)); }

}  // namespace

const Rule matmul_rule = {OpParams::MatMul, {2, 1}, matmul_fits};
const Rule binary_rule = {OpParams::BinaryOp, {2, 1}, binary_fits, is_arithmetic};
const Rule choice_rule = {OpParams::BinaryOp, {2, 1}, binary_fits, is_choice};
const Rule power_rule = {OpParams::BinaryOp, {2, 1}, binary_fits, is_power};
const Rule binary_integer_rule = {OpParams::BinaryOp, {2, 1}, binary_fits, is_integer};
const Rule compare_rule = {OpParams::BinaryOp, {2, 1}, binary_fits, is_truth};
const Rule unary_rule = {OpParams::UnaryOp, {1, 1}, unary_fits, is_of_cells};
const Rule math_rule = {OpParams::UnaryOp, {1, 1}, math_fits, is_math};
const Rule angle_rule = {OpParams::UnaryOp, {1, 1}, math_fits};
const Rule select_rule = {OpParams::Select, {3, 1}, select_fits};
const Rule softmax_rule = {OpParams::Softmax, {1, 1}, softmax_fits};
const Rule cast_rule = {OpParams::Cast, {1, 1}, cast_fits};

}  // namespace tidegate::format
