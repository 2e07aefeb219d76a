// SPDX-License-Identifier: MIT
// --stream: a graph over a time axis becomes one that takes the next steps of it and keeps in the session what later
// steps need of earlier ones.
#pragma once

#include "graph/graph.h"

namespace tidegate {

/// Wants a canonical graph whose graph.stream names the symbol of the axis. Every value is then one that
/// does not follow from the steps, or has an axis of them, or is what the steps so far come to. Recurrent nodes and
/// running sums keep states; a window over time keeps the elements that it looks back at; what is ahead of its partner
/// waits for it. Fills the ports of graph.stream and removes the symbol. Throws ConvertError with the list of all nodes
/// that need later steps, or steps that are counted from the front.
void take_steps(Graph& graph);

/// The most steps that a graph whose shapes were refused has rows for, in a table that it takes as many of: the least
/// of its shapes' min(steps, rows); 0 where there is none.
std::int64_t rows_for_steps(const Graph& graph);

}  // namespace tidegate
