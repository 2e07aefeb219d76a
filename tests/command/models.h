// SPDX-License-Identifier: MIT
// Models with symbolic dimensions, made by hand, as files.
#pragma once

#include <string>

#include "format/sample.h"

namespace tidegate::test {

inline constexpr int kLstmInputs = 3, kLstmUnits = 4, kLstmLongest = 96;

/// x [time,1,3] -> LSTM -> y [time,1,1,4], time 1..96, states h and c.
Sample lstm_sample();
/// x [2*time] -> relu -> y [2*time], time 1..10: no axis of an input is the symbol itself.
Sample hidden_symbol_sample();
/// Every kind of expression as an axis of an input that a relu passes on.
Sample expressions_sample();

void write_model(const std::string& path, const Sample& sample);

}  // namespace tidegate::test
