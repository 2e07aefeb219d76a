// SPDX-License-Identifier: MIT
// Steps of a cell one behind the other become one node. Inside simplify/ only.
#pragma once

#include "graph/graph.h"

namespace tidegate {

struct JoinedSteps {
    CellKind cell = CellKind::rnn;
    std::size_t steps = 0;
};
/// Recurrent nodes of one step and equal weights, whose states go from each to the next and whose X is there before any
/// of them has run, become one node. One entry per new node.
std::vector<JoinedSteps> join_steps(Graph& graph);

/// A Concat of all elements of an axis, in order, becomes what they are elements of. True if there was any.
bool join_elements(Graph& graph);

}  // namespace tidegate
