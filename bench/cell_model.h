// SPDX-License-Identifier: MIT
// Models of recurrent nodes with linked states, made by the converter's own stages.
#pragma once

#include <cstdint>
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

/// The .tide file: input X [steps, 1, input], output Y [steps, 1, 1, hidden], h (and c) kept by the session.
std::vector<std::uint8_t> cell_file(const CellWeights& weights, std::int64_t steps);

/// `layers` LSTMs with states, one step: each takes tanh(its predecessor's input + its h). size.input == size.hidden.
std::vector<std::uint8_t> deep_file(Size size, std::uint32_t layers);

}  // namespace tidegate::bench
