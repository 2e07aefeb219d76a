// SPDX-License-Identifier: MIT
#pragma once

#include "graph/graph.h"

namespace tidegate {

/// Trilu, EyeLike and Resize become what the runtime has; Tile becomes Expand between views; Pad that repeats elements
/// becomes Gather, or Slice and Concat along an axis whose extent follows from symbols. True if there was any: shapes
/// of what is new are to be inferred. Throws ConvertError.
bool expand_moves(Graph& graph);

}  // namespace tidegate
