// SPDX-License-Identifier: MIT
// The golden cases of golden/recurrent.txt: a node, the inputs it was run on, the outputs. See golden/make_golden.py.
#pragma once

#include <string>
#include <vector>

#include "graph/graph.h"

namespace tidegate::golden {

struct Case {
    std::string name;
    Node node;                    ///< inputs and outputs are numbered 0, 1, ...; kNone where the case has none
    std::vector<Tensor> inputs;   ///< per position of node.inputs; empty where missing
    std::vector<Tensor> outputs;  ///< Y, Y_h, for an LSTM Y_c
};

/// Reads all cases; throws std::runtime_error with the line that cannot be understood.
std::vector<Case> read_cases(const std::string& path);

}  // namespace tidegate::golden
