// SPDX-License-Identifier: MIT
#include "simplify/links.h"

#include <algorithm>

#include "graph/text.h"

namespace tidegate {

Links::Links(const Graph& graph)
    : maker_(graph.values.size(), -1), readers_(graph.values.size()), leaves_(graph.values.size(), false) {
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        for (const ValueId id : graph.nodes[i].outputs) {
            if (id != kNone) { maker_[static_cast<std::size_t>(id)] = static_cast<int>(i); }
        }
        for (const ValueId id : graph.nodes[i].inputs) {
            if (id != kNone) { readers_[static_cast<std::size_t>(id)].push_back(static_cast<int>(i)); }
        }
    }
    for (const GraphOutput& output : graph.outputs) { leaves_[static_cast<std::size_t>(output.value)] = true; }
    for (const StateLink& state : graph.states) { leaves_[static_cast<std::size_t>(state.output)] = true; }
}

namespace {

struct Origins {
    std::vector<const GraphInput*> inputs;  ///< in the graph's order
    Extents lengths;                        ///< what follows from them alone goes no further back
};

/// What `id` is computed from.
Origins origins_of(const Graph& graph, ValueId id) {
    Origins origins;
    std::vector<bool> reached(graph.values.size(), false);
    reached[static_cast<std::size_t>(id)] = true;
    for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
        bool wanted = false;
        for (const ValueId output : node->outputs) {
            wanted |= output != kNone && reached[static_cast<std::size_t>(output)];
        }
        if (!wanted) { continue; }
        for (const ValueId input : node->inputs) {
            if (input == kNone) { continue; }
            if (const auto& elements = graph.values[static_cast<std::size_t>(input)].elements) {
                origins.lengths.insert(origins.lengths.end(), elements->begin(), elements->end());
            } else {
                reached[static_cast<std::size_t>(input)] = true;
            }
        }
    }
    for (const GraphInput& input : graph.inputs) {
        if (reached[static_cast<std::size_t>(input.value)]) { origins.inputs.push_back(&input); }
    }
    return origins;
}

/// Declared with one element.
bool is_one_number(const GraphInput& input) {
    return input.has_shape && std::ranges::all_of(input.dims, [](const Dim& dim) { return dim.extent == 1; });
}

}  // namespace

std::string how_to_freeze(const Graph& graph, ValueId id) {
    std::string options;
    const Origins origins = origins_of(graph, id);
    for (const GraphInput* input : origins.inputs) {
        options += " --fix-input " + printable(graph.values[static_cast<std::size_t>(input->value)].name) +
                   (is_one_number(*input) ? "=VALUE" : "=FILE");
    }
    if (!options.empty()) { return "freeze what it depends on with" + options; }
    for (const std::string& symbol : symbols_in(origins.lengths)) { options += " --dim " + printable(symbol) + "=N"; }
    if (!options.empty()) { return "it depends on a length that may change; bind it with" + options; }
    return "it depends on a state; export the model with it as an initializer";
}

}  // namespace tidegate
