// SPDX-License-Identifier: MIT
// Exporters wrap Transpose, Squeeze and Reshape around recurrent nodes. Y's axes are followed through them by label: T
// steps, D directions, B batch rows, H units. An axis of a later value is a row of labels, since Reshape merges axes.
#include <algorithm>
#include <array>
#include <optional>

#include "simplify/links.h"
#include "simplify/recurrent.h"

namespace tidegate {
namespace {

enum class Label { T, D, B, H };
struct Part {
    Label label;
    Extent extent;
};
using Axis = std::vector<Part>;
using Layout = std::vector<Axis>;

std::array<Label, 4> labels_of(YOrder order) {
    switch (order) {
        case YOrder::time_direction_batch:
            return {Label::T, Label::D, Label::B, Label::H};
        case YOrder::time_batch_direction:
            return {Label::T, Label::B, Label::D, Label::H};
        case YOrder::batch_time_direction:
            return {Label::B, Label::T, Label::D, Label::H};
    }
    return {};
}

/// Labels in the order of memory; extents of 1 have no place in it.
std::vector<Label> memory_order(const Layout& layout) {
    std::vector<Label> order;
    for (const Axis& axis : layout) {
        for (const Part& part : axis) {
            if (!(part.extent == 1)) { order.push_back(part.label); }
        }
    }
    return order;
}

/// The same elements under other extents; nothing if that would cut a labelled axis in two.
std::optional<Layout> reshaped(const Layout& layout, const Extents& dims) {
    std::vector<Part> parts;
    for (const Axis& axis : layout) {
        std::copy_if(axis.begin(), axis.end(), std::back_inserter(parts),
                     [](const Part& p) { return !(p.extent == 1); });
    }
    Layout result;
    auto next = parts.begin();
    for (const Extent& extent : dims) {
        Axis axis;
        Extent product = 1;
        while (!(product == extent) && next != parts.end()) {
            product = product * next->extent;
            axis.push_back(*next++);
        }
        if (!(product == extent)) { return std::nullopt; }
        result.push_back(std::move(axis));
    }
    return result;
}

/// A value where the ways from Y through Transpose and Reshape end, and the order it wants Y's memory in.
struct WayEnd {
    ValueId value;
    std::vector<Label> order;
};

class Ways {
public:
    Ways(const Graph& graph, const Links& links) : graph_(graph), links_(links) {}

    void follow(ValueId start, Layout layout) {
        std::vector<std::pair<ValueId, Layout>> open = {{start, std::move(layout)}};
        while (!open.empty()) {
            const auto [id, here] = std::move(open.back());
            open.pop_back();
            bool ends = links_.leaves(id);
            for (const int reader : links_.readers(id)) {
                const Node& node = graph_.nodes[static_cast<std::size_t>(reader)];
                std::optional<Layout> after = through(node, id, here);
                ends |= !after;
                if (!after) { continue; }
                transposed_ |= std::holds_alternative<Transpose>(node.op);
                open.emplace_back(node.outputs[0], std::move(*after));
            }
            if (ends) { ends_.push_back({id, memory_order(here)}); }
        }
    }

    const std::vector<WayEnd>& ends() const { return ends_; }
    bool transposed() const { return transposed_; }

private:
    std::optional<Layout> through(const Node& node, ValueId from, const Layout& layout) const {
        if (node.inputs[0] != from) { return std::nullopt; }
        if (const auto* op = std::get_if<Transpose>(&node.op)) {
            Layout result;
            for (const std::int64_t axis : op->perm) { result.push_back(layout[static_cast<std::size_t>(axis)]); }
            return result;
        }
        if (!std::holds_alternative<Reshape>(node.op)) { return std::nullopt; }
        return reshaped(layout, graph_.dims(node.outputs[0]));
    }

