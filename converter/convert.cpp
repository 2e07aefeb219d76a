// SPDX-License-Identifier: MIT
#include "convert.h"

#include <set>

#include "emit/aligned_file.h"
#include "emit/plan.h"
#include "graph/error.h"
#include "lower/text.h"
#include "stream/stream.h"
#include "tidegate/tidegate.h"

namespace tidegate {
namespace {

/// What the user calls the size of a model: the reals of the distinct constants that its nodes read.
std::uint64_t count_parameters(const Graph& graph) {
    std::set<const Tensor*> seen;
    std::uint64_t count = 0;
    for (const Node& node : graph.nodes) {
        for (const ValueId id : node.inputs) {
            const Tensor* tensor = graph.constant(id);
            if (tensor != nullptr && tensor->is_real() && seen.insert(tensor).second) { count += tensor->reals.size(); }
        }
    }
    return count;
}

/// Of the model's file, those inside of If, Loop, Scan and functions too. A Constant is a value.
std::size_t count_nodes(const Graph& graph) {
    std::size_t count = 0;
    for (const auto& [name, times] : graph.operators) { count += name == "Constant" ? 0 : times; }
    return count;
}

/// The runtime's own opinion of the file: it must accept what the converter wrote.
std::uint64_t arena_bytes_of(const std::vector<std::uint8_t>& file) {
    const AlignedFile copy(file);
    tg_model model;
    const tg_status status = tg_open(copy.data(), file.size(), &model);
    if (status != TG_OK) {
        throw ConvertError(std::string("internal error: the runtime refuses the file that was made: ") +
                           tg_status_text(status) + "; please report the model");
    }
    return tg_arena_size(&model);
}

template <class Subject>
void explain(const ConvertOptions& options, const char* stage, const Subject& subject) {
    if (options.explain) { options.explain(stage, to_text(subject)); }
}

/// The stages from a program on.
void emit(Conversion& conversion) {
    Program program = *conversion.program;
    quantize(program, conversion.options.quantization);
    plan(program);
    conversion.steps_after = program.steps.size();
    explain(conversion.options, "plan", program);
    conversion.file = write(program);
    conversion.arena_bytes = arena_bytes_of(conversion.file);
}

/// Bound with a length of this range; false if its shapes are refused then.
bool resolves(const Graph& graph, ConvertOptions& options, const DimRange& range, Graph& tried) {
    options.stream->analysed = range;
    tried = graph;
    bind(tried, options);
    try {
        resolve(tried);
        return true;
    } catch (const ConvertError&) { return false; }
}

/// Bound for an analysis of long sequences; of shorter ones where a table with a row for each step is too small.
Graph bound_for_stream(Graph graph, ConvertOptions options) {
    const DimRange longest = options.stream->analysed;
    Graph tried;
    if (!resolves(graph, options, longest, tried) && !resolves(graph, options, {1, longest.maximum}, tried)) {
        const std::int64_t rows = rows_for_steps(tried);
        options.stream->analysed = rows < 2 ? longest : DimRange(rows - rows / 2, rows);
    } else {
        options.stream->analysed = longest;
    }
    bind(graph, options);
    return graph;
}

/// Inputs that are states of the steps become zeros, as these begin: else integers of the whole, whose states may then
/// be anything, would have other scales.
void freeze_states(Graph& whole, const Graph& steps) {
    const auto name = [](const Graph& graph, const GraphInput& input) {
        return graph.values[static_cast<std::size_t>(input.value)].name;
    };
    std::set<std::string> kept;
    for (const GraphInput& input : steps.inputs) { kept.insert(name(steps, input)); }
    std::erase_if(whole.inputs, [&](const GraphInput& input) {
        if (kept.contains(name(whole, input))) { return false; }
        Value& value = whole.values[static_cast<std::size_t>(input.value)];
        value.constant = std::make_shared<const Tensor>(Tensor::zeros(value.type, value.dims->constants()));
        return true;
    });
}

/// The stages from a bound graph on.
Conversion convert_bound(Graph bound, const ConvertOptions& options) {
    Conversion result;
    Graph& graph = result.graph;
    result.options = options;
    if (bound.stream && bound.stream->symbol) {
        result.whole = bound;
        resolve(bound);
        explain(options, "resolve", bound);
        take_steps(bound);
        check(bound);
        explain(options, "stream", bound);
    }
    graph = bound;
    result.bound = std::move(bound);
    simplify(graph, options);
    check(graph);
    explain(options, "simplify", graph);

    auto program = std::make_shared<Program>(lower(graph, options.forecast));
    explain(options, "lower", *program);
    result.nodes_before = count_nodes(graph);
    result.parameters = count_parameters(graph);
    result.program = std::move(program);
    emit(result);
    return result;
}

}  // namespace

Conversion convert(const std::string& onnx_path, const ConvertOptions& options) {
    Complaints complaints;
    Graph graph = read(onnx_path, complaints);
    return convert_read(std::move(graph), std::move(complaints), options);
}

Conversion convert_read(Graph graph, Complaints complaints, const ConvertOptions& options) {
    const auto collect = [&](const auto& stage) {
        try {
            stage();
        } catch (const ConvertError& error) { complaints.add(error); }
    };
    if (complaints.empty()) {
        check(graph);
        explain(options, "read", graph);
    }
    collect([&] {
        if (options.stream && complaints.empty()) {
            graph = bound_for_stream(graph, options);
        } else {
            bind(graph, options);
        }
    });
    if (!complaints.empty()) {
        collect([&] { find_faults(graph); });
        complaints.throw_if_any();
    }
    check(graph);
    explain(options, "bind", graph);
    return convert_bound(std::move(graph), options);
}

Conversion convert_whole(const Conversion& conversion, std::int64_t steps) {
    Graph graph = conversion.whole;
    std::vector<std::int64_t> symbols;
    for (const auto& symbol : graph.symbols) { symbols.push_back(symbol->maximum); }
    symbols.back() = steps / graph.stream->unit;
    set_symbols(graph, symbols);
    graph.stream.reset();
    freeze_states(graph, conversion.graph);
    ConvertOptions options = conversion.options;
    options.explain = nullptr;
    options.stream.reset();
    return convert_bound(std::move(graph), options);
}

Conversion convert_again(const Conversion& conversion, const Quantization& quantization) {
    Conversion result = conversion;
    result.options.quantization = quantization;
    emit(result);
    return result;
}

Conversion convert_at(const Conversion& conversion, const std::vector<std::int64_t>& symbols) {
    Graph graph = conversion.bound;
    set_symbols(graph, symbols);
    ConvertOptions options = conversion.options;
    options.explain = nullptr;
    return convert_bound(std::move(graph), options);
}

}  // namespace tidegate
