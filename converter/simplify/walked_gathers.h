// SPDX-License-Identifier: MIT
// What a loop reads one place after the other: tf2onnx writes Gather(x, i) with a counter i that the loop carries.
#pragma once

#include "graph/graph.h"

namespace tidegate {

/// A Gather in a loop's body whose index is the number of the iteration, or counts from the back, becomes a tensor that
/// the loop walks along. Nothing is left to compute for the index then.
void walk_gathers(Graph& graph);

}  // namespace tidegate
