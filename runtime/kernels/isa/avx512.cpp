// SPDX-License-Identifier: MIT
// AVX-512: sixteen lanes. Of xsimd only the register types and + - * & | ^ are used: its fma is not fused here, and
// comparisons into mask registers are one instruction by intrinsics.
#include <immintrin.h>

#include <cstring>

#include "kernels/isa/tables.h"
#include "kernels/isa/x86_parts.h"
#include "kernels/isa/xsimd.h"

namespace tidegate::kernels {
namespace {

/// The operations are explained in scalar_isa.h.
struct Isa {
    using F = xsimd::batch<float, xsimd::avx512f>;
    using U = xsimd::batch<std::uint32_t, xsimd::avx512f>;
    using I = __m512i;
    using M = __mmask16;

    static constexpr Size kLanes = F::size;
    static constexpr bool kMasks = true;
    static constexpr Size kGroupRows = 16;
    static constexpr Size kPanelsAtOnce = 8;
    static constexpr Size kStepsAtOnce = 8;
    static constexpr Size kLoadsAhead = 8;

    static F load(const float* p) { return _mm512_loadu_ps(p); }
    static void store(float* p, F x) { _mm512_storeu_ps(p, x); }
    static M first(Size n) { return static_cast<M>((1U << n) - 1); }
    /// Halves as such: what a store wrote is forwarded to loads within it.
    static F load_first(const float* p, Size n) {
        if (n == 8) return _mm512_zextps256_ps512(_mm256_loadu_ps(p));
        return _mm512_maskz_loadu_ps(first(n), p);
    }
    static void store_first(float* p, F x, Size n) {
        __m256 eight = _mm512_castps512_ps256(x);
        if ((n & 8) != 0) {
            _mm256_storeu_ps(p, eight);
            eight = _mm512_extractf32x8_ps(x, 1);
            p += 8;
        }
        store_first_of_eight(p, eight, n);
    }
    static F broadcast(const float* p) { return _mm512_set1_ps(*p); }
    static F load(const std::uint16_t* p) {
        return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
    }

    static F fma(F a, F b, F c) { return _mm512_fmadd_ps(a, b, c); }
    static F fnma(F a, F b, F c) { return _mm512_fnmadd_ps(a, b, c); }
    static F divide(F a, F b) { return _mm512_div_ps(a, b); }
    static F sqrt(F x) { return _mm512_sqrt_ps(x); }
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
    static U max_bits(U a, U b) { return _mm512_max_epu32(a, b); }
    static std::uint32_t largest_lane(U u) { return _mm512_reduce_max_epu32(u); }
    static void store_low_bytes(std::int8_t* p, U u) {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm512_cvtepi32_epi8(u));
    }

    static I zero() { return _mm512_setzero_si512(); }
    static I add(I a, I b) { return _mm512_add_epi32(a, b); }
    static F to_float(I i) { return _mm512_cvtepi32_ps(i); }

    struct Quads {
        static constexpr Size kMostSums = 16;
        static constexpr Size kLoadsAhead = 0;
        static constexpr bool kPairs = false;
        static constexpr bool kFours = false;
        using Sum = I;
        using Weights = __m512i;
        static Sum none() { return zero(); }
        static I total(Sum sum) { return sum; }
        static Weights load(const std::int8_t* p) { return _mm512_loadu_si512(p); }
        static __m512i broadcast(const std::int8_t* p) {
            std::int32_t quad;
            std::memcpy(&quad, p, sizeof quad);
            return _mm512_set1_epi32(quad);
        }
    };

    /// maddubs(|x|, w * sign of x): two products of at most 127 * 127 do not saturate.
    struct Dot : Quads {
        static constexpr std::uint32_t kFlip = 0;
        static constexpr Size kChains = 1;
        struct Values {
            __m512i magnitudes;
            __mmask64 negative;
        };

        static I start(const std::int32_t*) { return zero(); }
        static Values values(const std::int8_t* p) {
            const __m512i x = broadcast(p);
            return {_mm512_abs_epi8(x), _mm512_movepi8_mask(x)};
        }
        static I add(I sum, Weights w, const Values& x) {
            const __m512i signed_weights = _mm512_mask_sub_epi8(w, x.negative, zero(), w);
            const __m512i pairs = _mm512_maddubs_epi16(x.magnitudes, signed_weights);
            return Isa::add(sum, _mm512_madd_epi16(pairs, _mm512_set1_epi16(1)));
        }
        static I add(I sum, const std::int8_t* w, const Values& x) { return add(sum, load(w), x); }
    };

    /// vpdpbusd with x + 128 as its unsigned operand. In assembler: a file compiled for VNNI could use it elsewhere.
    struct VnniDot : Quads {
        static constexpr std::uint32_t kFlip = 0x80;
        static constexpr Size kChains = 2;
        using Values = __m512i;

        static I start(const std::int32_t* correction) { return _mm512_loadu_si512(correction); }
        static Values values(const std::int8_t* p) { return broadcast(p); }
        static I add(I sum, Weights w, Values x) {
            asm("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(x), "v"(w));
            return sum;
        }
        static I add(I sum, const std::int8_t* w, Values x) {
            asm("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(x), "m"(*reinterpret_cast<const __m512i_u*>(w)));
            return sum;
        }
    };
};

}  // namespace
}  // namespace tidegate::kernels

#include "kernels/table.inl"

namespace tidegate::kernels {
const Kernels avx512_kernels = table<Isa::Dot>("avx512");
const Kernels avx512_vnni_kernels = table<Isa::VnniDot>("avx512+vnni");
}  // namespace tidegate::kernels
