// SPDX-License-Identifier: MIT
// Loops that need not be: what nobody reads, and bodies that run once or never.
#pragma once

#include "graph/graph.h"

namespace tidegate {

/// One of the carried values, slices or results of a loop goes.
template <class List>
void take_off(List& list, std::size_t i) {
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(i));
}

/// Removes what nothing depends on: nodes, carried values, slices and stacked results; outputs of recurrent nodes that
/// nobody reads become kNone.
void remove_dead(Graph& graph);

/// A loop of one trip becomes its body, one of none its initial values. True if there was any: shapes of what is new
/// are to be inferred.
bool drop_short_loops(Graph& graph);

}  // namespace tidegate
