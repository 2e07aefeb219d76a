// SPDX-License-Identifier: MIT
#include <immintrin.h>

#include <cstddef>

namespace tidegate::bench {
namespace {

constexpr std::size_t kBytes = 32;
using I [[gnu::vector_size(kBytes)]] = int;  // of 32-bit sums: for __m256i GCC copies registers in the loop
I set1(char x) { return reinterpret_cast<I>(_mm256_set1_epi8(x)); }
int sum(I x) { return x[0]; }
I dot(I sums, I x, I weights) {
    I pairs;  // by asm: else the compiler would do it once for all sums
    asm volatile("vpmaddubsw %2, %1, %0" : "=v"(pairs) : "v"(x), "v"(weights));
    return sums + reinterpret_cast<I>(_mm256_madd_epi16(reinterpret_cast<__m256i>(pairs), _mm256_set1_epi16(1)));
}
bool runs_here() { return __builtin_cpu_supports("avx2") != 0; }

}  // namespace
}  // namespace tidegate::bench

#include "peak_int8.inl"

namespace tidegate::bench {
const Int8Peak avx2_int8_peak{runs_here, int8_multiply_adds};
}
