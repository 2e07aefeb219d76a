// SPDX-License-Identifier: MIT
// AVX2 with FMA: eight lanes.
#include <cstring>
#include <xsimd/xsimd.hpp>

#include "kernels/isa/tables.h"

namespace tidegate::kernels {
namespace {

/// The operations are explained in scalar_isa.h.
struct Isa {
    using Arch = xsimd::fma3<xsimd::avx2>;
    using F = xsimd::batch<float, Arch>;
    using U = xsimd::batch<std::uint32_t, Arch>;
    using M = xsimd::batch_bool<float, Arch>;

    static constexpr Size kLanes = F::size;
    static constexpr Size kGroupRows = 16;
    static constexpr Size kPanelsAtOnce = 4;
    static constexpr Size kLoadsAhead = 8;

    static F load(const float* p) { return F::load_unaligned(p); }
    static void store(float* p, F x) { x.store_unaligned(p); }
    static F broadcast(const float* p) { return F(*p); }

    static F fma(F a, F b, F c) { return xsimd::fma(a, b, c); }
    static F fnma(F a, F b, F c) { return xsimd::fnma(a, b, c); }
    static F divide(F a, F b) { return a / b; }
    static F max(F limit, F x) { return xsimd::max(limit, x); }
    static F min(F limit, F x) { return xsimd::min(limit, x); }

    static M less(F a, F b) { return a < b; }
    static M less_equal(F a, F b) { return a <= b; }
    static M is_nan(F x) { return xsimd::isnan(x); }
    static bool all(M m) { return xsimd::all(m); }
    static F select(M m, F yes, F no) { return xsimd::select(m, yes, no); }

    static U bits(F x) { return xsimd::bitwise_cast<U>(x); }
    static F from_bits(U u) { return xsimd::bitwise_cast<F>(u); }
    template <int kBits>
    static U shift_left(U u) {
        return u << kBits;
    }
    template <int kBits>
    static U shift_right(U u) {
        return u >> kBits;
    }
};

}  // namespace
}  // namespace tidegate::kernels

#include "kernels/table.inl"

namespace tidegate::kernels {
const Kernels avx2_kernels = table("avx2");
}
