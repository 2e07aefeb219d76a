// SPDX-License-Identifier: MIT
// Models that send numbers through all of the kernels.
#pragma once

#include "format/sample.h"

namespace tidegate::test {

/// Every element-by-element function, softmax and log-softmax, a dense layer and a product of two inputs.
/// Inputs a, b [8, 67].
Sample functions_model();

/// LSTM, GRU with both values of linear_before_reset, and RNN, three steps of one series a run, with linked states.
/// Input x [3, 1, 7].
Sample cells_model(std::uint32_t units);

}  // namespace tidegate::test
