// SPDX-License-Identifier: MIT
#include "peak.h"

#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace tidegate::bench {

#ifdef __AVX2__

bool peak_runs_here() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

float multiply_adds() {
    constexpr int kChains = 12;  // latency 4 or 5, two a cycle
    __m256 sum[kChains];
    for (__m256& s : sum) s = _mm256_setzero_ps();
    __m256 factor = _mm256_set1_ps(0.5F);
    asm("" : "+x"(factor));
    for (std::size_t i = 0; i < kMultiplyAdds / (8 * kChains); ++i) {
#pragma GCC unroll 12
        for (int chain = 0; chain < kChains; ++chain) sum[chain] = _mm256_fmadd_ps(sum[chain], factor, factor);
    }
    __m256 total = sum[0];
    for (int chain = 1; chain < kChains; ++chain) total = _mm256_add_ps(total, sum[chain]);
    return _mm256_cvtss_f32(total);
}

void read_floats(const float* x, std::size_t n) {
    constexpr std::size_t kStreams = 4;  // one alone leaves prefetchers idle, as a kernel with four panels does not
    const std::size_t part = n / kStreams;
    for (const float* end = x + part; x != end; x += 16) {
#pragma GCC unroll 8
        for (std::size_t i = 0; i < 2 * kStreams; ++i) {
            const __m256 value = _mm256_load_ps(x + i / 2 * part + i % 2 * 8);
            asm volatile("" : : "x"(value));  // that it is loaded; a sum would wait for its own latency
        }
    }
}

#else

bool peak_runs_here() { return false; }
float multiply_adds() { return 0; }
void read_floats(const float*, std::size_t) {}

#endif

}  // namespace tidegate::bench
