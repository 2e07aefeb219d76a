// SPDX-License-Identifier: MIT
// ONNX models made in code: the bytes that the converter reads and that a peer runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cell.h"

namespace tidegate::bench {

/// As ONNX has them: gates i, o, f, c or z, r, h.
struct CellWeights {
    Cell cell;
    Size size;
    std::vector<float> w;  ///< [gates * hidden][input]
    std::vector<float> r;  ///< [gates * hidden][hidden]
    std::vector<float> b;  ///< Wb, then Rb: [2][gates * hidden]
};
/// Random, with the scale of a trained cell (uniform within 1/sqrt(hidden)).
CellWeights random_weights(Cell cell, Size size, std::uint32_t seed = 0);

/// One node: X [steps, batch, input], initial_h (and _c) -> Y [steps, 1, batch, hidden], Y_h (and _c).
std::string cell_onnx(const CellWeights& weights, Way way);

/// The same with com.microsoft's DynamicQuantizeLSTM, its weights as onnxruntime.quantization.quantize_dynamic makes
/// them: int8, symmetric, one scale for W and one for R.
std::string int8_lstm_onnx(const CellWeights& weights, Way way);

/// `layers` LSTMs, one step of one series: each takes tanh(its predecessor's input + its h), from X on, to Y.
/// States are N_initial_h, N_Y_h and so on, N from 0. size.input == size.hidden.
std::string deep_onnx(Size size, std::uint32_t layers);

}  // namespace tidegate::bench
