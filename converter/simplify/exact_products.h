// SPDX-License-Identifier: MIT
// How sums of products of 8-bit integers stay exact in floats. Inside simplify/expand_quantized.cpp only.
#pragma once

#include <cstdint>

#include "graph/tensor.h"

namespace tidegate {

/// The largest |x - zero point| of any integer of the type; a zero point that is not known: null.
std::int64_t largest_difference(ElementType type, const Tensor* zero);

/// The largest sum of |w - zero point| over the factors of one result. Known weights [.., depth, columns] of a MatMul.
std::int64_t largest_column(const Tensor& w, const Tensor* zero);
/// Known weights [outputs, ...] of a convolution.
std::int64_t largest_output(const Tensor& w, const Tensor* zero);

/// Bits of the parts in which one factor has to be taken: 8 if its sums, as whole numbers up to 2^24, are exact at
/// once; less for as many parts as make them so; 0 if none do.
int exact_part_bits(std::int64_t largest_factor, std::int64_t largest_sum);

}  // namespace tidegate
