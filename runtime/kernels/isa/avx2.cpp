// SPDX-License-Identifier: MIT
// AVX2 with FMA: eight lanes.
#include <immintrin.h>

#include <cstring>

#include "kernels/isa/tables.h"
#include "kernels/isa/xsimd.h"

namespace tidegate::kernels {
namespace {

/// The operations are explained in scalar_isa.h.
struct Isa {
    using Arch = xsimd::fma3<xsimd::avx2>;
    using F = xsimd::batch<float, Arch>;
    using U = xsimd::batch<std::uint32_t, Arch>;
    using M = __m256;  ///< all bits of a lane, or none

    static constexpr Size kLanes = F::size;
    static constexpr Size kGroupRows = 16;
    static constexpr Size kPanelsAtOnce = 4;
    static constexpr Size kStepsAtOnce = 4;
    static constexpr Size kLoadsAhead = 8;

    static F load(const float* p) { return _mm256_loadu_ps(p); }
    static void store(float* p, F x) { _mm256_storeu_ps(p, x); }
    static F broadcast(const float* p) { return _mm256_broadcast_ss(p); }

    static F fma(F a, F b, F c) { return _mm256_fmadd_ps(a, b, c); }
    static F fnma(F a, F b, F c) { return _mm256_fnmadd_ps(a, b, c); }
    static F divide(F a, F b) { return _mm256_div_ps(a, b); }
    static F max(F limit, F x) { return _mm256_max_ps(limit, x); }  // the second one if either is NaN
    static F min(F limit, F x) { return _mm256_min_ps(limit, x); }

    static M less(F a, F b) { return _mm256_cmp_ps(a, b, _CMP_LT_OQ); }
    static M less_equal(F a, F b) { return _mm256_cmp_ps(a, b, _CMP_LE_OQ); }
    static M is_nan(F x) { return _mm256_cmp_ps(x, x, _CMP_UNORD_Q); }
    static bool all(M m) { return _mm256_movemask_ps(m) == 0xff; }
    static F select(M m, F yes, F no) { return _mm256_blendv_ps(no, yes, m); }

    static U bits(F x) { return _mm256_castps_si256(x); }
    static F from_bits(U u) { return _mm256_castsi256_ps(u); }
    template <int kBits>
    static U shift_left(U u) {
        return _mm256_slli_epi32(u, kBits);
    }
    template <int kBits>
    static U shift_right(U u) {
        return _mm256_srli_epi32(u, kBits);
    }
};

}  // namespace
}  // namespace tidegate::kernels

#include "kernels/table.inl"

namespace tidegate::kernels {
const Kernels avx2_kernels = table("avx2");
}
