// SPDX-License-Identifier: MIT
// Whether a cell can be taken out of its graph as a whole. Inside simplify/ only.
#pragma once

#include <span>

#include "simplify/cell.h"
#include "simplify/links.h"

namespace tidegate {

/// Are both states made in the same loop, or in none?
bool is_in_one_loop(const Graph& graph, const LinearForms& forms, const Cell& cell);
/// Do these nodes alone read it, under other shapes too?
bool is_read_only_by(const Graph& graph, const Links& links, ValueId id, std::span<const int> nodes);
/// Does nobody else read what is inside?
bool is_private(const Graph& graph, const Links& links, const Cell& cell);

}  // namespace tidegate
