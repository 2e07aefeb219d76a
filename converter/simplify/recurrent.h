// SPDX-License-Identifier: MIT
// Recurrent nodes: what they need, and what exporters wrap around them.
#pragma once

#include "graph/graph.h"

namespace tidegate {

/// Operands of a Recurrent node by position.
enum RecurrentInput { kX, kW, kR, kB, kLengths, kInitialH, kInitialC, kPeepholes };
enum RecurrentOutput { kY, kYh, kYc };

/// Every weight must be constant and finite: throws ConvertError with the list of those that are not, and what to
/// freeze.
void check_weights(const Graph& graph);
/// Constant sequence_lens that all equal the time steps go.
void drop_full_lengths(Graph& graph);
/// Constant initial states that are all zero go.
void drop_zero_states(Graph& graph);
/// Is it constant, and 0 everywhere?
bool is_zero(const Graph& graph, ValueId id);

/// X that is transposed from [B,T,I], or Y that is transposed on all ways to its readers, becomes an axis order of the
/// node itself; what is left of the ways is a Reshape each. Wants a canonical graph.
void absorb_transposes(Graph& graph);

}  // namespace tidegate
