// SPDX-License-Identifier: MIT
// NEON of AArch64: 32 registers.
#pragma once

#include "kernels/isa/neon_isa.h"

namespace tidegate::kernels {
namespace {

struct Isa : NeonIsa<xsimd::neon64> {
    static constexpr Size kGroupRows = 16;
    static constexpr Size kPanelsAtOnce = 4;
    static constexpr Size kStepsAtOnce = 4;
    static constexpr Size kLoadsAhead = 8;
    static F divide(F a, F b) { return vdivq_f32(a, b); }
    static bool all(M m) { return vminvq_u32(m) != 0; }
};

}  // namespace
}  // namespace tidegate::kernels
