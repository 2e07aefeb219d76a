// SPDX-License-Identifier: MIT
// The kernels' texts (*.inl) are compiled once for each instruction set. A file that includes them has defined
// struct Isa before: the types and operations of scalar_isa.h for its lanes. + - * of F are the operators.
// Everything is in an anonymous namespace, so that no function of one set can be linked into another one.
#pragma once

#include <cstring>

#include "format/panels.h"
#include "kernels/kernels.h"

namespace tidegate::kernels {
namespace {

using F = Isa::F;
using U = Isa::U;
using M = Isa::M;
using I = Isa::I;

using format::kPanelRows;
inline constexpr Size kLanes = Isa::kLanes;

/// Loops that index an array of registers must be unrolled, else GCC keeps the array in memory. (scalar.cpp may think
/// otherwise.)
#ifndef TIDEGATE_UNROLL
#define TIDEGATE_UNROLL _Pragma("GCC unroll 16")
#endif

/// The gates of up to 16 units: in line, but where flash is short one copy must do.
#if TIDEGATE_ONE_SET
#define TIDEGATE_GATES [[gnu::noinline]] static
#else
#define TIDEGATE_GATES inline
#endif

inline F abs(F x) { return Isa::from_bits(Isa::bits(x) & U(0x7fffffffU)); }

/// The first n < kLanes elements; the other lanes are zero. By Isa's masks where it has some: through memory a load
/// would wait for all the stores before it.
template <class S = Isa>
inline F load_part(const float* p, Size n) {
    if constexpr (S::kMasks) {
        return S::load_first(p, n);
    } else {
        float lanes[kLanes];
        for (Size i = 0; i < kLanes; ++i) lanes[i] = i < n ? p[i] : 0.0F;
        return S::load(lanes);
    }
}

/// The same with `rest` in the other lanes.
inline F load_filled(const float* p, Size n, float rest) {
    float lanes[kLanes];
    for (Size i = 0; i < kLanes; ++i) lanes[i] = i < n ? p[i] : rest;
    return Isa::load(lanes);
}

template <class S = Isa>
inline void store_part(float* p, F x, Size n) {
    if constexpr (S::kMasks) {
        S::store_first(p, x, n);
    } else {
        float lanes[kLanes];
        S::store(lanes, x);
        for (Size i = 0; i < n; ++i) p[i] = lanes[i];
    }
}

inline std::uint32_t bits_of(float x) {
    std::uint32_t u;
    std::memcpy(&u, &x, sizeof u);
    return u;
}

inline float float_of(std::uint32_t u) {
    float x;
    std::memcpy(&x, &u, sizeof x);
    return x;
}

/// The first min(n, kLanes) elements.
inline F load_up_to(const float* p, Size n) { return n >= kLanes ? Isa::load(p) : load_part(p, n); }

inline void store_up_to(float* p, F x, Size n) {
    if (n >= kLanes) {
        Isa::store(p, x);
    } else {
        store_part(p, x, n);
    }
}

}  // namespace
}  // namespace tidegate::kernels
