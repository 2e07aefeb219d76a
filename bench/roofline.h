// SPDX-License-Identifier: MIT
// The roofline of this core, measured: what a step takes at least.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cell.h"
#include "timing.h"

namespace tidegate::bench {

struct Level {
    std::string name;         ///< "L2"
    std::size_t holds = 0;    ///< bytes; 0: any
    std::size_t probe = 0;    ///< bytes of the array that was read
    double bytes_per_ns = 0;  ///< GB/s
};

struct Roofline {
    double multiply_adds_per_ns = 0;  ///< GMAC/s; 0 where peak.cpp has no code for this machine
    double int8_multiply_adds_per_ns = 0;
    std::vector<Level> levels;  ///< smallest first, the last holds anything

    /// max(multiply-adds / peak, bytes / bandwidth of the level that holds them); 0 if not measured. The activations
    /// are not counted, so it is loose for small cells.
    double ns(double multiply_adds, double bytes, Number number = Number::f32) const;
    /// The bytes from beyond the caches.
    double cold_ns(double bytes) const;
    /// Reading so much empties the caches.
    std::size_t walk_bytes() const { return levels.empty() ? kWalkBytes : levels.back().probe; }

    static constexpr std::size_t kWalkBytes = std::size_t{96} << 20;
};

/// The best of many, as for any other figure.
Roofline measure_roofline(const Method& method);

/// One line: peak, and bandwidth of each level.
std::string to_text(const Roofline& roofline);

}  // namespace tidegate::bench
