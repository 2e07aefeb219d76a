// SPDX-License-Identifier: MIT
// Types and shapes at the borders of loops.
#pragma once

#include "simplify/infer_node.h"

namespace tidegate {

/// Completes `op`: axes without negatives.
std::vector<Inferred> infer_loop_begin(const InferNode& node, LoopBegin& op);
/// `begin` and the body stand in the graph; carried values keep type and shape. Its trips must be known.
std::vector<Inferred> infer_loop_end(const InferNode& node, LoopEnd& op, const Graph& graph);

}  // namespace tidegate
