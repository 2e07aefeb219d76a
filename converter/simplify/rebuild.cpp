// SPDX-License-Identifier: MIT
#include "simplify/rebuild.h"

namespace tidegate {

Node reshape_node(Graph& graph, const std::string& name, ValueId data, ValueId result) {
    const Extents shape = graph.dims(result);
    return {name, Reshape{true}, {data, graph.add_list(name + ".shape", shape)}, {result}};
}

Rebuild::Rebuild(Graph& graph) : graph_(graph), maker_(graph.values.size(), -1) {
    for (std::size_t i = 0; i < graph.values.size(); ++i) { replaced_.push_back(static_cast<ValueId>(i)); }
}

ValueId Rebuild::resolve(ValueId id) const {
    return id == kNone || static_cast<std::size_t>(id) >= replaced_.size() ? id
                                                                           : replaced_[static_cast<std::size_t>(id)];
}

int Rebuild::maker(ValueId id) const {
    return id == kNone || static_cast<std::size_t>(id) >= maker_.size() ? -1 : maker_[static_cast<std::size_t>(id)];
}

void Rebuild::emit(Node node) {
    maker_.resize(graph_.values.size(), -1);
    for (const ValueId id : node.outputs) {
        if (id != kNone) { maker_[static_cast<std::size_t>(id)] = static_cast<int>(graph_.nodes.size()); }
    }
    graph_.nodes.push_back(std::move(node));
}

void Rebuild::replace(ValueId from, ValueId to) { replaced_[static_cast<std::size_t>(from)] = resolve(to); }

void Rebuild::emit_reshape(const std::string& name, ValueId data, ValueId result) {
    if (dims(data) == dims(result)) { return replace(result, data); }
    emit(reshape_node(graph_, name, data, result));
}

void Rebuild::finish() {
    for (GraphOutput& output : graph_.outputs) { output.value = resolve(output.value); }
    for (StateLink& state : graph_.states) { state.output = resolve(state.output); }
}

}  // namespace tidegate
