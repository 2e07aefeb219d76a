// SPDX-License-Identifier: MIT
// A tensor as [outer, n, inner], n along one axis; and its elements in the order in which extremes are sought.
#pragma once

#include "ops/elements.h"
#include "ops/op.h"

namespace tidegate::ops {

struct AxisView {
    std::uint64_t outer = 1;
    std::uint64_t n = 1;
    std::uint64_t inner = 1;

    AxisView() = default;
    AxisView(const TensorView& x, std::uint32_t axis) {
        for (std::uint32_t i = 0; i < x.rank; ++i) {
            std::uint64_t& product = i < axis ? outer : i == axis ? n : inner;
            product *= static_cast<std::uint32_t>(x.dims[i]);
        }
    }
};

/// Elements of f32 or of any integer type, as V: float or std::int64_t.
template <class V>
struct Elements;
template <>
struct Elements<float> {
    static float load(const void* x, format::ElementType, std::uint64_t i) { return static_cast<const float*>(x)[i]; }
    static void store(void* y, format::ElementType, std::uint64_t i, float v) { static_cast<float*>(y)[i] = v; }
};
template <>
struct Elements<std::int64_t> {
    static std::int64_t load(const void* x, format::ElementType type, std::uint64_t i) {
        return load_integer(x, type, static_cast<std::int64_t>(i));
    }
    static void store(void* y, format::ElementType type, std::uint64_t i, std::int64_t v) {
        store_integer(y, type, static_cast<std::int64_t>(i), v);
    }
};

/// Does a go before b? NaN before all numbers.
template <class V>
bool goes_before(V a, V b, bool largest) {
    return (largest ? a > b : a < b) || (a != a && b == b);
}

}  // namespace tidegate::ops
