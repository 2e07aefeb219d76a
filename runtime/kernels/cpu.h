// SPDX-License-Identifier: MIT
// What this CPU, under this operating system, can do.
#pragma once

#include <cstdint>

namespace tidegate::kernels {

/// Bits of cpu_features().
enum Cpu : std::uint32_t {
    cpu_any = 0,
    cpu_avx2 = 1,  ///< and F16C, which every CPU with AVX2 has
    cpu_fma = 2,
    cpu_avx512 = 4,    ///< F, CD, BW, DQ and VL, as every server CPU with AVX-512 has them
    cpu_vfpv4 = 8,     ///< 32-bit ARM: NEON with fused multiply-add
    cpu_dotprod = 16,  ///< AArch64: sdot and udot
    cpu_avx512_vnni = 32,
    cpu_i8mm = 64  ///< AArch64: smmla
};

/// The Cpu bits of the machine this runs on.
std::uint32_t cpu_features();

}  // namespace tidegate::kernels
