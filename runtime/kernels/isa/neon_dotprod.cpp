// SPDX-License-Identifier: MIT
// AArch64 with sdot (ARMv8.2 and later: Cortex-A55, A75, A76, Neoverse N1). In fp32 it is neon.cpp; int8 products are
// what makes it a table of its own.
#ifndef __ARM_FEATURE_DOTPROD
#error "compile this file with -march=armv8.2-a+dotprod"
#endif
#include "kernels/isa/neon64_isa.h"
#include "kernels/table.inl"

namespace tidegate::kernels {
const Kernels neon_dotprod_kernels = table<Isa::SdotDot>("neon-dotprod");
}
