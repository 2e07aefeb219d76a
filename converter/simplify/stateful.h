// SPDX-License-Identifier: MIT
// --stateful: the states of recurrent nodes live in the session.
#pragma once

#include <functional>

#include "graph/graph.h"

namespace tidegate {

/// Links every initial state of every recurrent node. One that comes from an input of the graph through operators that
/// only move elements is linked to the output that Y_h or Y_c reaches the same way; both leave the interface. One that
/// is missing or constant becomes a state of its own. Each link is recorded in graph.notes. Throws ConvertError naming
/// the nodes: reverse, bidirectional, sequence_lens, a state that is computed, or an input without an output that
/// returns it element for element. Wants a folded graph.
void link_states(Graph& graph);
/// Those of some nodes only, which are forward, without sequence_lens, and of a batch of one size. There may be none.
void link_states(Graph& graph, const std::function<bool(const Node&)>& wanted);

}  // namespace tidegate
