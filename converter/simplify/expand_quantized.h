// SPDX-License-Identifier: MIT
#pragma once

#include "graph/graph.h"

namespace tidegate {

/// Quantized operators become others with the same integers. What is an integer is computed as a float that holds it
/// exactly; sums that floats could round are made in parts. False: there were none.
bool expand_quantized(Graph& graph);

}  // namespace tidegate
