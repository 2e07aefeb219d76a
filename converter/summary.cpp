// SPDX-License-Identifier: MIT
#include "summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "graph/text.h"

namespace tidegate {
namespace {

std::string type_and_shape(const Graph& graph, ValueId id) {
    const Value& value = graph.values[static_cast<std::size_t>(id)];
    const Extents dims = value.constant ? value.constant->dims : value.dims.value_or(Extents{});
    return fmt::format("{} {}", name_of(value.type), to_text(dims));
}

/// ", time 1..96": the ranges of the symbols in the shape.
std::string ranges(const Graph& graph, ValueId id) {
    std::string text;
    const auto& dims = graph.values[static_cast<std::size_t>(id)].dims;
    for (const std::string& name : symbols_in(dims.value_or(Extents{}))) {
        const auto symbol = std::ranges::find_if(graph.symbols, [&](const auto& known) { return known->name == name; });
        text += fmt::format(", {} {}..{}", printable(name), (*symbol)->minimum, (*symbol)->maximum);
    }
    return text;
}

}  // namespace

std::string summary(const Conversion& conversion) {
    const Graph& graph = conversion.graph;
    std::string out = fmt::format("nodes       {} -> {} steps\n", conversion.nodes_before, conversion.steps_after);
    out += fmt::format("parameters  {}\n", conversion.parameters);
    out += fmt::format("file        {} bytes\n", conversion.file.size());
    out += fmt::format("arena       {} bytes\n", conversion.arena_bytes);
    for (const GraphInput& input : graph.inputs) {
        const std::string& name = graph.values[static_cast<std::size_t>(input.value)].name;
        out += fmt::format("input       {}: {}{}\n", printable(name), type_and_shape(graph, input.value),
                           ranges(graph, input.value));
    }
    for (const GraphOutput& output : graph.outputs) {
        out += fmt::format("output      {}: {}\n", printable(output.name), type_and_shape(graph, output.value));
    }
    for (const StateLink& state : graph.states) {
        out += fmt::format("state       {}: {}, starts at {}\n", printable(state.name),
                           type_and_shape(graph, state.input), state.initial ? "the model's values" : "zero");
    }
    for (const std::string& note : graph.notes) { out += fmt::format("note        {}\n", note); }
    return out;
}

}  // namespace tidegate
