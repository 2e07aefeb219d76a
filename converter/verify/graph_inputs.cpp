// SPDX-License-Identifier: MIT
#include "verify/graph_inputs.h"

#include <algorithm>
#include <optional>
#include <set>

#include "reference/shapes.h"

namespace tidegate {
namespace {

/// Positions of a node's inputs that must be constant: [first, last).
struct Positions {
    std::size_t first = 0;
    std::size_t last = 0;
};

std::vector<Positions> constant_positions(const Op& any) {
    return std::visit(Overloaded{[](const Recurrent&) {
                                     return std::vector<Positions>{{1, 4}, {7, 8}};
                                 },  // W, R, B; P
                                 [](const Slice&) {
                                     return std::vector<Positions>{{1, 5}};
                                 },
                                 [](const Pad&) {
                                     return std::vector<Positions>{{1, 2}, {3, 4}};
                                 },
                                 [](const Resize&) {
                                     return std::vector<Positions>{{1, 3}};
                                 },
                                 [](const Tile&) {
                                     return std::vector<Positions>{{1, 2}};
                                 },
                                 [](const Split&) {
                                     return std::vector<Positions>{{1, 2}};
                                 },
                                 [](const Squeeze&) {
                                     return std::vector<Positions>{{1, 2}};
                                 },
                                 [](const Unsqueeze&) {
                                     return std::vector<Positions>{{1, 2}};
                                 },
                                 [](const Reshape&) {
                                     return std::vector<Positions>{{1, 2}};
                                 },
                                 [](const Expand&) {
                                     return std::vector<Positions>{{1, 2}};
                                 },
                                 [](const Reduce&) {
                                     return std::vector<Positions>{{1, 2}};
                                 },
                                 [](const CumSum&) {
                                     return std::vector<Positions>{{1, 2}};
                                 },
                                 [](const TopK&) {
                                     return std::vector<Positions>{{1, 2}};
                                 },
                                 [](const ConstantOfShape&) {
                                     return std::vector<Positions>{{0, 1}};
                                 },
                                 [](const Range&) {
                                     return std::vector<Positions>{{0, 3}};
                                 },
                                 [](const If&) {
                                     return std::vector<Positions>{{0, 1}};
                                 },
                                 [](const LoopBegin&) {
                                     return std::vector<Positions>{{kLoopMost, kLoopCondition + 1}};
                                 },
                                 [](const auto&) { return std::vector<Positions>{}; }},
                      any);
}

bool contains(const std::set<ValueId>& values, const std::vector<ValueId>& any_of) {
    return std::any_of(any_of.begin(), any_of.end(), [&](ValueId id) { return values.count(id) != 0; });
}

/// A Cast between integers hands its elements on too, and TopK the lengths that it sorts.
std::size_t handed_on(const Node& node, ValueId to) {
    if (std::holds_alternative<TopK>(node.op)) { return to == node.outputs[0] ? 1 : 0; }
    return std::holds_alternative<Cast>(node.op) ? 1 : moved_inputs(node.op, node.inputs.size());
}

class Ranges {
public:
    explicit Ranges(const Graph& graph) : graph_(graph) {}

    /// The value, and what it was moved from, must stay within the range.
    void narrow(ValueId id, IntegerRange range) {
        if (id == kNone) { return; }
        const auto [entry, fresh] = ranges_.try_emplace(id, range);
        if (!fresh) {
            entry->second.minimum = std::max(entry->second.minimum, range.minimum);
            entry->second.maximum = std::min(entry->second.maximum, range.maximum);
        }
        for (const Node& node : graph_.nodes) {
            if (!contains({id}, node.outputs)) { continue; }
            for (std::size_t i = 0; i < handed_on(node, id); ++i) { narrow(node.inputs[i], range); }
        }
    }
    Dims dims(ValueId id) const { return graph_.values[static_cast<std::size_t>(id)].dims->constants(); }
    std::map<ValueId, IntegerRange> of_inputs() const {
        std::map<ValueId, IntegerRange> result;
        for (const GraphInput& input : graph_.inputs) {
            if (const auto found = ranges_.find(input.value); found != ranges_.end()) { result.insert(*found); }
        }
        return result;
    }

private:
    const Graph& graph_;
    std::map<ValueId, IntegerRange> ranges_;
};

/// What every index in input 1 must stay within; nothing for an operator without indices.
std::optional<std::int64_t> indexed_extent(const Node& node, const Ranges& ranges) {
    const auto along = [&](std::int64_t axis) {
        const Dims data = ranges.dims(node.inputs[0]);
        return std::optional(data[normalise_axis(axis, data.size())]);
    };
    const auto shortest = [&](std::int64_t batch_axes) {
        const Dims data = ranges.dims(node.inputs[0]);
        const auto first = data.begin() + static_cast<std::ptrdiff_t>(batch_axes);
        return std::optional(
            *std::min_element(first, first + static_cast<std::ptrdiff_t>(ranges.dims(node.inputs[1]).back())));
    };
    return std::visit(Overloaded{[&](const Gather& op) { return along(op.axis); },
                                 [&](const GatherElements& op) { return along(op.axis); },
                                 [&](const ScatterElements& op) { return along(op.axis); },
                                 [&](const GatherND& op) { return shortest(op.batch_axes); },
                                 [&](const ScatterND&) { return shortest(0); },
                                 [](const auto&) { return std::optional<std::int64_t>(); }},
                      node.op);
}

}  // namespace

std::vector<ValueId> constant_inputs(const Graph& graph) {
    std::set<ValueId> needed;
    for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
        if (contains(needed, node->outputs) && !std::holds_alternative<Shape>(node->op)) {
            needed.insert(node->inputs.begin(), node->inputs.end());
        }
        for (const Positions& positions : constant_positions(node->op)) {
            for (std::size_t i = positions.first; i < std::min(positions.last, node->inputs.size()); ++i) {
                needed.insert(node->inputs[i]);
            }
        }
        needed.erase(kNone);  // or a missing bias would need every node that lacks an output
    }
    std::vector<ValueId> result;
    for (const GraphInput& input : graph.inputs) {
        if (needed.count(input.value) != 0) { result.push_back(input.value); }
    }
    return result;
}

std::map<ValueId, IntegerRange> integer_ranges(const Graph& graph) {
    Ranges ranges(graph);
    for (const Node& node : graph.nodes) {
        if (const auto* recurrent = std::get_if<Recurrent>(&node.op)) {
            if (node.inputs.size() > 4) {
                ranges.narrow(node.inputs[4], {0, ranges.dims(node.inputs[0])[recurrent->x_batch_first ? 1 : 0]});
            }
        } else if (const std::optional<std::int64_t> extent = indexed_extent(node, ranges)) {
            ranges.narrow(node.inputs[1], {-*extent, *extent - 1});
        }
    }
    return ranges.of_inputs();
}

}  // namespace tidegate
