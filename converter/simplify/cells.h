// SPDX-License-Identifier: MIT
// Cells that are written out as other operators, and steps of cells one by one, become RNN, LSTM and GRU.
#pragma once

#include "graph/graph.h"

namespace tidegate {

/// In a canonical graph: a cell's operators become a node of one step, steps of the same weights that follow each other
/// one node of many, and a cell that a loop steps along a tensor a node that stands before the loop. Each is noted in
/// graph.notes. True if there was any: shapes of what is new are to be inferred.
bool recognise_cells(Graph& graph);

}  // namespace tidegate
