// SPDX-License-Identifier: MIT
// The shape rules of quantized models, as shapes.h: S is Dims or Extents. Every function throws ShapeFault.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/extent.h"
#include "graph/op_quantized.h"

namespace tidegate {

/// How scales (or zero points) of these dims become a tensor that broadcasts to x: `blocks` of the axis first (each
/// element this many times; 1: none), then the view.
template <class S>
struct SliceView {
    std::size_t axis = 0;
    std::int64_t blocks = 1;
    S dims;
};
template <class S = Dims>
SliceView<S> slice_view(const QuantizedSlices& slices, const S& x, const S& scale);

/// A zero point as a tensor that broadcasts to an operand of MatMulInteger: one for each row becomes a column.
template <class S = Dims>
S matmul_zero_view(const S& zero, bool of_rows);

/// One, or one for each output: to w [M, ...].
template <class S = Dims>
S conv_zero_view(const S& zero, const S& w);

/// The order of axes before a FusedMatMul multiplies.
std::vector<std::int64_t> fused_order(std::size_t rank, bool batch, bool transpose);

}  // namespace tidegate
