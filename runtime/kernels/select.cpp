// SPDX-License-Identifier: MIT
#include "kernels/cpu.h"
#include "kernels/isa/tables.h"
#include "kernels/kernels.h"

namespace tidegate::kernels {
namespace {

template <std::uint32_t kNeeded>
bool has() {
    return (cpu_features() & kNeeded) == kNeeded;
}

/// Best first; the last one runs anywhere.
constexpr KernelSet kSets[] = {
#ifdef TIDEGATE_ISA_AVX512
    {&avx512_vnni_kernels, has<cpu_avx512 | cpu_fma | cpu_avx512_vnni>},
    {&avx512_kernels, has<cpu_avx512 | cpu_fma>},
#endif
#ifdef TIDEGATE_ISA_AVX2
    {&avx2_kernels, has<cpu_avx2 | cpu_fma>},
#endif
#ifdef TIDEGATE_ISA_NEON_DOTPROD
    {&neon_i8mm_kernels, has<cpu_dotprod | cpu_i8mm>},
    {&neon_dotprod_kernels, has<cpu_dotprod>},
#endif
#ifdef TIDEGATE_ISA_NEON
    {&neon_kernels, has<cpu_any>},
#endif
#ifdef TIDEGATE_ISA_NEON_VFPV4
    {&neon_vfpv4_kernels, has<cpu_vfpv4>},
#endif
    {&scalar_kernels, has<cpu_any>},
};

}  // namespace

const KernelSet* kernel_sets(Size& count) {
    count = sizeof kSets / sizeof kSets[0];
    return kSets;
}

const Kernels* best_kernels() {
    const KernelSet* set = kSets;
    while (!set->runs_here()) ++set;
    return set->kernels;
}

}  // namespace tidegate::kernels
