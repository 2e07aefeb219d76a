// SPDX-License-Identifier: MIT
// The models of onnx_model.h as .tide files whose sessions keep the states.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "onnx_model.h"

namespace tidegate::bench {

/// The first input and output are X and Y. i8: each step has its own scale of inputs.
std::vector<std::uint8_t> tide_file(const std::string& onnx, Number number = Number::f32);

inline std::vector<std::uint8_t> cell_file(const CellWeights& weights, Way way, Number number = Number::f32) {
    return tide_file(cell_onnx(weights, way), number);
}

}  // namespace tidegate::bench
