// SPDX-License-Identifier: MIT
// The program while it is being made: which runtime tensor stands for which value of the graph.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "graph/error.h"
#include "graph/graph.h"
#include "lower/program.h"

namespace tidegate {

class Builder {
public:
    explicit Builder(const Graph& graph);

    const Graph& graph() const { return graph_; }
    Program& program() { return program_; }

    Extents dims(ValueId id) const;
    ElementType type(ValueId id) const;
    const std::string& name(ValueId id) const;
    /// Does any node, output or state read it? kNone: no.
    bool wanted(ValueId id) const;
    /// The node that is the only reader of `id`, null if there are more or the value leaves the graph.
    const Node* sole_reader(ValueId id) const;
    /// The node that makes `id`; null for inputs, states and constants.
    const Node* producer(ValueId id) const;

    /// Tensor of a value that was defined before; constants, and the step that lists what follows from symbols, are
    /// added on first use; kNone gives -1.
    TensorId tensor(ValueId id);
    /// A tensor in a buffer of its own. Throws ConvertError beyond the format's rank and extents and for empty tensors.
    TensorId make(ElementType type, const Extents& dims);
    /// A new constant tensor: subnormals become zero, NaN is refused naming `name`.
    TensorId constant(Tensor tensor, const std::string& name);
    /// The elements of `whole` from `first_element` on, as many as `dims` says. A view of a constant is a new constant.
    TensorId view(TensorId whole, const Extents& dims, std::int64_t first_element = 0);
    /// The tensor itself if it has these dims already, else a view.
    TensorId shaped(TensorId tensor, const Extents& dims);

    /// make() for a value of the graph, -1 if nobody wants it.
    TensorId define(ValueId id);
    /// From now on `tensor` stands for the value; its dims become the value's.
    void bind(ValueId id, TensorId tensor);
    bool is_bound(ValueId id) const { return bound_[static_cast<std::size_t>(id)] >= 0; }

    void add(const Node& node, StepParams params, std::vector<TensorId> inputs, std::vector<TensorId> outputs);
    void add(const std::string& name, StepParams params, std::vector<TensorId> inputs, std::vector<TensorId> outputs);

    /// What follows from symbols is listed by a step where it is first read: one of a loop is no more there behind it.
    void enter_loop() { listed_.emplace_back(); }
    void leave_loop();

    /// A node that was lowered together with an earlier one.
    void absorb(const Node& node) { absorbed_.insert(&node); }
    bool is_absorbed(const Node& node) const { return absorbed_.contains(&node); }

    const ProgramTensor& at(TensorId id) const { return program_.tensors[static_cast<std::size_t>(id)]; }

private:
    TensorId listed(ValueId id);

    const Graph& graph_;
    Program program_;
    std::vector<TensorId> bound_;           ///< by value
    std::vector<int> uses_;                 ///< by value
    std::vector<const Node*> last_reader_;  ///< by value
    std::vector<const Node*> producers_;    ///< by value
    std::set<const Node*> absorbed_;
    std::vector<std::vector<ValueId>> listed_;  ///< in the loops that are open
};

}  // namespace tidegate
