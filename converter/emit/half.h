// SPDX-License-Identifier: MIT
// IEEE half precision.
#pragma once

#include <cstdint>

namespace tidegate {

/// Rounded to nearest, ties to even. Beyond 65504 the result is infinite.
std::uint16_t to_half(float value);
/// Exact.
float from_half(std::uint16_t bits);

inline constexpr float kLargestHalf = 65504.0F;

}  // namespace tidegate
