// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace tidegate::bench {

/// Elements on a multiple of 64 bytes.
template <class T>
using Aligned = std::unique_ptr<T[], void (*)(void*)>;

template <class T>
Aligned<T> make_aligned(std::size_t count) {
    return {static_cast<T*>(std::aligned_alloc(64, (count * sizeof(T) / 64 + 1) * 64)), std::free};
}

using Array = Aligned<float>;

/// Floats that are small and not all equal.
inline Array make_array(std::size_t count) {
    Array a = make_aligned<float>(count);
    for (std::size_t i = 0; i < count; ++i) a[i] = 0.02F * (static_cast<float>(i * 37 % 101) / 50 - 1);
    return a;
}

}  // namespace tidegate::bench
