// SPDX-License-Identifier: MIT
#include "emit/integers.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace tidegate {
namespace {

constexpr int kMost = 127;
/// A weight is on a grid if it is off by no more than the rounding of its product in single precision.
constexpr double kOff = 1e-5;

bool lies_on_grid(std::span<const float> weights, double step) {
    return std::ranges::all_of(weights, [step](float w) {
        const double q = static_cast<double>(w) / step;
        return std::abs(q - std::round(q)) <= kOff * std::max(1.0, std::abs(q));
    });
}

/// The widest step of which all weights are multiples.
std::optional<double> grid_step(std::span<const float> weights, double largest) {
    for (int n = 1; n < kMost; ++n) {
        if (lies_on_grid(weights, largest / n)) { return largest / n; }
    }
    return std::nullopt;
}

}  // namespace

IntegerRow to_integers(std::span<const float> weights) {
    IntegerRow row;
    row.integers.resize(weights.size());
    double largest = 0;
    for (const float w : weights) { largest = std::max(largest, std::abs(static_cast<double>(w))); }
    row.scale = static_cast<float>(grid_step(weights, largest).value_or(largest / kMost));
    if (row.scale == 0) { return row; }
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const double q = std::nearbyint(static_cast<double>(weights[i]) / static_cast<double>(row.scale));
        row.integers[i] = static_cast<std::int8_t>(std::clamp(q, -1.0 * kMost, 1.0 * kMost));
    }
    return row;
}

}  // namespace tidegate
