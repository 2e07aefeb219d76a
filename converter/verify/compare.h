// SPDX-License-Identifier: MIT
// The comparison of a computed tensor with the expected one.
#pragma once

#include <cstdint>
#include <string>

#include "graph/tensor.h"

namespace tidegate {

/// An element passes if |d| <= absolute or |d| <= relative * |expected|; NaN equals NaN, infinities and integers must
/// be equal.
struct Tolerance {
    double relative = 1e-5;
    double absolute = 1e-5;
};

struct Comparison {
    std::int64_t elements = 0;
    std::int64_t failed = 0;
    double largest_absolute = 0;  ///< infinity if one side is not finite and the other differs
    double largest_relative = 0;  ///< |d| / |expected| over the elements with expected != 0
    /// The tolerances that would let the elements pass that failed, one or the other; relative: infinity where 0 is
    /// expected.
    double needed_absolute = 0, needed_relative = 0;
    bool integers = false;  ///< which no tolerance is for
    std::string mismatch;   ///< type or shape differ: what was expected and what was found; else empty
    bool passed() const { return mismatch.empty() && failed == 0; }
};

/// A real and an integer tensor do not match; f32 stands for all reals.
Comparison compare(const Tensor& computed, const Tensor& expected, Tolerance tolerance);
/// One type, one shape, and every element the same bits.
bool same_bits(const Tensor& a, const Tensor& b);
/// The worst of both, counts added.
Comparison merge(const Comparison& a, const Comparison& b);

}  // namespace tidegate
