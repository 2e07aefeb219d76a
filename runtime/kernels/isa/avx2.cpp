// SPDX-License-Identifier: MIT
// AVX2 with FMA: eight lanes.
#include <immintrin.h>

#include <cstring>

#include "kernels/isa/tables.h"
#include "kernels/isa/x86_parts.h"
#include "kernels/isa/xsimd.h"

namespace tidegate::kernels {
namespace {

/// The operations are explained in scalar_isa.h.
struct Isa {
    using Arch = xsimd::fma3<xsimd::avx2>;
    using F = xsimd::batch<float, Arch>;
    using U = xsimd::batch<std::uint32_t, Arch>;
    using I = __m256i;
    using M = __m256;  ///< all bits of a lane, or none

    static constexpr Size kLanes = F::size;
    static constexpr bool kMasks = true;
    static constexpr Size kGroupRows = 16;
    static constexpr Size kPanelsAtOnce = 4;
    static constexpr Size kStepsAtOnce = 4;
    static constexpr Size kLoadsAhead = 8;

    static F load(const float* p) { return _mm256_loadu_ps(p); }
    static void store(float* p, F x) { _mm256_storeu_ps(p, x); }
    static __m256i first(Size n) {
        const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)), lanes);
    }
    static F load_first(const float* p, Size n) { return _mm256_maskload_ps(p, first(n)); }
    static void store_first(float* p, F x, Size n) { store_first_of_eight(p, x, n); }
    static F broadcast(const float* p) { return _mm256_broadcast_ss(p); }
    static F load(const std::uint16_t* p) {
        return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
    }

    static F fma(F a, F b, F c) { return _mm256_fmadd_ps(a, b, c); }
    static F fnma(F a, F b, F c) { return _mm256_fnmadd_ps(a, b, c); }
    static F divide(F a, F b) { return _mm256_div_ps(a, b); }
    static F sqrt(F x) { return _mm256_sqrt_ps(x); }
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
    static U max_bits(U a, U b) { return _mm256_max_epu32(a, b); }
    static std::uint32_t largest_lane(U u) {
        const __m128i four = _mm_max_epu32(_mm256_castsi256_si128(u), _mm256_extracti128_si256(u, 1));
        const __m128i two = _mm_max_epu32(four, _mm_unpackhi_epi64(four, four));
        return static_cast<std::uint32_t>(_mm_cvtsi128_si32(_mm_max_epu32(two, _mm_shuffle_epi32(two, 1))));
    }
    static void store_low_bytes(std::int8_t* p, U u) {
        const __m256i low = _mm256_set1_epi32(0x0c080400);  // in each half: its four low bytes
        const __m256i halves = _mm256_shuffle_epi8(u, low);
        const __m128i bytes = _mm_unpacklo_epi32(_mm256_castsi256_si128(halves), _mm256_extracti128_si256(halves, 1));
        _mm_storel_epi64(reinterpret_cast<__m128i*>(p), bytes);
    }

    static I zero() { return _mm256_setzero_si256(); }
    static I add(I a, I b) { return _mm256_add_epi32(a, b); }
    static F to_float(I i) { return _mm256_cvtepi32_ps(i); }

    /// maddubs(|x|, sign(w, x)): two products of at most 127 * 127 do not saturate.
    struct Dot {
        static constexpr std::uint32_t kFlip = 0;
        static constexpr Size kChains = 1;
        static constexpr Size kMostSums = 16;
        static constexpr Size kLoadsAhead = 0;
        static constexpr bool kPairs = false;
        static constexpr bool kFours = false;
        using Sum = I;
        using Weights = __m256i;
        struct Values {
            __m256i magnitudes, signs;
        };

        static I start(const std::int32_t*) { return zero(); }
        static Sum none() { return zero(); }
        static I total(Sum sum) { return sum; }
        static Weights load(const std::int8_t* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
        static Values values(const std::int8_t* p) {
            std::int32_t quad;
            std::memcpy(&quad, p, sizeof quad);
            const __m256i x = _mm256_set1_epi32(quad);
            return {_mm256_abs_epi8(x), x};
        }
        static I add(I sum, Weights w, const Values& x) {
            const __m256i pairs = _mm256_maddubs_epi16(x.magnitudes, _mm256_sign_epi8(w, x.signs));
            return Isa::add(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
        }
        static I add(I sum, const std::int8_t* w, const Values& x) { return add(sum, load(w), x); }
    };
};

}  // namespace
}  // namespace tidegate::kernels

#include "kernels/table.inl"

namespace tidegate::kernels {
const Kernels avx2_kernels = table<Isa::Dot>("avx2");
}
