// SPDX-License-Identifier: MIT
// Which element of which state is where, if every recurrent cell returned its state unchanged.
#pragma once

#include <optional>
#include <vector>

#include "graph/graph.h"

namespace tidegate {

/// Every element of every input and state of the graph gets a number; the numbers go through the operators that only
/// move elements, and through recurrent nodes from initial_h to Y_h and from initial_c to Y_c. An output that then
/// shows exactly the numbers of an input, in order, is where that input's next value comes from: however the states of
/// several layers are sliced, split, gathered, transposed and concatenated on the way.
class StateFlow {
public:
    explicit StateFlow(const Graph& graph);

    /// Index in graph.inputs of the input whose elements the value is, in order; nothing if it is not one.
    std::optional<std::size_t> input_of(ValueId id) const;
    /// Did its elements pass a recurrent node?
    bool is_returned(ValueId id) const { return returned_[static_cast<std::size_t>(id)]; }
    /// Indices of the inputs and states (those count on from the inputs) whose elements the value has; nothing if it
    /// also has others.
    std::optional<std::vector<std::size_t>> sources(ValueId id) const;
    /// The numbers of its elements (-1: of no source); null if it has none of a source.
    const Tensor* numbers(ValueId id) const {
        return id == kNone ? nullptr : numbers_[static_cast<std::size_t>(id)].get();
    }

private:
    struct Source {
        double first;
        double last;
        Dims dims;
    };
    bool has_room(std::int64_t elements);
    void number(ValueId id);
    void move(const Node& node);
    void pass(const Node& node, std::size_t from, std::size_t to);

    const Graph& graph_;
    std::vector<Source> sources_;
    std::vector<std::shared_ptr<const Tensor>> numbers_;  ///< by value; null: no element of a source, or not followed
    std::vector<bool> returned_;
    double next_ = 0;
    std::int64_t room_ = std::int64_t{1} << 23;  ///< elements that may still be followed: states are small
};

}  // namespace tidegate
