// SPDX-License-Identifier: MIT
// Shapes and element types at bound dimensions.
#pragma once

#include "graph/graph.h"

namespace tidegate {

/// Sets type and dims of the node's outputs; its inputs must have theirs. Also completes the node: hidden from R, axes
/// without negatives, full permutations. Throws ConvertError naming the node, the shapes and the remedy.
void infer(Graph& graph, Node& node);

}  // namespace tidegate
