// SPDX-License-Identifier: MIT
// What evaluating a node takes, before it is evaluated.
#pragma once

#include "graph/graph.h"

namespace tidegate {

/// About how many multiplications, or what takes as long, the reference needs for a node whose shapes are known; of
/// dimensions that are chosen at run time the largest count. Nothing for one without results. Not for If, LoopBegin and
/// LoopEnd.
double work_of(const Graph& graph, const Node& node);
/// Of all nodes of a simplified graph, those of loops as often as they run.
double work_of(const Graph& graph);

}  // namespace tidegate
