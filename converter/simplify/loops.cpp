// SPDX-License-Identifier: MIT
#include "simplify/loops.h"

#include <algorithm>
#include <map>

#include "simplify/rebuild.h"

namespace tidegate {
namespace {

/// Goes from what is wanted to what makes it. Around a loop the way is a circle: a carried value wants the next one.
class Wanted {
public:
    explicit Wanted(const Graph& graph)
        : graph_(graph), wanted_(graph.values.size(), false), node_wanted_(graph.nodes.size(), false) {
        makers_.assign(graph.values.size(), {});
        std::map<int, std::size_t> begins;
        other_end_.assign(graph.nodes.size(), 0);
        for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
            const Node& node = graph.nodes[i];
            for (std::size_t k = 0; k < node.outputs.size(); ++k) {
                if (node.outputs[k] != kNone) { makers_[index(node.outputs[k])] = {static_cast<int>(i), k}; }
            }
            if (const auto* begin = std::get_if<LoopBegin>(&node.op)) { begins[begin->loop] = i; }
            if (const auto* end = std::get_if<LoopEnd>(&node.op)) {
                other_end_[i] = begins.at(end->loop);
                other_end_[begins.at(end->loop)] = i;
            }
        }
        for (const GraphOutput& output : graph.outputs) { want(output.value); }
        for (const StateLink& state : graph.states) { want(state.output); }
        while (!open_.empty()) {
            const ValueId id = open_.back();
            open_.pop_back();
            follow(makers_[index(id)]);
        }
    }

    bool is_wanted(ValueId id) const { return id != kNone && wanted_[index(id)]; }
    bool is_wanted(std::size_t node) const { return node_wanted_[node]; }
    std::size_t other_end(std::size_t node) const { return other_end_[node]; }

private:
    struct Maker {
        int node = -1;
        std::size_t output = 0;
    };
    static std::size_t index(ValueId id) { return static_cast<std::size_t>(id); }

    void want(ValueId id) {
        if (id == kNone || wanted_[index(id)]) { return; }
        wanted_[index(id)] = true;
        open_.push_back(id);
    }

    void follow(const Maker& maker) {
        if (maker.node < 0) { return; }
        const auto at = static_cast<std::size_t>(maker.node);
        const Node& node = graph_.nodes[at];
        if (std::holds_alternative<LoopBegin>(node.op)) {
            want_loop(at, other_end_[at]);
            const std::size_t carried = std::get<LoopBegin>(node.op).carried;
            if (maker.output == kLoopIteration) { return; }
            const std::size_t i = maker.output - kLoopCurrent;
            i < carried ? want_carried(at, other_end_[at], i) : want(node.inputs[kLoopInitial + i]);
        } else if (const auto* end = std::get_if<LoopEnd>(&node.op)) {
            want_loop(other_end_[at], at);
            maker.output < end->carried ? want_carried(other_end_[at], at, maker.output)
                                        : want(node.inputs[kEndNext + maker.output]);
        } else {
            node_wanted_[at] = true;
            for (const ValueId id : node.inputs) { want(id); }
        }
    }

    void want_loop(std::size_t begin, std::size_t end) {
        node_wanted_[begin] = node_wanted_[end] = true;
        want(graph_.nodes[begin].inputs[kLoopMost]);
        want(graph_.nodes[begin].inputs[kLoopCondition]);
        want(graph_.nodes[end].inputs[kEndCondition]);
    }
    void want_carried(std::size_t begin, std::size_t end, std::size_t i) {
        want(graph_.nodes[begin].inputs[kLoopInitial + i]);
        want(graph_.nodes[begin].outputs[kLoopCurrent + i]);
        want(graph_.nodes[end].inputs[kEndNext + i]);
        want(graph_.nodes[end].outputs[i]);
    }

    const Graph& graph_;
    std::vector<bool> wanted_;
    std::vector<bool> node_wanted_;
    std::vector<Maker> makers_;
    std::vector<std::size_t> other_end_;  ///< by node: of a LoopBegin its LoopEnd, of that the LoopBegin
    std::vector<ValueId> open_;
};

/// Takes carried values, slices and results that nobody wants off both ends of a loop.
void narrow(Node& begin, Node& end, const Wanted& wanted) {
    auto& loop = std::get<LoopBegin>(begin.op);
    auto& ending = std::get<LoopEnd>(end.op);
    for (std::size_t i = loop.carried; i-- > 0;) {
        if (wanted.is_wanted(begin.outputs[kLoopCurrent + i])) { continue; }
        take_off(begin.inputs, kLoopInitial + i);
        take_off(begin.outputs, kLoopCurrent + i);
        take_off(end.inputs, kEndNext + i);
        take_off(end.outputs, i);
        --loop.carried;
        --ending.carried;
    }
    for (std::size_t i = loop.scans.size(); i-- > 0;) {
        if (wanted.is_wanted(begin.outputs[kLoopCurrent + loop.carried + i])) { continue; }
        take_off(begin.inputs, kLoopInitial + loop.carried + i);
        take_off(begin.outputs, kLoopCurrent + loop.carried + i);
        take_off(loop.scans, i);
    }
    for (std::size_t i = ending.stacks.size(); i-- > 0;) {
        if (wanted.is_wanted(end.outputs[ending.carried + i])) { continue; }
        take_off(end.inputs, kEndNext + ending.carried + i);
        take_off(end.outputs, ending.carried + i);
        take_off(ending.stacks, i);
    }
}

/// Writes the graph anew without the loops that run once or never.
class ShortLoops {
public:
    explicit ShortLoops(Graph& graph) : walk_(graph) {}

