// SPDX-License-Identifier: MIT
#include "simplify/cell_origin.h"

#include <algorithm>

namespace tidegate {

Origins::Origins(const Graph& graph, const LinearForms& forms) : graph_(graph), forms_(forms) {
    for (const GraphInput& input : graph.inputs) { inputs_.insert(input.value); }
    for (const GraphOutput& output : graph.outputs) { shown_.insert(forms.plain(output.value)); }
    for (const StateLink& state : graph.states) { next_[state.input] = forms.plain(state.output); }
    std::map<int, std::size_t> begins;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const Node& node = graph.nodes[i];
        if (const auto* begin = std::get_if<LoopBegin>(&node.op)) { begins[begin->loop] = i; }
        const auto* end = std::get_if<LoopEnd>(&node.op);
        if (end == nullptr) { continue; }
        const Node& begin = graph.nodes[begins.at(end->loop)];
        for (std::size_t k = 0; k < end->carried; ++k) {
            next_[begin.outputs[kLoopCurrent + k]] = forms.plain(node.inputs[kEndNext + k]);
        }
    }
}

ValueId Origins::next_of(ValueId id) const {
    const auto found = next_.find(id);
    return found == next_.end() ? kNone : found->second;
}

ValueId Origins::whole_of(ValueId id) const {
    for (const Node* node = forms_.maker(id); node != nullptr; node = forms_.maker(id)) {
        const bool takes = std::holds_alternative<Slice>(node->op) || std::holds_alternative<Split>(node->op) ||
                           std::holds_alternative<Gather>(node->op) || std::holds_alternative<Reshape>(node->op);
        if (!takes || graph_.constant(node->inputs[0]) != nullptr) { break; }
        id = node->inputs[0];
    }
    return id;
}

bool Origins::is_fill(ValueId id) const {
    const Node* node = forms_.maker(id);
    return graph_.constant(id) != nullptr ||
           (node != nullptr &&
            (std::holds_alternative<ConstantOfShape>(node->op) ||
             (std::holds_alternative<Expand>(node->op) && graph_.constant(node->inputs[0]) != nullptr)));
}

bool Origins::are_alike(ValueId a, ValueId b) const {
    const ValueId whole_a = whole_of(a), whole_b = whole_of(b);
    if (whole_a == whole_b) { return true; }
    if (is_fill(whole_a) || is_fill(whole_b)) { return is_fill(whole_a) && is_fill(whole_b); }
    const Node* maker_a = forms_.maker(whole_a);
    const Node* maker_b = forms_.maker(whole_b);
    if (maker_a != nullptr || maker_b != nullptr) {
        const bool is_loop = maker_a != nullptr && std::holds_alternative<LoopBegin>(maker_a->op);
        return maker_a == maker_b && (!is_loop || next_.contains(whole_a) == next_.contains(whole_b));
    }
    return (whole_a == a) == (whole_b == b);  // inputs
}

}  // namespace tidegate
