// SPDX-License-Identifier: MIT
#include "simplify/recurrent.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

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

namespace {

/// Of a known value.
std::optional<Extent> common_element(const Graph& graph, ValueId id) {
    if (const std::optional<Extents> all = graph.elements(id)) {
        if (all->empty() || std::adjacent_find(all->begin(), all->end(), std::not_equal_to<>()) != all->end()) {
            return std::nullopt;
        }
        return all->front();
    }
    return is_zero(graph, id) ? std::optional(Extent(0)) : std::nullopt;
}

/// Does the operator only repeat and rearrange its first input?
bool repeats(const Op& op) {
    return std::visit(Overloaded{
                          [](const Slice&) { return true; },
                          [](const Squeeze&) { return true; },
                          [](const Unsqueeze&) { return true; },
                          [](const Reshape&) { return true; },
                          [](const Flatten&) { return true; },
                          [](const Transpose&) { return true; },
                          [](const Identity&) { return true; },
                          [](const Expand&) { return true; },
                          [](const Split&) { return true; },
                          [](const auto&) { return false; },
                      },
                      op);
}

}  // namespace

std::optional<Extent> fill_of(const Graph& graph, const Links& links, ValueId id) {
    while (id != kNone && !graph.values[static_cast<std::size_t>(id)].is_known()) {
        const int maker = links.maker(id);
        if (maker < 0) { return std::nullopt; }
        const Node& node = graph.nodes[static_cast<std::size_t>(maker)];
        if (const auto* op = std::get_if<ConstantOfShape>(&node.op)) {
            const bool is_zero_fill = op->value.is_real() && op->value.reals[0] == 0;
            if (op->value.is_real()) { return is_zero_fill ? std::optional(Extent(0)) : std::nullopt; }
            return Extent(op->value.integers[0]);
        }
        if (!repeats(node.op)) { return std::nullopt; }
        id = node.inputs[0];
    }
    return id == kNone ? std::nullopt : common_element(graph, id);
}

bool is_one_step(const Graph& graph, const Node& node) {
    const auto* op = std::get_if<Recurrent>(&node.op);
    return op != nullptr && op->directions() == 1 && !op->x_batch_first && !op->state_batch_first &&
           op->y_order == YOrder::time_direction_batch && node.input(kLengths) == kNone &&
           graph.dims(node.inputs[kX])[0] == 1;
}

void drop_full_lengths(Graph& graph) {
    const Links links(graph);
    for_each_recurrent(graph, [&](Node& node, const Recurrent& op) {
        const std::optional<Extent> length = fill_of(graph, links, node.inputs[kLengths]);
        const Extents& x = graph.dims(node.inputs[kX]);
        if (length && *length == x[op.x_batch_first ? 1 : 0]) { node.inputs[kLengths] = kNone; }
    });
}

bool is_zero(const Graph& graph, ValueId id) {
    const Tensor* tensor = graph.constant(id);
    return tensor != nullptr &&
           std::all_of(tensor->reals.begin(), tensor->reals.end(), [](double value) { return value == 0; });
}

void drop_zero_states(Graph& graph) {
    const Links links(graph);
    for_each_recurrent(graph, [&](Node& node, const Recurrent& op) {
        const std::size_t last = op.cell == CellKind::lstm ? kInitialC : kInitialH;
        for (std::size_t input = kInitialH; input <= last; ++input) {
            if (fill_of(graph, links, node.inputs[input]) == Extent(0)) { node.inputs[input] = kNone; }
        }
    });
}

}  // namespace tidegate