    bool run() {
        walk_.run([this](Node node) { visit(std::move(node)); });
        return changed_;
    }

private:
    void visit(Node node) {
        if (skipped_ >= 0) {
            const auto* end = std::get_if<LoopEnd>(&node.op);
            if (end != nullptr && end->loop == skipped_) { leave_out(node); }
            return;
        }
        const auto* begin = std::get_if<LoopBegin>(&node.op);
        const auto* end = std::get_if<LoopEnd>(&node.op);
        if (begin != nullptr && begin->trips && *begin->trips == 0) {
            skipped_ = begin->loop;
            initial_.assign(node.inputs.begin() + kLoopInitial, node.inputs.end());
        } else if (begin != nullptr && begin->trips && *begin->trips == 1 && node.inputs[kLoopCondition] == kNone) {
            enter(node, *begin);
        } else if (end != nullptr && once_.contains(end->loop)) {
            take_over(node, *end);
        } else {
            walk_.emit(std::move(node));
        }
    }

    /// Stacks of nothing have no elements.
    void leave_out(const Node& end) {
        for (std::size_t i = 0; i < end.outputs.size(); ++i) {
            const bool carried = i < std::get<LoopEnd>(end.op).carried;
            if (carried) {
                walk_.emit({end.name, Identity{}, {initial_[i]}, {end.outputs[i]}});
                continue;
            }
            const ValueId shape = walk_.graph().add_list(end.name + ".shape", walk_.dims(end.outputs[i]));
            const ElementType type = walk_.type(end.outputs[i]);
            const Tensor zero = Tensor::zeros(type, {1});
            walk_.emit({end.name, ConstantOfShape{zero}, {shape}, {end.outputs[i]}});
        }
        skipped_ = -1;
        changed_ = true;
    }

    void enter(const Node& node, const LoopBegin& begin) {
        once_[begin.loop] = true;
        changed_ = true;
        Graph& graph = walk_.graph();
        const ValueId zero = graph.add_constant(node.name + ".first", Tensor{ElementType::i64, {}, {}, {0}});
        walk_.emit({node.name, Identity{}, {zero}, {node.outputs[kLoopIteration]}});
        for (std::size_t i = 0; i < begin.carried; ++i) {
            walk_.emit({node.name, Identity{}, {node.inputs[kLoopInitial + i]}, {node.outputs[kLoopCurrent + i]}});
        }
        for (std::size_t i = 0; i < begin.scans.size(); ++i) {
            const std::size_t place = begin.carried + i;
            const std::int64_t at = begin.scans[i].reverse ? -1 : 0;
            const ValueId index = graph.add_constant(node.name + ".at", Tensor{ElementType::i64, {}, {}, {at}});
            walk_.emit({node.name,
                        Gather{begin.scans[i].axis},
                        {node.inputs[kLoopInitial + place], index},
                        {node.outputs[kLoopCurrent + place]}});
        }
    }

    void take_over(const Node& node, const LoopEnd& end) {
        for (std::size_t i = 0; i < end.carried; ++i) {
            walk_.emit({node.name, Identity{}, {node.inputs[kEndNext + i]}, {node.outputs[i]}});
        }
        for (std::size_t i = 0; i < end.stacks.size(); ++i) {
            const std::size_t place = end.carried + i;
            const ValueId axis = walk_.graph().add_list(node.name + ".axis", {end.stacks[i].axis});
            walk_.emit({node.name, Unsqueeze{}, {node.inputs[kEndNext + place], axis}, {node.outputs[place]}});
        }
    }

    Rebuild walk_;
    std::map<int, bool> once_;  ///< loops that are being replaced by their bodies
    int skipped_ = -1;          ///< the loop that is left out
    std::vector<ValueId> initial_;
    bool changed_ = false;
};

}  // namespace

void remove_dead(Graph& graph) {
    const Wanted wanted(graph);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        Node& node = graph.nodes[i];
        if (!wanted.is_wanted(i)) { continue; }
        if (std::holds_alternative<LoopBegin>(node.op)) { narrow(node, graph.nodes[wanted.other_end(i)], wanted); }
        if (std::holds_alternative<Recurrent>(node.op)) {
            for (ValueId& id : node.outputs) { id = wanted.is_wanted(id) ? id : kNone; }
        }
    }
    std::vector<Node> kept;
    kept.reserve(graph.nodes.size());
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        if (wanted.is_wanted(i)) { kept.push_back(std::move(graph.nodes[i])); }
    }
    graph.nodes = std::move(kept);
}

bool drop_short_loops(Graph& graph) { return ShortLoops(graph).run(); }

}  // namespace tidegate
