// SPDX-License-Identifier: MIT
#pragma once

#include "graph/graph.h"

namespace tidegate {

/// Layer, Instance and GroupNormalization become their equations: means, differences, a root, a quotient.
void expand_normalization(Graph& graph);

}  // namespace tidegate
