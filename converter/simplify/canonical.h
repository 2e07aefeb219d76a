// SPDX-License-Identifier: MIT
// One way to say each thing.
#pragma once

#include "graph/graph.h"

namespace tidegate {

/// On a graph with known shapes: what changes nothing goes (Identity, Cast to the same type, Expand and Slice of all,
/// Split and Concat of one); Squeeze, Unsqueeze, Flatten, and Transpose that only moves extents of 1, become Reshape
/// with a constant shape; Reshape of Reshape and Transpose of Transpose become one; Softmax over the last axis goes
/// before a Reshape that keeps that axis.
void canonicalise(Graph& graph);

}  // namespace tidegate
