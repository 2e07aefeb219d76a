// SPDX-License-Identifier: MIT
// Who makes and who reads each value of a graph, as it is at the moment of construction.
#pragma once

#include <string>
#include <vector>

#include "graph/graph.h"

namespace tidegate {

class Links {
public:
    explicit Links(const Graph& graph);
    /// Index of the node that makes it; -1 for inputs, states and constants.
    int maker(ValueId id) const { return maker_[static_cast<std::size_t>(id)]; }
    /// Indices of the nodes that read it, one entry per operand.
    const std::vector<int>& readers(ValueId id) const { return readers_[static_cast<std::size_t>(id)]; }
    /// Is it an output of the graph or of a state?
    bool leaves(ValueId id) const { return leaves_[static_cast<std::size_t>(id)]; }
    bool is_read(ValueId id) const { return leaves(id) || !readers(id).empty(); }

private:
    std::vector<int> maker_;
    std::vector<std::vector<int>> readers_;
    std::vector<bool> leaves_;
};

/// The advice for a value that had to be constant: which inputs to freeze or dimensions to bind, as options to copy.
std::string how_to_freeze(const Graph& graph, ValueId id);

}  // namespace tidegate
