// SPDX-License-Identifier: MIT
// Shapes as a model declares them.
#pragma once

#include <string>
#include <vector>

#include "graph/graph.h"

namespace tidegate {

/// "[batch, 3, ?]"
std::string declared(const std::vector<Dim>& dims);

}  // namespace tidegate
