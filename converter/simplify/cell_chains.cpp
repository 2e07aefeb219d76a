// SPDX-License-Identifier: MIT
#include "simplify/cell_chains.h"

#include <algorithm>
#include <array>
#include <map>

#include "reference/shapes.h"
#include "simplify/cell_elements.h"
#include "simplify/cell_readers.h"
#include "simplify/links.h"
#include "simplify/node_order.h"
#include "simplify/recurrent.h"

namespace tidegate {
namespace {

using Chain = std::vector<std::size_t>;  ///< indices of nodes

class Joiner {
public:
    explicit Joiner(Graph& graph) : graph_(graph), forms_(graph), links_(graph), elements_(graph, forms_) {}

    /// Joins the first chain that can be.
    std::optional<JoinedSteps> run() {
        for (const Chain& chain : chains()) {
            for (const Chain& part : parts_of(chain)) {
                if (part.size() < 2) { continue; }
                const JoinedSteps result = {std::get<Recurrent>(node(part[0]).op).cell, part.size()};
                join(part);
                return result;
            }
        }
        return std::nullopt;
    }

private:
    const Node& node(std::size_t i) const { return graph_.nodes[i]; }
    const Extents& dims(ValueId id) const { return graph_.dims(id); }
    static bool is_lstm(const Node& node) { return std::get<Recurrent>(node.op).cell == CellKind::lstm; }

    bool have_equal_weights(const Node& a, const Node& b) {
        const auto& op = std::get<Recurrent>(a.op);
        const auto& other = std::get<Recurrent>(b.op);
        if (op.cell != other.cell || op.hidden != other.hidden || op.clip != other.clip ||
            op.linear_before_reset != other.linear_before_reset || op.input_forget != other.input_forget ||
            op.integer_weights != other.integer_weights || op.functions != other.functions ||
            !(dims(a.inputs[kX]) == dims(b.inputs[kX]))) {
            return false;
        }
        return std::ranges::all_of(std::vector<std::size_t>{kW, kR, kB, kPeepholes}, [&](std::size_t i) {
            const ValueId left = a.input(i), right = b.input(i);
            if (left == kNone || right == kNone) { return left == right; }
            return graph_.constant(left) != nullptr && forms_.same_constant(left) == forms_.same_constant(right);
        });
    }

    /// The step that makes the node's states; -1: none.
    int step_before(std::size_t index) {
        const Node& step = node(index);
        if (step.inputs[kInitialH] == kNone) { return -1; }
        const ValueId h = forms_.plain(step.inputs[kInitialH]);
        const Node* before = forms_.maker(h);
        if (before == nullptr || !is_one_step(graph_, *before)) { return -1; }
        if (h != before->outputs[kYh] && h != before->outputs[kY]) { return -1; }
        if (is_lstm(step)) {
            const ValueId c = step.input(kInitialC);
            if (!is_lstm(*before) || c == kNone || forms_.plain(c) != before->outputs[kYc]) { return -1; }
        }
        return have_equal_weights(*before, step) ? static_cast<int>(forms_.maker_index(h)) : -1;
    }

    /// The longest ones: where a state goes on in two steps, a chain ends.
    std::vector<Chain> chains() {
        std::vector<int> loops(graph_.nodes.size(), -1), open = {-1};
        std::vector<int> before(graph_.nodes.size(), -1), behind(graph_.nodes.size(), -1),
            count(graph_.nodes.size(), 0);
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            const auto* begin = std::get_if<LoopBegin>(&node(i).op);
            if (begin != nullptr) { open.push_back(begin->loop); }
            if (std::holds_alternative<LoopEnd>(node(i).op)) { open.pop_back(); }
            loops[i] = open.back();
            if (!is_one_step(graph_, node(i))) { continue; }
            before[i] = step_before(i);
            if (before[i] < 0) { continue; }
            const auto from = static_cast<std::size_t>(before[i]);
            if (loops[from] != loops[i]) {
                before[i] = -1;
            } else {
                ++count[from];
                behind[from] = static_cast<int>(i);
            }
        }
        std::vector<Chain> found;
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            const bool goes_on = before[i] >= 0 && count[static_cast<std::size_t>(before[i])] == 1;
            if (goes_on || count[i] != 1) { continue; }
            Chain chain = {i};
            while (count[chain.back()] == 1) { chain.push_back(static_cast<std::size_t>(behind[chain.back()])); }
            found.push_back(std::move(chain));
        }
        return found;
    }

    /// Is the cell state read by anyone but the next step?
    bool shows_c(std::size_t step, std::size_t next) const {
        const ValueId c = is_lstm(node(step)) ? node(step).outputs[kYc] : kNone;
        return c != kNone && !is_read_only_by(graph_, links_, c, std::array{static_cast<int>(next)});
    }

