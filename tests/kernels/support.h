// SPDX-License-Identifier: MIT
// What the kernel tests share: the sets this CPU has, hard inputs, equality of bits.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "kernels/float_mode.h"
#include "kernels/kernels.h"

namespace tidegate::kernels {
extern const Kernels sixteen_lane_kernels, sixteen_lane_flipped_kernels;  ///< sixteen_lanes.cpp
}

namespace tidegate::test {

/// An emulator is some fifty times slower: it gets one value where the CPU itself gets this many. Odd, so that steps
/// through bit patterns keep reaching all of the low bits.
#if defined(TIDEGATE_EMULATED)
inline constexpr std::uint32_t kThinning = 41;
#else
inline constexpr std::uint32_t kThinning = 1;
#endif

using kernels::Kernels;
using kernels::Size;
using Floats = std::vector<float>;

/// Best first; the last one is not in the library.
inline std::vector<const Kernels*> sets_here() {
    Size count = 0;
    const kernels::KernelSet* sets = kernels::kernel_sets(count);
    std::vector<const Kernels*> here;
    for (Size i = 0; i < count; ++i) {
        if (sets[i].runs_here()) here.push_back(sets[i].kernels);
    }
    here.push_back(&kernels::sixteen_lane_kernels);
    return here;
}

/// And a table of which the int8 products alone are new: they are made like those of VNNI.
inline std::vector<const Kernels*> int8_sets_here() {
    std::vector<const Kernels*> sets = sets_here();
    sets.push_back(&kernels::sixteen_lane_flipped_kernels);
    return sets;
}

inline std::uint32_t bits(float x) { return std::bit_cast<std::uint32_t>(x); }
inline float from_bits(std::uint32_t u) { return std::bit_cast<float>(u); }

#if defined(__SSE__)
inline constexpr kernels::FloatControl kFlushing = 0x8040;  ///< FTZ, DAZ
#else
inline constexpr kernels::FloatControl kFlushing = 1U << 24;  ///< FZ
#endif

/// Does this set flush subnormals although the mode is to keep them?
inline bool flushes_subnormals(const Kernels& set) {
    const float subnormal = 1e-40F, one = 1;
    float product = 0;
    set.binary[2](&subnormal, 1, &one, 1, &product, 1);
    return bits(product) == 0;
}

/// If the set flushes subnormals, so does everything else while this lives: then the set has the scalar kernels' bits.
class SubnormalsOf {
public:
    explicit SubnormalsOf(const Kernels& set) : before_(kernels::read_float_control()) {
        if (flushes_subnormals(set)) kernels::write_float_control(before_ | kFlushing);
    }
    ~SubnormalsOf() { kernels::write_float_control(before_); }
    SubnormalsOf(const SubnormalsOf&) = delete;
    SubnormalsOf& operator=(const SubnormalsOf&) = delete;

private:
    kernels::FloatControl before_;
};

/// Equal bits, where all NaNs are one: theirs are free until canonical_nan().
inline bool same_bits(float a, float b) { return bits(a) == bits(b) || (std::isnan(a) && std::isnan(b)); }

/// The index of the first element that differs, or the length.
inline std::size_t first_difference(const Floats& a, const Floats& b) {
    REQUIRE(a.size() == b.size());
    std::size_t i = 0;
    while (i < a.size() && same_bits(a[i], b[i])) ++i;
    return i;
}

#define CHECK_SAME_BITS(a, b)                                                                                         \
    do {                                                                                                              \
        const std::size_t where_ = first_difference(a, b);                                                            \
        CHECK_MESSAGE(where_ == (a).size(), "first difference at ", where_, ": ", (a)[where_], " and ", (b)[where_]); \
    } while (false)

/// Every kind of float: zeros, subnormals, limits, infinities, NaNs of both signs and with payload.
inline const Floats& special_floats() {
    static const Floats values = [] {
        Floats v = {0.0F,
                    1e-45F,
                    5.8e-39F,
                    1.1754942e-38F,
                    1.17549435e-38F,
                    7.8886e-31F,
                    7.9e-31F,
                    1e-20F,
                    1e-8F,
                    5.96e-8F,
                    0.1F,
                    0.25F,
                    0.5F,
                    0.7071F,
                    0.9999999F,
                    1.0F,
                    1.0000001F,
                    1.5F,
                    2.0F,
                    8.99F,
                    9.1F,
                    17.9F,
                    18.1F,
                    68.9F,
                    69.0F,
                    69.7F,
                    86.5F,
                    86.7F,
                    87.5F,
                    88.5F,
                    88.73F,
                    89.1F,
                    104.0F,
                    1e10F,
                    1e20F,
                    3.4028235e38F,
                    std::numeric_limits<float>::infinity(),
                    from_bits(0x7fc00000U),
                    from_bits(0x7fc12345U),
                    from_bits(0x7fffffffU)};
        const std::size_t positive = v.size();
        for (std::size_t i = 0; i < positive; ++i) v.push_back(-v[i]);
        return v;
    }();
    return values;
}

class Random {
public:
    explicit Random(std::uint32_t seed) : engine_(seed) {}

    float uniform(float low, float high) { return std::uniform_real_distribution<float>(low, high)(engine_); }
    std::uint32_t word() { return static_cast<std::uint32_t>(engine_()); }

    Floats uniforms(std::size_t n, float low, float high) {
        Floats v(n);
        for (float& x : v) x = uniform(low, high);
        return v;
    }
    /// Ordinary numbers, any bits and special floats, mixed.
    Floats hard(std::size_t n) {
        Floats v(n);
        for (float& x : v) {
            const std::uint32_t kind = word() % 4;
            const Floats& special = special_floats();
            x = kind == 0 ? special[word() % special.size()] : kind == 1 ? from_bits(word()) : uniform(-10, 10);
        }
        return v;
    }

private:
    std::mt19937 engine_;
};

}  // namespace tidegate::test
