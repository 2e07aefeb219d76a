// SPDX-License-Identifier: MIT
// Operators of models that were quantized before, and what an optimizer of such models writes. All of them become
// others when their shapes are known (simplify/expand_quantized.cpp).
#pragma once

#include <cstdint>

#include "graph/op_windows.h"
#include "graph/tensor.h"

namespace tidegate {

/// Where the slices lie that have a scale and a zero point of their own, if there is more than one: along an axis, or,
/// with a block, in every `block` elements of it (the scales then have all axes).
struct QuantizedSlices {
    std::int64_t axis = 1;
    std::int64_t block = 0;  ///< 0: none
};
/// y = saturate(round(x / scale) + zero point), ties to even.
struct QuantizeLinear {
    QuantizedSlices slices;
    ElementType type = ElementType::u8;  ///< without a zero point
};                                       ///< x, scale, zero point?
/// y = (x - zero point) scale
struct DequantizeLinear {
    QuantizedSlices slices;
};  ///< x, scale, zero point?
/// scale = (max(x, 0) - min(x, 0)) / 255, or 1 where that is 0; zero point = saturate(round(-min(x, 0) / scale)).
struct DynamicQuantizeLinear {};  ///< x -> y (u8), scale, zero point (u8)
/// Sums of products of integers without their zero points, modulo 2^32. A zero point is one number, one for each row of
/// a or column of b, or broadcast.
struct MatMulInteger {};  ///< a, b, zero point of a?, of b? -> i32
struct ConvInteger {
    Conv conv;
};  ///< x, w, zero point of x?, of w (one, or one for each output)?, bias (i32)? -> i32
/// alpha a' b', each transposed in its last two axes if asked for; before that, with `batch`, the first axis goes
/// behind the other batch axes.
struct FusedMatMul {
    double alpha = 1;
    bool transpose_a = false;
    bool transpose_b = false;
    bool batch_a = false;
    bool batch_b = false;
};  ///< a, b

}  // namespace tidegate