    /// Cut where a cell state is shown, and where X follows from an h of the part.
    std::vector<Chain> parts_of(const Chain& chain) {
        std::vector<int> after(graph_.values.size(), -1);  // by value: the last step of the chain that it follows from
        std::vector<int> inside = {-1};                    // of open loops: what is read in them follows from
        const auto follows = [&](const Node& of) {
            int last = -1;
            for (const ValueId id : of.inputs) {
                if (id != kNone) { last = std::max(last, after[static_cast<std::size_t>(id)]); }
            }
            return last;
        };
        std::vector<Chain> parts = {{}};
        int first = 0, next = 0;
        for (std::size_t i = chain.front(); i <= chain.back(); ++i) {
            int last = follows(node(i));
            if (std::holds_alternative<LoopBegin>(node(i).op)) { inside.push_back(-1); }
            inside.back() = std::max(inside.back(), last);
            if (std::holds_alternative<LoopEnd>(node(i).op) && inside.size() > 1) {
                last = inside.back();
                inside.pop_back();
                inside.back() = std::max(inside.back(), last);
            }
            if (i == chain[static_cast<std::size_t>(next)]) {
                const bool waits = after[static_cast<std::size_t>(node(i).inputs[kX])] >= first;
                if (next > 0 && (waits || shows_c(chain[static_cast<std::size_t>(next - 1)], i))) {
                    parts.emplace_back();
                    first = next;
                }
                parts.back().push_back(i);
                last = next++;
            }
            for (const ValueId id : node(i).outputs) {
                if (id != kNone) { after[static_cast<std::size_t>(id)] = last; }
            }
        }
        return parts;
    }

    void join(const Chain& chain) {
        NodeList list(graph_, node(chain[0]).name);
        std::vector<ValueId> xs;
        xs.reserve(chain.size());
        for (const std::size_t i : chain) { xs.push_back(node(i).inputs[kX]); }
        const std::optional<Run> run = elements_.run_of(xs);
        ValueId x = run ? list.along(list.cut(run->whole, run->axis, run->first, run->count), run->axis) : kNone;
        const Extents one = dims(xs[0]);
        const Extents all = {static_cast<std::int64_t>(chain.size()), one[1], one[2]};
        const bool is_run = x != kNone && dims(x) == all;
        if (!is_run) {
            list.nodes.clear();
            x = list.value(".x", all);
            list.add(Concat{0}, xs, {x});
        }
        write(chain, list, x, is_run && run->backwards);
        std::vector<Node> nodes;
        nodes.reserve(graph_.nodes.size());
        for (std::size_t i = 0, next = 0; i < graph_.nodes.size(); ++i) {
            if (next == chain.size() || i != chain[next]) {
                nodes.push_back(std::move(graph_.nodes[i]));
                continue;
            }
            if (next++ == 0) { std::ranges::move(list.nodes, std::back_inserter(nodes)); }
        }
        graph_.nodes = std::move(nodes);
        order_nodes(graph_);
    }

    void write(const Chain& chain, NodeList& list, ValueId x, bool backwards) {
        const Node& first = node(chain.front());
        const Node& last = node(chain.back());
        Recurrent op = std::get<Recurrent>(first.op);
        op.direction = backwards ? DirectionKind::reverse : DirectionKind::forward;
        std::vector<ValueId> inputs = first.inputs, outputs = last.outputs;
        inputs[kX] = x;
        const auto steps = static_cast<std::int64_t>(chain.size());
        const std::int64_t hidden = op.hidden;
        const Extents all = {steps, 1, dims(x)[1], hidden};
        const ValueId y = list.value(".y", all);
        outputs[kY] = y;
        list.add(std::move(op), std::move(inputs), std::move(outputs));
        for (std::size_t k = 0; k < chain.size(); ++k) {
            const auto step = static_cast<std::int64_t>(k);
            const std::int64_t at = backwards ? steps - 1 - step : step;
            const bool is_last = k + 1 == chain.size();
            for (const std::size_t output : {kY, kYh}) {
                const ValueId shown = node(chain[k]).outputs[output];
                if (shown == kNone || (is_last && output == kYh)) { continue; }
                list.reshape(list.cut(y, 0, at, 1), shown);
            }
        }
    }

    Graph& graph_;
    LinearForms forms_;
    Links links_;
    Elements elements_;
};

}  // namespace

std::vector<JoinedSteps> join_steps(Graph& graph) {
    std::vector<JoinedSteps> found;
    constexpr std::size_t kMostVisits = std::size_t{1} << 22;  // each round looks at all nodes
    for (std::size_t work = 0; work < kMostVisits; work += graph.nodes.size() + 1) {
        const std::optional<JoinedSteps> joined = Joiner(graph).run();
        if (!joined) { break; }
        found.push_back(*joined);
    }
    return found;
}

bool join_elements(Graph& graph) {
    const LinearForms forms(graph);
    const Elements elements(graph, forms);
    const auto dims = [&](ValueId id) -> const Extents& { return graph.dims(id); };
    std::vector<Node> nodes;
    nodes.reserve(graph.nodes.size());
    bool any = false;
    for (const Node& node : graph.nodes) {
        const auto* concat = std::get_if<Concat>(&node.op);
        std::optional<Run> run;
        if (concat != nullptr && node.inputs.size() > 1) { run = elements.run_of(node.inputs); }
        NodeList list(graph, node.name);
        if (run && !run->backwards && dims(run->whole)[run->axis] == run->count) {
            const Extents& part = dims(node.inputs[0]);
            const std::size_t at = normalise_axis(concat->axis, part.size());
            list.stack(run->whole, run->axis, part, at, node.outputs[0]);
        }
        any = any || !list.nodes.empty();
        if (list.nodes.empty()) { list.nodes = {node}; }
        std::ranges::move(list.nodes, std::back_inserter(nodes));
    }
    graph.nodes = std::move(nodes);
    return any;
}

}  // namespace tidegate
