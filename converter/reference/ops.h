// SPDX-License-Identifier: MIT
// The reference of each operator, one function each. Inside reference/ only. They throw ShapeFault.
#pragma once

#include <vector>

#include "graph/op.h"
#include "reference/shapes.h"
#include "reference/shapes_reduce.h"

namespace tidegate::reference {

/// The inputs of a node, null where missing.
class Operands {
public:
    explicit Operands(const std::vector<const Tensor*>& tensors) : tensors_(tensors) {}
    std::size_t size() const { return tensors_.size(); }
    const Tensor* maybe(std::size_t i) const { return i < tensors_.size() ? tensors_[i] : nullptr; }
    const Tensor& at(std::size_t i) const;  ///< must be there
    const Tensor& real(std::size_t i) const;
    const Tensor* maybe_real(std::size_t i) const;
    const std::vector<std::int64_t>& integers(std::size_t i) const;
    const std::vector<std::int64_t>* maybe_integers(std::size_t i) const;

private:
    const std::vector<const Tensor*>& tensors_;
};

/// zeros() behind the size guard.
Tensor allocate(ElementType type, const Dims& dims);
/// Steps a row-major index on; false after the last. Start with zeros (an empty shape must be skipped by the caller).
bool next_index(Dims& index, const Dims& dims);
/// Element `from` of x becomes element `to` of y; both of one type.
void copy_element(const Tensor& x, std::int64_t from, Tensor& y, std::int64_t to);

/// f(x), see format/model.fbs for the formulas of all kinds.
double apply(const Function& function, double x);
/// The low bits of a number as two's complement of an integer type; boolean: 0 or 1.
std::int64_t wrap(ElementType type, std::int64_t value);

std::vector<Tensor> recurrent(const Recurrent& op, const Operands& in);
Tensor matmul(const Tensor& a, const Tensor& b);
Tensor gemm(const Gemm& op, const Tensor& a, const Tensor& b, const Tensor* c);
Tensor binary(BinaryKind kind, const Tensor& a, const Tensor& b);
Tensor unary(const Function& function, const Tensor& x);
Tensor select(const Tensor& condition, const Tensor& a, const Tensor& b);
Tensor softmax(const Softmax& op, const Tensor& x);
Tensor cast(const Tensor& x, ElementType to);

Tensor conv(const Conv& op, const Tensor& x, const Tensor& w, const Tensor* b);
Tensor conv_transpose(const ConvTranspose& op, const Tensor& x, const Tensor& w, const Tensor* b);
/// y, and of maxima their places.
std::vector<Tensor> pool(const Pool& op, const Tensor& x);
Tensor batch_normalization(const BatchNormalization& op, const Operands& in);

Tensor pad(const Pad& op, const Operands& in);
Tensor tile(const Tensor& x, const Dims& repeats);
Tensor gather_elements(const GatherElements& op, const Tensor& data, const Tensor& indices);
Tensor gather_nd(const GatherND& op, const Tensor& data, const Tensor& indices);
Tensor scatter_elements(const ScatterElements& op, const Tensor& data, const Tensor& indices, const Tensor& updates);
Tensor scatter_nd(const ScatterND& op, const Tensor& data, const Tensor& indices, const Tensor& updates);
Tensor reduce(const Reduce& op, const Tensor& x, const std::vector<std::int64_t>* axes);
Tensor extreme(const Extreme& op, const Tensor& x);
Tensor cum_sum(const CumSum& op, const Tensor& x, const Tensor& axis);
std::vector<Tensor> normalization(const Normalization& op, const Operands& in);
std::vector<Tensor> top_k(const TopK& op, const Tensor& x, const Tensor& k);

Tensor trilu(const Trilu& op, const Operands& in);
Tensor eye_like(const EyeLike& op, const Tensor& x);
Tensor non_zero(const Tensor& x);
Tensor resize(const Resize& op, const Operands& in);

Tensor concat(const std::vector<const Tensor*>& parts, std::int64_t axis);
Tensor slice(const Tensor& x, const std::vector<SliceRange<std::int64_t>>& ranges);
std::vector<Tensor> split(const Tensor& x, std::int64_t axis, const std::vector<std::int64_t>& sizes);
Tensor gather(const Tensor& data, const Tensor& indices, std::int64_t axis);
Tensor with_dims(const Tensor& x, Dims dims);
Tensor transpose(const Tensor& x, const std::vector<std::int64_t>& perm);
Tensor expand(const Tensor& x, const Dims& shape);
Tensor shape(const Shape& op, const Tensor& x);
Tensor constant_of_shape(const Tensor& value, const Dims& shape);
Tensor range(const Tensor& start, const Tensor& limit, const Tensor& delta);

// quantized.cpp
Tensor quantize_linear(const QuantizeLinear& op, const Operands& in);
Tensor dequantize_linear(const DequantizeLinear& op, const Operands& in);
std::vector<Tensor> dynamic_quantize_linear(const Tensor& x);
Tensor matmul_integer(const Operands& in);
Tensor conv_integer(const ConvInteger& op, const Operands& in);
Tensor fused_matmul(const FusedMatMul& op, const Tensor& a, const Tensor& b);

}  // namespace tidegate::reference
