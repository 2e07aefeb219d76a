// SPDX-License-Identifier: MIT
// Values that are the elements of a sequence. Inside simplify/ only.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "simplify/linear_form.h"
#include "simplify/picks.h"

namespace tidegate {

/// Neighbouring elements of one axis, in order.
struct Run {
    ValueId whole = kNone;
    std::size_t axis = 0;
    std::int64_t first = 0, count = 0;
    bool backwards = false;  ///< `first` is then the last of them
};

class Elements {
public:
    Elements(const Graph& graph, const LinearForms& forms) : graph_(graph), forms_(forms) {}
    /// Which element of what a value is, its elements in the same order under any shape.
    std::optional<Element> of(ValueId id) const;
    std::optional<Run> run_of(std::span<const ValueId> ids) const;

private:
    const Extents& dims(ValueId id) const { return graph_.dims(id); }

    const Graph& graph_;
    const LinearForms& forms_;
};

/// Nodes on their way into a graph.
class NodeList {
public:
    NodeList(Graph& graph, std::string name) : graph_(graph), name_(std::move(name)) {}
    ValueId value(const char* suffix, const Extents& dims) {
        return graph_.add_value(name_ + suffix, ElementType::f32, dims);
    }
    const Extents& dims(ValueId id) const { return graph_.dims(id); }
    void add(Op op, std::vector<ValueId> inputs, std::vector<ValueId> outputs);
    void reshape(ValueId data, ValueId result);
    ValueId reshaped(ValueId data, const Extents& dims);
    /// `count` elements of an axis from `first` on.
    ValueId cut(ValueId data, std::size_t axis, std::int64_t first, std::int64_t count);
    /// Axis 0 and 1 of three change places.
    ValueId turned(ValueId data);
    /// [axis, other rows, columns] of a whole; kNone if rows before and behind the axis are mixed then.
    ValueId along(ValueId whole, std::size_t axis);
    /// The elements of an axis, each of these dims, beside each other along `at`: the dims of `result`. False, and
    /// nothing is added: that is more than one Transpose.
    bool stack(ValueId whole, std::size_t axis, const Extents& part, std::size_t at, ValueId result);

    std::vector<Node> nodes;

private:
    Graph& graph_;
    std::string name_;
};

}  // namespace tidegate
