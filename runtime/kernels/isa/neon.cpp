// SPDX-License-Identifier: MIT
// What every AArch64 CPU has.
#include "kernels/isa/neon64_isa.h"
#include "kernels/table.inl"

namespace tidegate::kernels {
const Kernels neon_kernels = table<Isa::Dot>("neon");
}
