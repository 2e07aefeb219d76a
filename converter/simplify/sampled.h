// SPDX-License-Identifier: MIT
#pragma once

#include "graph/graph.h"

namespace tidegate {

/// What depends on random numbers has no answer to compare with, and no run repeats it. Their product with zeros is
/// zeros; other outputs that depend on them are left out, with a note. Throws ConvertError if no output is left, or if
/// a state depends on them. Shapes are known. Were there zeros?
bool leave_out_sampled(Graph& graph);

}  // namespace tidegate
