// SPDX-License-Identifier: MIT
// What the nodes of a graph ask of its inputs.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "graph/graph.h"

namespace tidegate {

/// Inputs that must be known to the converter: weights of recurrent nodes, shapes, axes and bounds of shape operators,
/// and what these are computed from (but for Shape, which asks only for extents). In the order of graph.inputs.
std::vector<ValueId> constant_inputs(const Graph& graph);

struct IntegerRange {
    std::int64_t minimum;
    std::int64_t maximum;
};
/// Ranges of the integer inputs that become sequence_lens ([0, steps]) or indices of a Gather ([-extent, extent - 1]),
/// as they are or moved around. Shapes must be known, and without symbols.
std::map<ValueId, IntegerRange> integer_ranges(const Graph& graph);

}  // namespace tidegate
