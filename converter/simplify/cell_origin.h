// SPDX-License-Identifier: MIT
// Where states come from and where they go. Inside simplify/ only.
#pragma once

#include <map>
#include <set>

#include "simplify/linear_form.h"

namespace tidegate {

class Origins {
public:
    Origins(const Graph& graph, const LinearForms& forms);

    /// The value that takes the place of a state or of a loop's carried value next; kNone: it is none.
    ValueId next_of(ValueId id) const;
    /// Is the value, but for its axes of 1, an output of the graph?
    bool is_shown(ValueId id) const { return shown_.contains(id); }
    /// Is it an input of the graph?
    bool is_input(ValueId id) const { return inputs_.contains(id); }
    /// Are both parts of one input or result, results of one node, both inputs, or both filled with a number?
    bool are_alike(ValueId a, ValueId b) const;

private:
    /// Behind what only takes parts.
    ValueId whole_of(ValueId id) const;
    bool is_fill(ValueId id) const;

    const Graph& graph_;
    const LinearForms& forms_;
    std::map<ValueId, ValueId> next_;
    std::set<ValueId> shown_, inputs_;
};

}  // namespace tidegate
