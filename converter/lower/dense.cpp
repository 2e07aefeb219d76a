// SPDX-License-Identifier: MIT
// MatMul and Gemm. A constant right operand becomes a packed matrix with its bias; else it is a plain product.
#include <algorithm>

#include "lower/nodes.h"
#include "lower/weights.h"
#include "reference/shapes.h"

namespace tidegate {
namespace {

/// A constant matrix [cols, rows] (or its transpose) times a factor, as Dense wants it: [rows][cols].
ProgramMatrix dense_matrix(const Tensor& b, std::int64_t cols, std::int64_t rows, bool b_is_rows_cols, double factor,
                           const std::string& name) {
    ProgramMatrix matrix;
    matrix.units = static_cast<std::uint32_t>(rows);
    matrix.input_cols = static_cast<std::uint32_t>(cols);
    matrix.weights.reserve(static_cast<std::size_t>(rows * cols));
    for (std::int64_t row = 0; row < rows; ++row) {
        for (std::int64_t col = 0; col < cols; ++col) {
            const std::int64_t at = b_is_rows_cols ? row * cols + col : col * rows + row;
            matrix.weights.push_back(weight(factor * b.reals[static_cast<std::size_t>(at)], name));
        }
    }
    matrix.bias.assign(static_cast<std::size_t>(rows), 0.0F);
    return matrix;
}

/// Does a constant of these dims add the same row of `rows` values everywhere, without making the result larger?
bool is_one_row(const Extents& constant, const Extents& result) {
    if (constant.size() > result.size() || result.empty()) { return false; }
    for (std::size_t i = 0; i + 1 < constant.size(); ++i) {
        if (!(constant[i] == 1)) { return false; }
    }
    return constant.empty() || constant.back() == 1 || constant.back() == result.back();
}

void set_bias(ProgramMatrix& matrix, const Tensor& row, double factor, const std::string& name) {
    for (std::size_t i = 0; i < matrix.bias.size(); ++i) {
        matrix.bias[i] = weight(factor * row.reals[row.reals.size() == 1 ? 0 : i], name);
    }
}

/// The Add of a constant row that alone reads `product`; null if there is none. `row` gets the constant's value.
const Node* following_bias(const Builder& builder, ValueId product, ValueId& row) {
    const Node* add = builder.sole_reader(product);
    if (add == nullptr) { return nullptr; }
    const auto* binary = std::get_if<Binary>(&add->op);
    if (binary == nullptr || binary->kind != BinaryKind::add) { return nullptr; }
    row = add->inputs[0] == product ? add->inputs[1] : add->inputs[0];
    const Tensor* constant = weights_of(builder, row);
    const bool fits = constant != nullptr && constant->is_real() && is_one_row(constant->dims, builder.dims(product));
    return fits ? add : nullptr;
}

/// y = matrix x (+ a following bias, which would round the sums of integers), x viewed as [..., cols].
void add_dense(Builder& builder, const Node& node, TensorId x, ProgramMatrix matrix, ValueId y, bool has_bias,
               bool of_integers = false) {
    ValueId row = kNone;
    ValueId result = y;
    if (const Node* add = has_bias || of_integers ? nullptr : following_bias(builder, y, row)) {
        set_bias(matrix, *builder.graph().constant(row), 1, builder.name(row));
        builder.absorb(*add);
        result = add->outputs[0];
    }
    Extents shape = builder.at(x).dims;
    shape.back() = matrix.units;
    const TensorId made = builder.make(ElementType::f32, shape);
    builder.add(node, step::Dense{std::move(matrix), 0, of_integers}, {x}, {made});
    builder.bind(result, made);
}

/// As rank 2 or more: a row vector gets an axis in front, a column vector one behind.
TensorId with_two_axes(Builder& builder, ValueId id, bool is_left) {
    const Extents& dims = builder.dims(id);
    const TensorId tensor = builder.tensor(id);
    if (dims.size() >= 2) { return tensor; }
    return builder.shaped(tensor, is_left ? Extents{1, dims[0]} : Extents{dims[0], 1});
}

void expect_product(const Extent& left, const Extent& right, const Extents& a, const Extents& b) {
    if (!(left == right)) { throw ConvertError("cannot multiply " + to_text(a) + " with " + to_text(b)); }
}

TensorId times(Builder& builder, const Node& node, TensorId x, double factor) {
    if (factor == 1) { return x; }
    const TensorId scale = builder.constant(Tensor::of({}, {factor}), node.name + " factor");
    const TensorId y = builder.make(ElementType::f32, builder.at(x).dims);
    builder.add(node, step::Binary{BinaryKind::multiply}, {x, scale}, {y});
    return y;
}

TensorId gemm_operand(Builder& builder, const Node& node, ValueId id, bool transpose) {
    const TensorId tensor = builder.tensor(id);
    return transpose ? transposed(builder, node, tensor, {1, 0}) : tensor;
}

}  // namespace

const Tensor* weights_of(const Builder& builder, ValueId id) {
    const bool varies = id != kNone && builder.graph().values[static_cast<std::size_t>(id)].from_shape;
    return varies ? nullptr : builder.graph().constant(id);
}

void lower_matmul(Builder& builder, const Node& node, const MatMul& op) {
    const ValueId a = node.inputs[0], b = node.inputs[1], y = node.outputs[0];
    need_type(builder, a, {ElementType::f32});
    need_type(builder, b, {ElementType::f32});
    const Extents& left = builder.dims(a);
    const Extents& right = builder.dims(b);
    if (left.empty() || right.empty()) { throw ConvertError("an operand is a scalar; use Mul"); }
    const std::size_t matrix_rank = std::min<std::size_t>(right.size(), 2);
    expect_product(left.back(), right[right.size() - matrix_rank], left, right);

    const Tensor* constant = weights_of(builder, b);
    const bool is_one_matrix = std::all_of(right.begin(), right.end() - static_cast<std::ptrdiff_t>(matrix_rank),
                                           [](const Extent& extent) { return extent == 1; });
    if (constant != nullptr && is_one_matrix) {
        const std::int64_t cols = left.back().constant(), rows = right.size() == 1 ? 1 : right.back().constant();
        add_dense(builder, node, with_two_axes(builder, a, true),
                  dense_matrix(*constant, cols, rows, false, 1, builder.name(b)), y, false, op.of_integers);
        return;
    }
    const TensorId x = with_two_axes(builder, a, true), w = with_two_axes(builder, b, false);
    const TensorId made = builder.make(ElementType::f32, matmul_dims(builder.at(x).dims, builder.at(w).dims));
    builder.add(node, step::MatMul{}, {x, w}, {made});
    builder.bind(y, made);
}

/// y = alpha a' b' + beta c.
void lower_gemm(Builder& builder, const Node& node, const Gemm& op) {
    const ValueId a = node.inputs[0], b = node.inputs[1], y = node.outputs[0];
    ValueId c = node.inputs.size() > 2 && op.beta != 0 ? node.inputs[2] : kNone;
    for (const ValueId id : {a, b, c}) {
        if (id != kNone) { need_type(builder, id, {ElementType::f32}); }
    }
    const Extents& left = builder.dims(a);
    const Extents& right = builder.dims(b);
    if (left.size() != 2 || right.size() != 2) {
        throw ConvertError("A " + to_text(left) + " and B " + to_text(right) + " must be matrices; use MatMul");
    }
    const Extent M = left[op.transpose_a ? 1 : 0], K = left[op.transpose_a ? 0 : 1];
    const Extent N = right[op.transpose_b ? 0 : 1];
    expect_product(K, right[op.transpose_b ? 1 : 0], left, right);
    if (c != kNone && !broadcasts_to(builder.dims(c), {M, N})) {
        throw ConvertError("C " + to_text(builder.dims(c)) + " does not broadcast to " + to_text(Extents{M, N}));
    }

    const TensorId x = gemm_operand(builder, node, a, op.transpose_a);
    TensorId product = -1;
    if (const Tensor* constant = weights_of(builder, b)) {
        ProgramMatrix matrix =
            dense_matrix(*constant, K.constant(), N.constant(), op.transpose_b, op.alpha, builder.name(b));
        const Tensor* row = weights_of(builder, c);
        const bool has_bias = row != nullptr && is_one_row(row->dims, {M, N});
        if (has_bias) { set_bias(matrix, *row, op.beta, builder.name(c)); }
        if (has_bias || c == kNone) {
            add_dense(builder, node, x, std::move(matrix), y, has_bias);
            return;
        }
        product = builder.make(ElementType::f32, {M, N});
        builder.add(node, step::Dense{std::move(matrix), 0, false}, {x}, {product});
    } else {
        product = builder.make(ElementType::f32, {M, N});
        builder.add(node, step::MatMul{}, {x, gemm_operand(builder, node, b, op.transpose_b)}, {product});
        product = times(builder, node, product, op.alpha);
    }
    if (c != kNone) {
        const TensorId added = times(builder, node, builder.tensor(c), op.beta);
        const TensorId sum = builder.make(ElementType::f32, {M, N});
        builder.add(node, step::Binary{BinaryKind::add}, {product, added}, {sum});
        product = sum;
    }
    builder.bind(y, product);
}

}  // namespace tidegate