    const Graph& graph_;
    const Links& links_;
    std::vector<WayEnd> ends_;
    bool transposed_ = false;
};

Layout layout_of(YOrder order, const Extents& y) {
    const std::array<Label, 4> labels = labels_of(order);
    Layout layout;
    for (std::size_t i = 0; i < labels.size(); ++i) { layout.push_back({{labels[i], y[i]}}); }
    return layout;
}

Extents reordered(const Extents& y, YOrder from, YOrder to) {
    const auto old_labels = labels_of(from);
    Extents result;
    for (const Label label : labels_of(to)) {
        const auto at = std::find(old_labels.begin(), old_labels.end(), label) - old_labels.begin();
        result.push_back(y[static_cast<std::size_t>(at)]);
    }
    return result;
}

/// The order of Y that all ends agree on. The present one comes first: where Y itself is an end, no other is found.
std::optional<YOrder> agreed_order(const std::vector<WayEnd>& ends, YOrder present, const Extents& y) {
    for (const YOrder order :
         {present, YOrder::time_direction_batch, YOrder::time_batch_direction, YOrder::batch_time_direction}) {
        const std::vector<Label> memory = memory_order(layout_of(order, reordered(y, present, order)));
        const auto agrees = [&](const WayEnd& end) { return end.order == memory; };
        if (std::all_of(ends.begin(), ends.end(), agrees)) { return order; }
    }
    return std::nullopt;
}

void absorb_y(Graph& graph, Node& node, const Links& links) {
    auto& op = std::get<Recurrent>(node.op);
    const ValueId y = node.outputs[kY];
    if (y == kNone) { return; }
    const Extents dims = graph.dims(y);
    Ways ways(graph, links);
    ways.follow(y, layout_of(op.y_order, dims));
    if (!ways.transposed()) { return; }
    const std::optional<YOrder> order = agreed_order(ways.ends(), op.y_order, dims);
    if (!order) { return; }

    graph.values[static_cast<std::size_t>(y)].dims = reordered(dims, op.y_order, *order);
    op.y_order = *order;
    for (const WayEnd& end : ways.ends()) {
        if (end.value == y) { continue; }
        const Extents shape = graph.dims(end.value);
        Node& last = graph.nodes[static_cast<std::size_t>(links.maker(end.value))];
        const ValueId list = graph.add_list(last.name + ".order", shape);
        last.op = Reshape{true};
        last.inputs = {y, list};
    }
}

/// [B,T,I] -> [T,B,I] by Transpose, or by Reshape where an extent of 1 makes it the same.
bool swaps_first_axes(const Graph& graph, const Node& node) {
    if (const auto* op = std::get_if<Transpose>(&node.op)) { return op->perm == std::vector<std::int64_t>{1, 0, 2}; }
    if (!std::holds_alternative<Reshape>(node.op)) { return false; }
    const Extents& from = graph.dims(node.inputs[0]);
    const Extents& to = graph.dims(node.outputs[0]);
    return from.size() == 3 && to.size() == 3 && (from[0] == 1 || from[1] == 1) && from[0] == to[1] && from[1] == to[0];
}

void absorb_x(Graph& graph, Node& node, const Links& links) {
    const int maker = links.maker(node.inputs[kX]);
    if (maker < 0) { return; }
    const Node& before = graph.nodes[static_cast<std::size_t>(maker)];
    if (!swaps_first_axes(graph, before)) { return; }
    node.inputs[kX] = before.inputs[0];
    auto& op = std::get<Recurrent>(node.op);
    op.x_batch_first = !op.x_batch_first;
}

}  // namespace

/// One look at the links is enough: the ways from one node's Y are not on another's, and makers stay what they are.
void absorb_transposes(Graph& graph) {
    const Links links(graph);
    for (Node& node : graph.nodes) {
        if (std::holds_alternative<Recurrent>(node.op)) { absorb_y(graph, node, links); }
    }
    for (Node& node : graph.nodes) {
        if (std::holds_alternative<Recurrent>(node.op)) { absorb_x(graph, node, links); }
    }
}

}  // namespace tidegate
