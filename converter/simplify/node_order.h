// SPDX-License-Identifier: MIT
// Nodes that were put where it was convenient come to stand behind what they read.
#pragma once

#include "graph/graph.h"

namespace tidegate {

/// Topological order of the nodes, of loops as wholes and within each loop; the present order where it is one. Throws
/// std::logic_error if there is none.
void order_nodes(Graph& graph);

}  // namespace tidegate
