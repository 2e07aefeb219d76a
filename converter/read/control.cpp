// SPDX-License-Identifier: MIT
// Nodes with graphs inside.
#include "read/operators.h"

namespace tidegate {

void translate_if(const NodeReader& node) {
    std::vector<ValueId> inputs = node.inputs;
    inputs.insert(inputs.end(), node.captured.begin(), node.captured.end());
    If branches{node.body("then_branch"), node.body("else_branch")};
    node.add(std::move(branches), std::move(inputs), node.outputs);
}

}  // namespace tidegate
