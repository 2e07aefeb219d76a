// SPDX-License-Identifier: MIT
// The first elements of a register, on x86. Not by a mask: what a masked store wrote is not forwarded to the loads that
// follow.
#pragma once

#include <immintrin.h>

#include "kernels/kernels.h"

namespace tidegate::kernels {
namespace {

/// n < 4.
inline void store_first_of_four(float* p, __m128 x, Size n) {
    if ((n & 2) != 0) {
        _mm_storel_pi(reinterpret_cast<__m64*>(p), x);
        x = _mm_movehl_ps(x, x);
        p += 2;
    }
    if ((n & 1) != 0) _mm_store_ss(p, x);
}

/// n < 8.
inline void store_first_of_eight(float* p, __m256 x, Size n) {
    __m128 four = _mm256_castps256_ps128(x);
    if ((n & 4) != 0) {
        _mm_storeu_ps(p, four);
        four = _mm256_extractf128_ps(x, 1);
        p += 4;
    }
    store_first_of_four(p, four, n);
}

}  // namespace
}  // namespace tidegate::kernels
