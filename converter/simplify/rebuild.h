// SPDX-License-Identifier: MIT
// One walk over the nodes that writes the list anew: rules replace nodes, and values by equal ones, in linear time.
#pragma once

#include <string>
#include <vector>

#include "graph/graph.h"

namespace tidegate {

/// A Reshape of `data` to the dims of `result`, not yet in the graph; the list of them is.
Node reshape_node(Graph& graph, const std::string& name, ValueId data, ValueId result);

class Rebuild {
public:
    explicit Rebuild(Graph& graph);

    /// Gives every node in turn, its inputs already replaced, to `visit(Node)`, which emits what stays of it.
    template <class Visit>
    void run(Visit visit) {
        std::vector<Node> nodes = std::move(graph_.nodes);
        graph_.nodes.clear();
        for (Node& node : nodes) {
            for (ValueId& id : node.inputs) { id = resolve(id); }
            visit(std::move(node));
        }
        finish();
    }

    Graph& graph() { return graph_; }
    const Graph& graph() const { return graph_; }
    const Extents& dims(ValueId id) const { return graph_.dims(id); }
    ElementType type(ValueId id) const { return graph_.values[static_cast<std::size_t>(id)].type; }
    /// The emitted node that makes `id`, if it has this operator; else null. Valid until the next emit.
    template <class Operator>
    const Node* made_by(ValueId id) const {
        const int index = maker(id);
        if (index < 0) { return nullptr; }
        const Node& node = graph_.nodes[static_cast<std::size_t>(index)];
        return std::holds_alternative<Operator>(node.op) ? &node : nullptr;
    }
    void emit(Node node);
    /// From here on `from` is `to`.
    void replace(ValueId from, ValueId to);
    /// Emits a Reshape of `data` to the dims of `result`, or replaces `result` if `data` has them already.
    void emit_reshape(const std::string& name, ValueId data, ValueId result);

private:
    ValueId resolve(ValueId id) const;
    int maker(ValueId id) const;
    void finish();

    Graph& graph_;
    std::vector<ValueId> replaced_;  ///< by value; itself if it is not
    std::vector<int> maker_;
};

}  // namespace tidegate
