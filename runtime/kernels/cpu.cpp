// SPDX-License-Identifier: MIT
#include "kernels/cpu.h"

namespace tidegate::kernels {

std::uint32_t cpu_features() {
    std::uint32_t features = cpu_any;
#if defined(__x86_64__) || defined(__i386__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2")) features |= cpu_avx2;
    if (__builtin_cpu_supports("fma")) features |= cpu_fma;
#endif
    return features;
}

}  // namespace tidegate::kernels
