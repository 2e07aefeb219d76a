// SPDX-License-Identifier: MIT
// Cells that loops step. Inside simplify/ only.
#pragma once

#include <vector>

#include "graph/graph.h"

namespace tidegate {

/// A recurrent node of one step whose X is what its loop walks along, and whose states are what the loop carries for
/// it, becomes one node of all steps before the loop, which walks along its results. One entry per node.
std::vector<CellKind> take_out_of_loops(Graph& graph);

/// Results of a loop that are slices of what it walks along are taken from there. True if there was any.
bool unstack_slices(Graph& graph);

}  // namespace tidegate
