// SPDX-License-Identifier: MIT
#include <immintrin.h>

#include <cstddef>

namespace tidegate::bench {
namespace {

using V = __m512;
constexpr std::size_t kLanes = 16;
V zero() { return _mm512_setzero_ps(); }
V broadcast(float x) { return _mm512_set1_ps(x); }
V load(const float* x) { return _mm512_load_ps(x); }
V fma(V a, V b, V c) { return _mm512_fmadd_ps(a, b, c); }
float sum(V x) { return _mm512_cvtss_f32(x); }
bool runs_here() { return __builtin_cpu_supports("avx512f") != 0; }

}  // namespace
}  // namespace tidegate::bench

#include "peak.inl"

namespace tidegate::bench {
const Peak avx512_peak{runs_here, multiply_adds, read_floats};
}
