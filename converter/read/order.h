// SPDX-License-Identifier: MIT
// Topological order of a model's nodes.
#pragma once

#include <string>
#include <vector>

#include "graph/error.h"
#include "read/schema.h"

namespace tidegate {

/// The values that a node reads: its inputs, and what the graphs in its attributes read from around them.
std::vector<std::string> names_read(const onnx::NodeProto& node);

/// Indices of graph.node() such that every node comes after those it reads from; the model's own order where it is one
/// already. Adds a complaint that names the nodes of a cycle, and leaves these out.
std::vector<int> order_of(const onnx::GraphProto& graph, Complaints& complaints);

}  // namespace tidegate
