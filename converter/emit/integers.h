// SPDX-License-Identifier: MIT
// Weights of a row as integers times a scale, symmetric: w = scale * q, q in -127..127.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tidegate {

struct IntegerRow {
    float scale = 0;
    std::vector<std::int8_t> integers;
};

/// Weights that lie on a grid of at most 127 steps to each side (they were quantized before, and are exact as
/// integers) keep it. Else the scale is the largest magnitude / 127. All zeros: scale 0.
IntegerRow to_integers(std::span<const float> weights);

}  // namespace tidegate
