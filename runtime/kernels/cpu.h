// SPDX-License-Identifier: MIT
// What this CPU, under this operating system, can do.
#pragma once

#include <cstdint>

namespace tidegate::kernels {

/// Bits of cpu_features().
enum Cpu : std::uint32_t { cpu_any = 0, cpu_avx2 = 1, cpu_fma = 2 };

/// The Cpu bits of the machine this runs on.
std::uint32_t cpu_features();

}  // namespace tidegate::kernels
