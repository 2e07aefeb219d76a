// SPDX-License-Identifier: MIT
#include "kernels/cpu.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif
#if defined(__linux__) && (defined(__aarch64__) || defined(__arm__))
#include <sys/auxv.h>
#endif

namespace tidegate::kernels {
namespace {

/// `feature` if all of `needed` is there.
[[maybe_unused]] std::uint32_t feature_of(unsigned long there, unsigned long needed, std::uint32_t feature) {
    return (there & needed) == needed ? feature : 0;
}

#if defined(__x86_64__) || defined(__i386__)
/// F16C; its registers are those of AVX. Compilers that do not know the name ask CPUID, which takes microseconds in a
/// virtual machine.
bool has_half_precision() {
#if !defined(__clang__) && __GNUC__ >= 11
    return __builtin_cpu_supports("f16c") != 0;
#else
    constexpr unsigned kF16c = 1U << 29;
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & kF16c) != 0;
#endif
}
#endif

}  // namespace

std::uint32_t cpu_features() {
    std::uint32_t features = cpu_any;
#if defined(__x86_64__) || defined(__i386__)
    // These ask the operating system too: without its help the registers' upper parts are lost.
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && has_half_precision()) features |= cpu_avx2;
    if (__builtin_cpu_supports("fma")) features |= cpu_fma;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
        features |= cpu_avx512;
    }
    if (__builtin_cpu_supports("avx512vnni")) features |= cpu_avx512_vnni;
#elif defined(__linux__) && defined(__aarch64__)
    constexpr unsigned long kDotProduct = 1UL << 20;
    constexpr unsigned long kI8mm = 1UL << 13;
    features |= feature_of(getauxval(AT_HWCAP), kDotProduct, cpu_dotprod);
    features |= feature_of(getauxval(AT_HWCAP2), kI8mm, cpu_i8mm);
#elif defined(__linux__) && defined(__arm__)
    constexpr unsigned long kNeon = 1UL << 12, kVfpv4 = 1UL << 16;
    features |= feature_of(getauxval(AT_HWCAP), kNeon | kVfpv4, cpu_vfpv4);
#endif
    return features;
}

}  // namespace tidegate::kernels
