// SPDX-License-Identifier: MIT
// The passes in a row. The graph is checked after each.
#include <algorithm>

#include "convert.h"
#include "graph/error.h"
#include "graph/text.h"
#include "simplify/canonical.h"
#include "simplify/cells.h"
#include "simplify/expand_batch_normalization.h"
#include "simplify/expand_moves.h"
#include "simplify/expand_normalization.h"
#include "simplify/expand_quantized.h"
#include "simplify/fold.h"
#include "simplify/loops.h"
#include "simplify/recurrent.h"
#include "simplify/sampled.h"
#include "simplify/stateful.h"
#include "simplify/walked_gathers.h"

namespace tidegate {
namespace {

template <class Pass>
void run(Graph& graph, Pass pass) {
    pass(graph);
    remove_dead(graph);
    check(graph);
}

std::string described(const Graph& graph, ValueId id) {
    const Value& value = graph.values[static_cast<std::size_t>(id)];
    return std::string(name_of(value.type)) + to_text(*value.dims);
}

/// A state takes the value of its output after each run: both must be alike.
void check_states(const Graph& graph) {
    Complaints complaints;
    for (const StateLink& state : graph.states) {
        const Extents& dims = graph.dims(state.input);
        if (!dims.are_constant()) {
            complaints.add(ConvertError("state " + in_quotes(state.name) + " has the shape " + to_text(dims) +
                                        "; what lives in the session cannot change its shape: " + how_to_bind(dims)));
            continue;
        }
        const std::string input = described(graph, state.input);
        const std::string output = described(graph, state.output);
        if (input != output) {
            complaints.add(ConvertError("state " + in_quotes(state.name) + ": its input is " + input + ", its output " +
                                        output + "; only equal types and shapes can be linked"));
        }
    }
    complaints.throw_if_any();
}

/// What the runtime has. Anything else should have folded away.
bool stays(const Op& op) {
    return std::visit(Overloaded{
                          [](const Shape&) { return false; },
                          [](const Identity&) { return false; },
                          [](const auto&) { return true; },
                      },
                      op);
}

/// "Value 'x' has no elements" and the like: what may not come out of simplification.
void check_result(const Graph& graph) {
    Complaints complaints;
    if (graph.outputs.empty()) {
        complaints.add(
            ConvertError("no output is left; every one is linked as a state: link fewer, or add an output to the "
                         "model that repeats one (an Identity)"));
    }
    for (const Node& node : graph.nodes) {
        const std::string op = name_of(node.op);
        if (!stays(node.op)) {
            complaints.add(
                ConvertError(node.name, op, "it depends on values of the run; only constants can go in here"));
            continue;
        }
        for (const ValueId id : node.outputs) {
            if (id == kNone) { continue; }
            const Dims largest = graph.values[static_cast<std::size_t>(id)].dims->planned();
            if (std::all_of(largest.begin(), largest.end(), [](std::int64_t extent) { return extent > 0; })) {
                continue;
            }
            complaints.add(ConvertError(node.name, op, "its result " + described(graph, id) + " has no elements"));
        }
    }
    complaints.throw_if_any();
}

}  // namespace

void find_faults(Graph& graph) { fold(graph); }

void resolve(Graph& graph) {
    run(graph, fold);
    bool zeros = false;
    run(graph, [&](Graph& whole) { zeros = leave_out_sampled(whole); });
    if (zeros) { run(graph, fold); }
    check_states(graph);
    run(graph, walk_gathers);
    run(graph, canonicalise);
    bool found = false;
    run(graph, [&](Graph& whole) { found = recognise_cells(whole); });
    if (found) { run(graph, fold); }
    for (bool dropped = true; dropped;) {
        run(graph, [&](Graph& whole) { dropped = drop_short_loops(whole); });
        if (dropped) { run(graph, fold); }
    }
    bool expanded = false;
    run(graph, [&](Graph& whole) { expanded = expand_moves(whole); });
    run(graph, [&](Graph& whole) { expanded = expand_quantized(whole) || expanded; });
    if (expanded) { run(graph, fold); }
    run(graph, expand_batch_normalization);
    run(graph, expand_normalization);
    run(graph, walk_gathers);
    run(graph, canonicalise);
    check_weights(graph);
    run(graph, drop_full_lengths);
}

void simplify(Graph& graph, const ConvertOptions& options) {
    resolve(graph);
    if (options.stateful) {
        run(graph, [](Graph& whole) { link_states(whole); });
    }
    run(graph, drop_zero_states);
    run(graph, absorb_transposes);
    run(graph, canonicalise);
    check_result(graph);
}

}  // namespace tidegate
