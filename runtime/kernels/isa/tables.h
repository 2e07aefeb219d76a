// SPDX-License-Identifier: MIT
// The tables of the instruction sets, one per file of this folder. Only select.cpp knows which ones are linked in.
#pragma once

#include "kernels/kernels.h"

namespace tidegate::kernels {

extern const Kernels avx512_kernels;        ///< needs cpu_avx512 and cpu_fma
extern const Kernels avx512_vnni_kernels;   ///< needs cpu_avx512_vnni too
extern const Kernels avx2_kernels;          ///< needs cpu_avx2 and cpu_fma
extern const Kernels neon_kernels;          ///< AArch64: every CPU has it
extern const Kernels neon_dotprod_kernels;  ///< AArch64, needs cpu_dotprod
extern const Kernels neon_i8mm_kernels;     ///< needs cpu_i8mm too
extern const Kernels neon_vfpv4_kernels;    ///< 32-bit ARM, needs cpu_vfpv4; flushes subnormals

}  // namespace tidegate::kernels
