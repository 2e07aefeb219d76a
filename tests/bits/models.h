// SPDX-License-Identifier: MIT
// Models that send numbers through all of the kernels.
#pragma once

#include "format/sample.h"

namespace tidegate::test {

/// Every element-by-element function, softmax and log-softmax, a dense layer and a product of two inputs.
/// Inputs a, b [4, 67].
Sample functions_model();

/// LSTM, GRU with both values of linear_before_reset, and RNN with linked states; an LSTM in both directions, then a
/// dense layer and a softmax. Input x [4, 1, 7]: four steps of one series a run.
Sample cells_model(std::uint32_t units);

/// A dense layer with weights near 2^-110: sums of any size down to 0, subnormal ones among them. Input x [16, 2].
Sample tiny_products_model();

/// Every reduction along every axis, and a running sum. Input x [3, 37, 21].
Sample reductions_model();

}  // namespace tidegate::test
