// SPDX-License-Identifier: MIT
// A program that shows what its layers compute.
#pragma once

#include <string>
#include <vector>

#include "lower/program.h"

namespace tidegate {

/// A step with weights.
struct Layer {
    std::string name;  ///< of its node
    std::string kind;  ///< "LSTM 16 -> 32", "2 x GRU 8 -> 24" (both directions), "dense 32 -> 72"
    std::size_t step = 0;
};

/// In the order of the steps.
std::vector<Layer> layers_of(const Program& program);

/// Indices of layers that have the same matrices, as steps of an unrolled loop do, in the order of their first: these
/// are stored once if their form is one.
std::vector<std::vector<std::size_t>> layers_by_weights(const Program& program);

/// Every layer's first wanted output (Y, else Y_h, else Y_c) becomes an output, behind the program's own, in the order
/// of layers_of(). Nothing else changes. Before plan().
Program with_layer_outputs(Program program);
/// The same with what every layer reads, its x.
Program with_layer_inputs(Program program);

}  // namespace tidegate
