// SPDX-License-Identifier: MIT
// What layers read.
#pragma once

#include <vector>

#include "accuracy/runs.h"
#include "emit/equalize.h"

namespace tidegate {

/// The largest magnitude in each column of each layer's input, in the order of layers_of().
std::vector<std::vector<float>> largest_by_column(const Program& program, const Runs& runs);

/// The largest magnitude that becomes an integer below 127, for each layer's input multiplied by 2^-exponents: of all
/// limits the one for which values within are rounded and values beyond are clipped with the least mean squared error.
/// 0 (a scale of each step's own) for a layer that reads nothing but zeros.
std::vector<float> input_limits(const Program& program, const Runs& runs, const std::vector<Exponents>& exponents);

}  // namespace tidegate
