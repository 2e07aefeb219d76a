// SPDX-License-Identifier: MIT
// Columns of a layer's input brought to similar magnitudes, so that one scale suits all of them: x_j becomes 2^-e x_j
// and the weights of column j 2^e times theirs. Their product is what it was.
#pragma once

#include <cstdint>
#include <vector>

#include "lower/program.h"

namespace tidegate {

using Exponents = std::vector<std::int8_t>;  ///< one for each column of W; empty: none

/// Multiplies the weights of step `index` and puts a step before it that multiplies its input.
void equalize(Program& program, std::size_t index, const Exponents& exponents);

/// The exponents that bring the largest magnitudes of x_j and of W_j closest together: 2^e is about
/// sqrt(x_j / W_j) (Xiao et al., SmoothQuant, 2023, with alpha = 1/2). largest: |x_j|, 0 where it is not known.
Exponents balanced(const Step& step, const std::vector<float>& largest);

}  // namespace tidegate
