// SPDX-License-Identifier: MIT
// AVX-512: sixteen lanes. Of xsimd only the register types and + - * & | ^ are used: its fma is not fused here, and
// comparisons into mask registers are one instruction by intrinsics.
#include <immintrin.h>

#include <cstring>

#include "kernels/isa/tables.h"
#include "kernels/isa/xsimd.h"

namespace tidegate::kernels {
namespace {

/// The operations are explained in scalar_isa.h.
struct Isa {
    using F = xsimd::batch<float, xsimd::avx512f>;
    using U = xsimd::batch<std::uint32_t, xsimd::avx512f>;
    using M = __mmask16;

    static constexpr Size kLanes = F::size;
    static constexpr Size kGroupRows = 16;
    static constexpr Size kPanelsAtOnce = 8;
    static constexpr Size kStepsAtOnce = 8;
    static constexpr Size kLoadsAhead = 8;

    static F load(const float* p) { return _mm512_loadu_ps(p); }
    static void store(float* p, F x) { _mm512_storeu_ps(p, x); }
    static F broadcast(const float* p) { return _mm512_set1_ps(*p); }

    static F fma(F a, F b, F c) { return _mm512_fmadd_ps(a, b, c); }
    static F fnma(F a, F b, F c) { return _mm512_fnmadd_ps(a, b, c); }
    static F divide(F a, F b) { return _mm512_div_ps(a, b); }
    static F max(F limit, F x) { return _mm512_max_ps(limit, x); }  // the second one if either is NaN
    static F min(F limit, F x) { return _mm512_min_ps(limit, x); }

    static M less(F a, F b) { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }
    static M less_equal(F a, F b) { return _mm512_cmp_ps_mask(a, b, _CMP_LE_OQ); }
    static M is_nan(F x) { return _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q); }
    static bool all(M m) { return m == 0xffff; }
    static F select(M m, F yes, F no) { return _mm512_mask_blend_ps(m, no, yes); }

    static U bits(F x) { return _mm512_castps_si512(x); }
    static F from_bits(U u) { return _mm512_castsi512_ps(u); }
    template <int kBits>
    static U shift_left(U u) {
        return _mm512_slli_epi32(u, kBits);
    }
    template <int kBits>
    static U shift_right(U u) {
        return _mm512_srli_epi32(u, kBits);
    }
};

}  // namespace
}  // namespace tidegate::kernels

#include "kernels/table.inl"

namespace tidegate::kernels {
const Kernels avx512_kernels = table("avx512");
}
