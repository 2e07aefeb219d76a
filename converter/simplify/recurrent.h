// SPDX-License-Identifier: MIT
// Recurrent nodes: what they need, and what exporters wrap around them.
#pragma once

#include <optional>

#include "graph/graph.h"
#include "simplify/links.h"

namespace tidegate {

/// Operands of a Recurrent node by position.
enum RecurrentInput { kX, kW, kR, kB, kLengths, kInitialH, kInitialC, kPeepholes };
enum RecurrentOutput { kY, kYh, kYc };

/// Is it a recurrent node of one direction that makes one step of whole sequences, its axes in ONNX's order?
bool is_one_step(const Graph& graph, const Node& node);
/// Every weight must be constant and finite: throws ConvertError with the list of those that are not, and what to
/// freeze.
void check_weights(const Graph& graph);
/// sequence_lens that are known to equal the time steps go.
void drop_full_lengths(Graph& graph);
/// Initial states that are known to be zero everywhere go.
void drop_zero_states(Graph& graph);
/// The whole number that every element of the value is known to be: of a constant, of elements that follow from
/// symbols, and of what ConstantOfShape, Expand and the like fill with one.
std::optional<Extent> fill_of(const Graph& graph, const Links& links, ValueId id);
/// Is it constant, and 0 everywhere?
bool is_zero(const Graph& graph, ValueId id);

/// X that is transposed from [B,T,I], or Y that is transposed on all ways to its readers, becomes an axis order of the
/// node itself; what is left of the ways is a Reshape each. Wants a canonical graph.
void absorb_transposes(Graph& graph);

}  // namespace tidegate
