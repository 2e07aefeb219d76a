// SPDX-License-Identifier: MIT
// Models whose weights have one form each: integers, halves, and f32 beside them.
#pragma once

#include "format/sample.h"

namespace tidegate::test {

/// LSTM, GRU with both values of linear_before_reset, and RNN, over ten steps of one series and over two steps of ten
/// series, eight of them at once; a stream of LSTM and GRU; an LSTM in both directions; dense layers. Integers have
/// every pair of fixed and dynamic scales. The states of fixed scale have a limit. Inputs x [10, 1, 7], batch
/// [2, 10, 7], step [1, 1, 7].
Sample form_model(objects::MatrixForm form, std::uint32_t units);

/// An LSTM of that form alone, one step of one series a run.
Sample lstm_stream_model(objects::MatrixForm form, std::uint32_t units);

/// LSTM, both GRU and RNN with states, the same weights for all `steps` and `series`. Input x [steps, series, 7];
/// outputs [steps, 1, series, units] each.
Sample series_model(objects::MatrixForm form, std::uint32_t units, std::int32_t steps, std::int32_t series);

/// Dense layers and RNN without states, of integers and halves: a vector that is not finite spoils what is made of it
/// and nothing else. Input x [3, 2, 7].
Sample products_model(std::uint32_t units);

}  // namespace tidegate::test
