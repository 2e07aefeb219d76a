// SPDX-License-Identifier: MIT
// The limits of this core, measured: what a figure of a kernel is to be compared with.
#pragma once

#include <cstddef>

namespace tidegate::bench {

/// Multiply-adds done per call of multiply_adds().
inline constexpr std::size_t kMultiplyAdds = std::size_t{1} << 20;

/// False where peak.cpp has no code for this machine; then do not call the functions.
bool peak_runs_here();

/// kMultiplyAdds independent multiply-adds in registers, in the widest form that peak.cpp is compiled for.
float multiply_adds();

/// Loads n floats (a multiple of 64) at x (on a multiple of 32 bytes) into registers, in the order that is fastest.
void read_floats(const float* x, std::size_t n);

}  // namespace tidegate::bench
