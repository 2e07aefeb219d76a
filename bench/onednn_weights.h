// SPDX-License-Identifier: MIT
// A cell's weights in oneDNN's order.
#pragma once

#include <vector>

#include "onnx_model.h"

namespace tidegate::bench {

/// [gate][unit][col] -> [col][gate][unit], gates in oneDNN's order.
std::vector<float> onednn_matrix(const CellWeights& weights, const std::vector<float>& from, std::size_t cols);
/// One bias a gate; linear_before_reset keeps the candidate's Rb apart as a fourth.
std::vector<float> onednn_bias(const CellWeights& weights);

/// oneDNN brings its own OpenMP, which has read OMP_NUM_THREADS before main().
void use_one_onednn_thread();

}  // namespace tidegate::bench
