// SPDX-License-Identifier: MIT
#include "simplify/recurrent.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "graph/error.h"
#include "graph/text.h"
#include "simplify/links.h"

namespace tidegate {
namespace {

template <class Visit>
void for_each_recurrent(Graph& graph, Visit visit) {
    for (Node& node : graph.nodes) {
        if (auto* op = std::get_if<Recurrent>(&node.op)) { visit(node, *op); }
    }
}

void check_weight(const Graph& graph, const Node& node, std::size_t input, const char* name) {
    if (input >= node.inputs.size() || node.inputs[input] == kNone) { return; }
    const ValueId id = node.inputs[input];
    const Tensor* tensor = graph.constant(id);
    const std::string what =
        std::string(name) + " (" + in_quotes(graph.values[static_cast<std::size_t>(id)].name) + ")";
    if (tensor == nullptr) {
        throw ConvertError(node.name, name_of(node.op), what + " must be constant; " + how_to_freeze(graph, id));
    }
    if (!std::all_of(tensor->reals.begin(), tensor->reals.end(), [](double v) { return std::isfinite(v); })) {
        throw ConvertError(node.name, name_of(node.op), what + " holds NaN or infinite values; train or export again");
    }
}

}  // namespace

void check_weights(const Graph& graph) {
    constexpr std::array<std::pair<std::size_t, const char*>, 4> kWeights = {
        {{kW, "W"}, {kR, "R"}, {kB, "B"}, {kPeepholes, "P"}}};
    Complaints complaints;
    for (const Node& node : graph.nodes) {
        if (!std::holds_alternative<Recurrent>(node.op)) { continue; }
        for (const auto& [input, name] : kWeights) {
            try {
                check_weight(graph, node, input, name);
            } catch (const ConvertError& error) { complaints.add(error); }
        }
    }
    complaints.throw_if_any();
}

void drop_full_lengths(Graph& graph) {
    for_each_recurrent(graph, [&](Node& node, const Recurrent& op) {
        const Tensor* lengths = graph.constant(node.inputs[kLengths]);
        if (lengths == nullptr) { return; }
        const Dims& x = *graph.values[static_cast<std::size_t>(node.inputs[kX])].dims;
        const std::int64_t steps = x[op.x_batch_first ? 1 : 0];
        const bool full = std::all_of(lengths->integers.begin(), lengths->integers.end(),
                                      [steps](std::int64_t length) { return length == steps; });
        if (full) { node.inputs[kLengths] = kNone; }
    });
}

bool is_zero(const Graph& graph, ValueId id) {
    const Tensor* tensor = graph.constant(id);
    return tensor != nullptr &&
           std::all_of(tensor->reals.begin(), tensor->reals.end(), [](double value) { return value == 0; });
}

void drop_zero_states(Graph& graph) {
    for_each_recurrent(graph, [&](Node& node, const Recurrent& op) {
        const std::size_t last = op.cell == CellKind::lstm ? kInitialC : kInitialH;
        for (std::size_t input = kInitialH; input <= last; ++input) {
            if (is_zero(graph, node.inputs[input])) { node.inputs[input] = kNone; }
        }
    });
}

}  // namespace tidegate
