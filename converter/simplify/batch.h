// SPDX-License-Identifier: MIT
// Which unbound dimension is the batch. Everything else must be said.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "graph/graph.h"
#include "simplify/links.h"

namespace tidegate {

/// "batch", "batch_size", "N", "n", "B", "b", "bs": a symbol whose name says it.
bool names_batch(const std::string& symbol);
/// "", "?", "None", "unk__130", "x_dynamic_axes_1", "s0": a symbol that an exporter made up, and that says nothing.
bool says_nothing(const std::string& symbol);
/// The batch axis of an input, as the recurrent nodes that read it (through Transpose, Cast, Identity, Gather's
/// indices) have it; nothing if none does.
std::optional<std::size_t> batch_axis(const Graph& graph, const Links& links, const GraphInput& input);

}  // namespace tidegate
