// SPDX-License-Identifier: MIT
#include <immintrin.h>

#include <cstddef>

namespace tidegate::bench {
namespace {

constexpr std::size_t kBytes = 64;
using I [[gnu::vector_size(kBytes)]] = int;  // of 32-bit sums: for __m512i GCC copies registers in the loop
I set1(char x) { return reinterpret_cast<I>(_mm512_set1_epi8(x)); }
int sum(I x) { return x[0]; }
I dot(I sums, I x, I weights) {
    return reinterpret_cast<I>(_mm512_dpbusd_epi32(reinterpret_cast<__m512i>(sums), reinterpret_cast<__m512i>(x),
                                                   reinterpret_cast<__m512i>(weights)));
}
bool runs_here() { return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512vnni") != 0; }

}  // namespace
}  // namespace tidegate::bench

#include "peak_int8.inl"

namespace tidegate::bench {
const Int8Peak vnni_int8_peak{runs_here, int8_multiply_adds};
}
