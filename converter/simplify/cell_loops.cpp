// SPDX-License-Identifier: MIT
#include "simplify/cell_loops.h"

#include <algorithm>
#include <array>

#include "simplify/cell_elements.h"
#include "simplify/cell_readers.h"
#include "simplify/links.h"
#include "simplify/loops.h"
#include "simplify/recurrent.h"

namespace tidegate {
namespace {

/// One loop that runs a known number of times.
class Loop {
public:
    Loop(Graph& graph, const LinearForms& forms, std::size_t begin)
        : graph_(graph), forms_(forms), begin_(begin), end_(end_of_loop(graph.nodes, begin, opening().loop)) {}

    bool is_plain() const {
        return begin().inputs[kLoopCondition] == kNone && end().inputs[kEndCondition] == kNone && opening().trips &&
               always_at_most(1, *opening().trips);
    }
    const Node& begin() const { return graph_.nodes[begin_]; }
    const Node& end() const { return graph_.nodes[end_]; }
    Node& begin() { return graph_.nodes[begin_]; }
    Node& end() { return graph_.nodes[end_]; }
    const LoopBegin& opening() const { return std::get<LoopBegin>(begin().op); }
    const LoopEnd& ending() const { return std::get<LoopEnd>(end().op); }
    std::size_t first() const { return begin_; }
    std::size_t last() const { return end_; }

    /// Which carried value it is; -1: none.
    int carried(ValueId id) const { return place(id, 0, opening().carried); }
    /// Which of the slices of what is walked from end to end; -1: none.
    int slice(ValueId id) const {
        const int at = place(id, opening().carried, opening().scans.size());
        if (at < 0) { return -1; }
        const std::int64_t axis = opening().scans[static_cast<std::size_t>(at)].axis;
        const Extents& dims = graph_.dims(walked(at));
        const bool is_whole = dims[static_cast<std::size_t>(axis)] == *opening().trips;
        return is_whole && static_cast<std::size_t>(axis) + 1 < dims.size() ? at : -1;
    }
    ValueId walked(int slice) const {
        return begin().inputs[kLoopInitial + opening().carried + static_cast<std::size_t>(slice)];
    }
    ValueId next(int carried) const { return forms_.plain(end().inputs[kEndNext + static_cast<std::size_t>(carried)]); }

    void drop_carried(std::size_t i) {
        take_off(begin().inputs, kLoopInitial + i);
        take_off(begin().outputs, kLoopCurrent + i);
        take_off(end().inputs, kEndNext + i);
        take_off(end().outputs, i);
        --std::get<LoopBegin>(begin().op).carried;
        --std::get<LoopEnd>(end().op).carried;
    }
    void walk(ValueId whole, bool reverse, ValueId slice) {
        std::get<LoopBegin>(begin().op).scans.push_back({0, reverse});
        begin().inputs.push_back(whole);
        begin().outputs.push_back(slice);
    }

private:
    int place(ValueId id, std::size_t from, std::size_t count) const {
        const auto first = begin().outputs.begin() + static_cast<std::ptrdiff_t>(kLoopCurrent + from);
        const auto last = first + static_cast<std::ptrdiff_t>(count);
        const auto found = std::find(first, last, id);
        return found == last ? -1 : static_cast<int>(found - first);
    }

    Graph& graph_;
    const LinearForms& forms_;
    std::size_t begin_, end_;
};

/// Takes one node out of one loop.
class Hoist {
public:
    Hoist(Graph& graph, const LinearForms& forms, const Links& links, Loop& loop, std::size_t index)
        : graph_(graph), forms_(forms), links_(links), loop_(loop), index_(index) {}

    bool run() {
        if (!fits()) { return false; }
        NodeList before(graph_, node().name);
        const int slice = loop_.slice(forms_.plain(node().inputs[kX]));
        const WalkedAxis walked = loop_.opening().scans[static_cast<std::size_t>(slice)];
        const ValueId x = before.along(loop_.walked(slice), static_cast<std::size_t>(walked.axis));
        if (x == kNone) { return false; }
        write(before, x, walked.reverse);
        return true;
    }

private:
    const Node& node() const { return graph_.nodes[index_]; }
    const Extents& dims(ValueId id) const { return graph_.dims(id); }

    /// Is the state what the loop carries, for this node alone?
    bool is_carried(std::size_t input, std::size_t output, int& place) const {
        const ValueId initial = node().input(input);
        place = initial == kNone ? -1 : loop_.carried(forms_.plain(initial));
        if (place < 0) { return false; }
        const ValueId next = loop_.next(place);
        const bool is_own = next == node().outputs[output] || (output == kYh && next == node().outputs[kY]);
        const ValueId current = loop_.begin().outputs[kLoopCurrent + static_cast<std::size_t>(place)];
        return is_own && next != kNone && is_read_only_by(current, index_);
    }
    bool is_read_only_by(ValueId id, std::size_t index) const {
        return tidegate::is_read_only_by(graph_, links_, id, std::array{static_cast<int>(index)});
    }
    /// Nothing but the carried value may be its cell state.
    bool shows_c() const {
        const ValueId c = node().outputs[kYc];
        return c != kNone && (!is_read_only_by(c, loop_.last()) || is_stacked(c));
    }
    bool is_stacked(ValueId id) const {
        const Node& end = loop_.end();
        const auto first = end.inputs.begin() + static_cast<std::ptrdiff_t>(kEndNext + loop_.ending().carried);
        return std::any_of(first, end.inputs.end(), [&](ValueId result) { return forms_.plain(result) == id; });
    }

