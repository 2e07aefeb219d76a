// SPDX-License-Identifier: MIT
#include "simplify/walked_gathers.h"

#include <optional>

#include "simplify/trip_count.h"

namespace tidegate {
namespace {

class Walker {
public:
    Walker(Graph& graph, std::size_t begin) : graph_(graph), begin_(begin), count_(graph, begin) {
        end_ = end_of_loop(graph.nodes, begin, loop().loop);
        count_.end_with(graph.nodes[end_]);
        for (std::size_t i = 0; i < begin; ++i) { list(graph.nodes[i]); }
    }

    void run() {
        if (!loop().trips) { return; }
        int depth = 0;
        for (std::size_t i = begin_ + 1; i < end_; ++i) {
            const Op& op = graph_.nodes[i].op;
            depth += std::holds_alternative<LoopBegin>(op) ? 1 : 0;
            depth -= std::holds_alternative<LoopEnd>(op) ? 1 : 0;
            if (depth == 0 && std::holds_alternative<Gather>(op)) { visit(graph_.nodes[i]); }
        }
    }

private:
    const LoopBegin& loop() const { return std::get<LoopBegin>(graph_.nodes[begin_].op); }
    const Value& value(ValueId id) const { return graph_.values[static_cast<std::size_t>(id)]; }

    void list(const Node& node) {
        before_.resize(graph_.values.size(), false);
        for (const ValueId id : node.outputs) {
            if (id != kNone) { before_[static_cast<std::size_t>(id)] = true; }
        }
    }

    /// Is it there when the loop begins?
    bool is_before(ValueId id) const {
        if (value(id).constant || before_[static_cast<std::size_t>(id)]) { return true; }
        for (const GraphInput& input : graph_.inputs) {
            if (input.value == id) { return true; }
        }
        for (const StateLink& state : graph_.states) {
            if (state.input == id) { return true; }
        }
        return false;
    }

    /// How the index walks along the axis, if it does.
    std::optional<WalkedAxis> walk_of(const Node& gather) const {
        const std::int64_t axis = std::get<Gather>(gather.op).axis;
        const Extent& extent = (*value(gather.inputs[0]).dims)[static_cast<std::size_t>(axis)];
        const std::optional<Counter> index = count_.counter(gather.inputs[1]);
        if (!index || !always_at_most(*loop().trips, extent)) { return std::nullopt; }
        if (index->step == 1 && index->base == 0) { return WalkedAxis{axis, false}; }
        const bool from_back = index->base == extent - 1 || index->base == -1;
        return index->step == -1 && from_back ? std::optional(WalkedAxis{axis, true}) : std::nullopt;
    }

    void visit(Node& gather) {
        const ValueId data = gather.inputs[0];
        before_.resize(graph_.values.size(), false);
        if (value(data).elements || !is_before(data) || value(gather.inputs[1]).dims->size() > 1) { return; }
        const std::optional<WalkedAxis> walked = walk_of(gather);
        if (!walked) { return; }
        Extents dims = *value(data).dims;
        dims.erase(dims.begin() + walked->axis);
        const ValueId slice = graph_.add_value(gather.name + ".slice", value(data).type, std::move(dims));
        Node& begin = graph_.nodes[begin_];
        std::get<LoopBegin>(begin.op).scans.push_back(*walked);
        begin.inputs.push_back(data);
        begin.outputs.push_back(slice);
        const ValueId shape = graph_.add_list(gather.name + ".shape", *value(gather.outputs[0]).dims);
        gather = {gather.name, Reshape{true}, {slice, shape}, gather.outputs};
    }

    Graph& graph_;
    std::size_t begin_;
    std::size_t end_ = 0;
    TripCount count_;
    std::vector<bool> before_;  ///< by value: made by a node before the loop
};

}  // namespace

void walk_gathers(Graph& graph) {
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        if (std::holds_alternative<LoopBegin>(graph.nodes[i].op)) { Walker(graph, i).run(); }
    }
}

}  // namespace tidegate
