// SPDX-License-Identifier: MIT
// AArch64 with sdot (ARMv8.2 and later: Cortex-A55, A75, A76, Neoverse N1), and with smmla too (Cortex-A510, Neoverse
// V1, N2), which takes several series. In fp32 it is neon.cpp; int8 products are what makes them tables of their own.
#ifndef __ARM_FEATURE_DOTPROD
#error "compile this file with -march=armv8.2-a+dotprod"
#endif
#include "kernels/isa/neon64_isa.h"
#include "kernels/isa/neon_i8mm.h"
#include "kernels/table.inl"

namespace tidegate::kernels {
namespace {

/// Four series at once by the functions of neon_i8mm.cpp, the others one by one by sdot.
struct I8mm : Int8<Isa::SdotDot> {
    using OfOne = Int8<Isa::SdotDot>;
    static constexpr Size kFusedUnits = 0;
};

template <>
void product_of_some<I8mm, 4>(const Operands<I8mm>& in, Size panel, Size end, Size series, const Starts& start,
                              const Sums& y) {
    i8mm_product_of_four(
        {in.part, in.count, panel, end, series, start.at(panel, series), start.stride, y.at(panel, series), y.stride});
}
template <>
void product_of_one<I8mm>(const Operands<I8mm>& in, Size panel, Size end, Size series, const Starts& start,
                          const Sums& y) {
    product_of_one<I8mm::OfOne>({in.part, in.count}, panel, end, series, start, y);
}

}  // namespace

const Kernels neon_dotprod_kernels = table<Isa::SdotDot>("neon-dotprod");
const Kernels neon_i8mm_kernels = table<Isa::SdotDot, I8mm>("neon-i8mm");
}  // namespace tidegate::kernels
