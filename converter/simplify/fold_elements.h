// SPDX-License-Identifier: MIT
// Arithmetic on shapes: whole numbers that are known before the run as far as the symbols are.
#pragma once

#include <optional>
#include <vector>

#include "graph/graph.h"

namespace tidegate {

/// What a node makes of inputs that are all known: moved, added, subtracted, multiplied, divided or cast elements, one
/// list per output. Nothing if the operator computes something else or the result is no polynomial of that kind (then
/// it is computed during the run). Shapes must be inferred.
std::optional<std::vector<Extents>> folded_elements(const Graph& graph, const Node& node);

}  // namespace tidegate