    bool fits() {
        const auto& op = std::get<Recurrent>(node().op);
        for (const std::size_t i : {kW, kR, kB, kPeepholes}) {
            if (node().input(i) != kNone && graph_.constant(node().input(i)) == nullptr) { return false; }
        }
        if (!is_one_step(graph_, node()) || loop_.slice(forms_.plain(node().inputs[kX])) < 0 ||
            !is_carried(kInitialH, kYh, h_)) {
            return false;
        }
        return op.cell != CellKind::lstm || (is_carried(kInitialC, kYc, c_) && h_ != c_ && !shows_c());
    }

    void write(NodeList& before, ValueId x, bool reverse) {
        const Node step = node();
        Recurrent op = std::get<Recurrent>(step.op);
        op.direction = reverse ? DirectionKind::reverse : DirectionKind::forward;
        const Extents state = {1, dims(x)[1], op.hidden};
        const ValueId y = before.value(".y", {dims(x)[0], 1, dims(x)[1], op.hidden});
        std::vector<ValueId> inputs = step.inputs, outputs = step.outputs;
        inputs[kX] = x;
        outputs[kY] = y;
        for (const auto& [place, input, output] : {std::tuple{h_, std::size_t{kInitialH}, std::size_t{kYh}},
                                                   {c_, std::size_t{kInitialC}, std::size_t{kYc}}}) {
            if (place < 0) { continue; }
            const auto at = static_cast<std::size_t>(place);
            inputs[input] = before.reshaped(loop_.begin().inputs[kLoopInitial + at], state);
            outputs[output] = before.value(output == kYh ? ".h" : ".c", state);
        }
        const std::vector<ValueId> made = outputs;
        before.add(std::move(op), std::move(inputs), std::move(outputs));
        before.reshape(made[kYh], loop_.end().outputs[static_cast<std::size_t>(h_)]);
        if (c_ >= 0) { before.reshape(made[kYc], loop_.end().outputs[static_cast<std::size_t>(c_)]); }

        NodeList inside(graph_, step.name);
        const ValueId slice = inside.value(".step", state);
        for (const std::size_t output : {kY, kYh}) {
            if (step.outputs[output] != kNone) { inside.reshape(slice, step.outputs[output]); }
        }
        loop_.walk(y, reverse, slice);
        for (const int place : {std::max(h_, c_), std::min(h_, c_)}) {
            if (place >= 0) { loop_.drop_carried(static_cast<std::size_t>(place)); }
        }
        auto& nodes = graph_.nodes;
        const auto at = [&](std::size_t i) { return nodes.begin() + static_cast<std::ptrdiff_t>(i); };
        nodes.erase(at(index_));
        nodes.insert(at(index_), inside.nodes.begin(), inside.nodes.end());
        nodes.insert(at(loop_.first()), before.nodes.begin(), before.nodes.end());
    }

    Graph& graph_;
    const LinearForms& forms_;
    const Links& links_;
    Loop& loop_;
    std::size_t index_;
    int h_ = -1, c_ = -1;
};

/// Takes the first node that can be taken.
std::optional<CellKind> take_one_out(Graph& graph) {
    const LinearForms forms(graph);
    const Links links(graph);
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const Node& node = graph.nodes[i];
        if (std::holds_alternative<LoopBegin>(node.op)) { open.push_back(i); }
        if (std::holds_alternative<LoopEnd>(node.op)) { open.pop_back(); }
        const auto* op = std::get_if<Recurrent>(&node.op);
        if (op == nullptr || open.empty()) { continue; }
        const CellKind kind = op->cell;
        Loop loop(graph, forms, open.back());
        if (loop.is_plain() && Hoist(graph, forms, links, loop, i).run()) { return kind; }
    }
    return std::nullopt;
}

}  // namespace

std::vector<CellKind> take_out_of_loops(Graph& graph) {
    std::vector<CellKind> found;
    constexpr std::size_t kMostVisits = std::size_t{1} << 22;  // each round looks at all nodes
    for (std::size_t work = 0; work < kMostVisits; work += graph.nodes.size() + 1) {
        const std::optional<CellKind> taken = take_one_out(graph);
        if (!taken) { break; }
        found.push_back(*taken);
    }
    return found;
}

bool unstack_slices(Graph& graph) {
    const LinearForms forms(graph);
    bool any = false;
    std::vector<Node> nodes;
    nodes.reserve(graph.nodes.size());
    std::vector<std::size_t> begins;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        if (std::holds_alternative<LoopBegin>(graph.nodes[i].op)) { begins.push_back(i); }
        if (!std::holds_alternative<LoopEnd>(graph.nodes[i].op)) {
            nodes.push_back(graph.nodes[i]);
            continue;
        }
        Loop loop(graph, forms, begins.back());
        begins.pop_back();
        NodeList list(graph, graph.nodes[i].name);
        auto& ending = std::get<LoopEnd>(loop.end().op);
        for (std::size_t k = ending.stacks.size(); loop.is_plain() && k-- > 0;) {
            const std::size_t place = ending.carried + k;
            const ValueId result = loop.end().inputs[kEndNext + place];
            const int slice = loop.slice(forms.plain(result));
            if (slice < 0) { continue; }
            const WalkedAxis from = loop.opening().scans[static_cast<std::size_t>(slice)];
            if (from.reverse != ending.stacks[k].reverse ||
                !list.stack(loop.walked(slice), static_cast<std::size_t>(from.axis), graph.dims(result),
                            static_cast<std::size_t>(ending.stacks[k].axis), loop.end().outputs[place])) {
                continue;
            }
            take_off(loop.end().inputs, kEndNext + place);
            take_off(loop.end().outputs, place);
            take_off(ending.stacks, k);
            any = true;
        }
        nodes.push_back(graph.nodes[i]);
        std::ranges::move(list.nodes, std::back_inserter(nodes));
    }
    graph.nodes = std::move(nodes);
    return any;
}

}  // namespace tidegate
