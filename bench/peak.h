// SPDX-License-Identifier: MIT
// The limits of this core, measured: what a figure of a kernel is to be compared with.
#pragma once

#include <cstddef>

namespace tidegate::bench {

/// Multiply-adds done per call of Peak::multiply_adds().
inline constexpr std::size_t kMultiplyAdds = std::size_t{3} << 18;

/// The same two loops, compiled for one instruction set.
struct Peak {
    bool (*runs_here)();
    /// kMultiplyAdds independent multiply-adds in registers.
    float (*multiply_adds)();
    /// Loads n floats (a multiple of 64) at x (on a multiple of 64 bytes) into registers, in the order that is fastest.
    void (*read_floats)(const float* x, std::size_t n);
};

extern const Peak avx512_peak, avx2_peak;

/// Of bytes, into 32-bit sums.
struct Int8Peak {
    bool (*runs_here)();
    /// kMultiplyAdds independent multiply-adds in registers.
    int (*multiply_adds)();
};

extern const Int8Peak vnni_int8_peak, avx512_int8_peak, avx2_int8_peak;

/// The fastest that this CPU runs; null where there is no code for this machine.
const Int8Peak* fastest_int8_peak();
/// The widest that this CPU runs; null where there is no code for this machine.
const Peak* widest_peak();

}  // namespace tidegate::bench
