// SPDX-License-Identifier: MIT
// Matrix products.
#include "reference/ops.h"

namespace tidegate::reference {
namespace {

/// Where the batch element `index` (of the result's batch axes) begins in an operand of shape dims + two matrix axes.
std::int64_t batch_offset(const Dims& index, const Dims& dims) {
    const Dims steps = strides(dims);
    const std::size_t axes = dims.size() - 2;
    std::int64_t offset = 0;
    for (std::size_t i = 0; i < axes; ++i) {
        if (dims[i] != 1) { offset += index[index.size() - axes + i] * steps[i]; }
    }
    return offset;
}

}  // namespace

/// y[..., m, n] = sum over k of a[..., m, k] b[..., k, n].
Tensor matmul(const Tensor& a, const Tensor& b) {
    Tensor y = allocate(ElementType::f32, matmul_dims(a.dims, b.dims));
    const Dims left = a.dims.size() == 1 ? Dims{1, a.dims[0]} : a.dims;
    const Dims right = b.dims.size() == 1 ? Dims{b.dims[0], 1} : b.dims;
    const std::int64_t rows = left[left.size() - 2];
    const std::int64_t depth = left.back();
    const std::int64_t cols = right.back();
    if (y.reals.empty()) { return y; }

    const Dims batch = broadcast_dims(Dims(left.begin(), left.end() - 2), Dims(right.begin(), right.end() - 2));
    Dims index(batch.size());
    double* out = y.reals.data();
    do {
        const double* p = a.reals.data() + batch_offset(index, left);
        const double* q = b.reals.data() + batch_offset(index, right);
        for (std::int64_t m = 0; m < rows; ++m) {
            for (std::int64_t n = 0; n < cols; ++n) {
                double sum = 0;
                for (std::int64_t k = 0; k < depth; ++k) { sum += p[m * depth + k] * q[k * cols + n]; }
                *out++ = sum;
            }
        }
    } while (next_index(index, batch));
    return y;
}

/// y = alpha A B + beta C, A and B transposed if asked for, C broadcast to the product's shape.
Tensor gemm(const Gemm& op, const Tensor& a, const Tensor& b, const Tensor* c) {
    if (a.dims.size() != 2 || b.dims.size() != 2) {
        throw ShapeFault("operands " + to_text(a.dims) + " and " + to_text(b.dims) + " are not matrices");
    }
    Tensor y = matmul(op.transpose_a ? transpose(a, {}) : a, op.transpose_b ? transpose(b, {}) : b);
    for (double& value : y.reals) { value *= op.alpha; }
    if (c == nullptr) { return y; }
    if (!broadcasts_to(c->dims, y.dims)) {
        throw ShapeFault("C of shape " + to_text(c->dims) + " does not broadcast to " + to_text(y.dims));
    }
    Tensor scaled = *c;
    for (double& value : scaled.reals) { value *= op.beta; }
    return binary(BinaryKind::add, y, scaled);
}

}  // namespace tidegate::reference
