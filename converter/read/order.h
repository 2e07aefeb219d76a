// SPDX-License-Identifier: MIT
// Topological order of a model's nodes.
#pragma once

#include <vector>

#include "graph/error.h"
#include "read/schema.h"

namespace tidegate {

/// Indices of graph.node() such that every node comes after those it reads from; the model's own order where it is one
/// already. Adds a complaint that names the nodes of a cycle, and leaves these out.
std::vector<int> order_of(const onnx::GraphProto& graph, Complaints& complaints);

}  // namespace tidegate
