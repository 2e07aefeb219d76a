// SPDX-License-Identifier: MIT
#include "checkup.h"

#include <algorithm>
#include <set>

#include "graph/declared.h"
#include "graph/text.h"

namespace tidegate {
namespace {

/// A conversion or the problems that prevent it.
struct Attempt {
    std::optional<Conversion> conversion;
    std::vector<Problem> problems;
};

Attempt attempt(const Graph& graph, const Complaints& complaints, const ConvertOptions& options) {
    try {
        return {convert_read(graph, complaints, options), {}};
    } catch (const ConvertError& error) { return {{}, error.problems()}; }
}

const std::string& name_of_value(const Graph& graph, ValueId id) {
    return graph.values[static_cast<std::size_t>(id)].name;
}

void describe_ports(Checkup& result, const Graph& graph) {
    for (const GraphInput& input : graph.inputs) {
        const Value& value = graph.values[static_cast<std::size_t>(input.value)];
        result.inputs.push_back(
            {printable(value.name), name_of(value.type), input.has_shape ? declared(input.dims) : "no shape"});
    }
    for (const GraphOutput& output : graph.outputs) {
        const Value& value = graph.values[static_cast<std::size_t>(output.value)];
        result.outputs.push_back({printable(output.name), name_of(value.type),
                                  output.declared.empty() ? "no shape" : declared(output.declared)});
    }
}

/// What is known better after a conversion.
void describe_outputs(Checkup& result, const Graph& graph) {
    result.outputs.clear();
    for (const GraphOutput& output : graph.outputs) {
        const Value& value = graph.values[static_cast<std::size_t>(output.value)];
        result.outputs.push_back({printable(output.name), name_of(value.type), to_text(*value.dims)});
    }
}

/// The dimensions that neither the options nor the default of the batch bind.
std::vector<OpenDimension> open_dimensions(Graph graph, const ConvertOptions& options) {
    try {
        bind(graph, options);
        return {};
    } catch (const ConvertError&) {}  // what it says is among the problems
    std::vector<OpenDimension> open;
    for (const GraphInput& input : graph.inputs) {
        const std::string& name = name_of_value(graph, input.value);
        for (std::size_t axis = 0; axis < input.dims.size(); ++axis) {
            const Dim& dim = input.dims[axis];
            if (dim.is_bound()) { continue; }
            const std::string key = dim.symbol.empty() ? name + ":" + std::to_string(axis) : dim.symbol;
            auto found = std::ranges::find(open, key, &OpenDimension::key);
            if (found == open.end()) { found = open.insert(open.end(), {key, {}, {}}); }
            if (found->inputs.empty() || found->inputs.back() != name) { found->inputs.push_back(name); }
        }
    }
    return open;
}

ConvertOptions with(ConvertOptions options, const std::vector<OpenDimension>& open, const DimRange& range) {
    for (const OpenDimension& dimension : open) { options.dims.emplace(dimension.key, range); }
    return options;
}

std::vector<ProblemGroup> grouped(const std::vector<Problem>& problems) {
    std::vector<ProblemGroup> groups;
    std::map<std::pair<std::string, std::string>, std::size_t> place;
    for (const Problem& problem : problems) {
        const auto [found, is_new] = place.try_emplace({problem.op, problem.what}, groups.size());
        if (is_new) { groups.push_back({problem.op, problem.what, {}}); }
        if (!problem.node.empty()) { groups[found->second].nodes.push_back(problem.node); }
    }
    std::ranges::stable_sort(groups, {}, &ProblemGroup::op);
    return groups;
}

Sizes sizes_of(const Graph& read, const Conversion& conversion) {
    Sizes sizes{conversion.nodes_before, {}, conversion.steps_after, conversion.parameters, conversion.file.size(),
                conversion.arena_bytes};
    for (const Node& node : read.nodes) { ++sizes.folded[name_of(node.op)]; }
    for (const Node& node : conversion.graph.nodes) {
        const auto found = sizes.folded.find(name_of(node.op));
        if (found != sizes.folded.end() && --found->second == 0) { sizes.folded.erase(found); }
    }
    return sizes;
}

std::vector<std::pair<std::string, std::string>> links_of(const Graph& graph) {
    std::vector<std::pair<std::string, std::string>> links;
    for (const StateLink& state : graph.states) {
        links.emplace_back(printable(name_of_value(graph, state.output)), printable(state.name));
    }
    return links;
}

/// What --stateful would do with a model that converts without it.
void look_for_states(Checkup& result, const Graph& graph, ConvertOptions options) {
    options.stateful = true;
    const Attempt stateful = attempt(graph, {}, options);
    if (!stateful.conversion) {
        result.cannot_link = to_text(stateful.problems);
        return;
    }
    const Graph& linked = stateful.conversion->graph;
    for (const StateLink& state : linked.states) { result.could_link.push_back(printable(state.name)); }
}

}  // namespace

Checkup examine(const std::string& onnx_path, const ConvertOptions& options) {
    Complaints complaints;
    const Graph graph = read(onnx_path, complaints);
    return examine_read(graph, complaints, options);
}

Checkup examine_read(const Graph& graph, const Complaints& complaints, const ConvertOptions& options) {
    constexpr std::int64_t kLongest = 64, kNumber = 16;  // tried in place of what is not said
    Checkup result;
    result.producer = graph.producer;
    result.opset = graph.opset;
    result.operators = graph.operators;
    for (const Value& value : graph.values) {
        if (value.constant) {
            result.constant_bytes += size_of(value.type) * static_cast<std::uint64_t>(value.constant->count());
        }
    }
    describe_ports(result, graph);
    result.open = open_dimensions(graph, options);

    ConvertOptions tried = options;
    Attempt last = attempt(graph, complaints, options);
    result.converts = last.conversion.has_value();
    std::vector<Problem> problems = last.problems;
    if (!result.open.empty()) {
        for (const DimRange& range : {DimRange(1, kLongest), DimRange(kNumber)}) {
            tried = with(options, result.open, range);
            last = attempt(graph, complaints, tried);
            for (OpenDimension& dimension : result.open) { dimension.value = to_text(range); }
            if (last.conversion) { break; }
        }
        for (const Problem& problem : last.problems) {
            const auto same = [&](const Problem& known) { return to_text(known) == to_text(problem); };
            if (std::ranges::none_of(problems, same)) { problems.push_back(problem); }
        }
    }
    result.problems = grouped(problems);
    result.notes = last.conversion ? last.conversion->graph.notes : graph.notes;
    if (!last.conversion) { return result; }
    describe_outputs(result, last.conversion->graph);
    result.sizes = sizes_of(graph, *last.conversion);
    result.states = links_of(last.conversion->graph);
    if (!tried.stateful) { look_for_states(result, graph, tried); }
    return result;
}

}  // namespace tidegate
