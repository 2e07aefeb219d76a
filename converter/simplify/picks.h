// SPDX-License-Identifier: MIT
// Nodes that take some rows, or some columns, of a value. Inside simplify/ only.
#pragma once

#include <optional>
#include <string>

#include "graph/graph.h"

namespace tidegate {

/// What an output of a Gather, Slice, Split, Transpose or LoopBegin is of a value. Rows are all axes but the last.
struct Pick {
    ValueId data = kNone;
    bool of_cols = false;    ///< neighbouring columns, all rows; else rows, all columns
    std::int64_t first = 0;  ///< of the columns
    std::string text;        ///< what it takes of the rows, the same for all that take the same
};
std::optional<Pick> pick_of(const Graph& graph, const Node& node, ValueId output);
/// Takes what it says of columns, all of them, off the lists of a Slice.
void forget_cols(Graph& graph, Node& slice);

/// One element of an axis that is not the last.
struct Element {
    ValueId whole = kNone;
    std::size_t axis = 0;
    std::int64_t index = 0;
};
std::optional<Element> element_of(const Graph& graph, const Node& node, ValueId output);
/// Is it a Slice that turns one axis around?
std::optional<std::size_t> turned_axis(const Graph& graph, const Node& node);

}  // namespace tidegate
