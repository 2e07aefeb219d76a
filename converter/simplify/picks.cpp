// SPDX-License-Identifier: MIT
#include "simplify/picks.h"

#include <algorithm>

#include "graph/text.h"
#include "reference/shapes.h"

namespace tidegate {
namespace {

using Ranges = std::vector<SliceRange<Extent>>;

/// Of a Slice whose lists are all known.
std::optional<Ranges> ranges_of(const Graph& graph, const Node& slice) {
    const auto list = [&](std::size_t i) { return graph.elements(slice.input(i)); };
    const auto has = [&](std::size_t i) { return slice.input(i) != kNone; };
    const std::optional<Extents> starts = list(1), ends = list(2), axes = list(3), steps = list(4);
    if (!starts || !ends || (has(3) && (!axes || !axes->are_constant())) ||
        (has(4) && (!steps || !steps->are_constant()))) {
        return std::nullopt;
    }
    const Dims axis_numbers = axes ? axes->constants() : Dims{}, step_numbers = steps ? steps->constants() : Dims{};
    return slice_ranges(graph.dims(slice.inputs[0]), *starts, *ends, axes ? &axis_numbers : nullptr,
                        steps ? &step_numbers : nullptr);
}

bool is_whole(const SliceRange<Extent>& range, const Extent& extent) {
    return range.step == 1 && range.extent == extent;
}

/// Of a Split along any axis: where the output begins.
std::optional<std::int64_t> start_of(const Graph& graph, const Node& split, std::size_t axis, ValueId output) {
    const auto at = std::ranges::find(split.outputs, output) - split.outputs.begin();
    const Extents& whole = graph.dims(split.inputs[0]);
    std::optional<Extents> sizes;
    if (split.input(1) != kNone) {
        sizes = graph.elements(split.input(1));
        if (!sizes) { return std::nullopt; }
    }
    const Extents parts = split_sizes<Extents>(whole[axis], sizes ? &*sizes : nullptr, split.outputs.size());
    Extent start = 0;
    for (std::ptrdiff_t i = 0; i < at; ++i) { start += parts[static_cast<std::size_t>(i)]; }
    return start.is_constant() ? std::optional(start.constant()) : std::nullopt;
}

std::optional<Pick> of_slice(const Graph& graph, const Node& node) {
    const Extents& data = graph.dims(node.inputs[0]);
    const std::optional<Ranges> ranges = ranges_of(graph, node);
    if (!ranges) { return std::nullopt; }
    std::string text = "slice";
    bool whole_rows = true;
    for (std::size_t i = 0; i + 1 < data.size(); ++i) {
        const auto& range = (*ranges)[i];
        whole_rows = whole_rows && is_whole(range, data[i]);
        text += " " + to_text(range.start) + ":" + to_text(range.extent) + ":" + std::to_string(range.step);
    }
    const auto& cols = ranges->back();
    if (is_whole(cols, data.back())) { return Pick{node.inputs[0], false, 0, text}; }
    if (!whole_rows || cols.step != 1 || !cols.start.is_constant()) { return std::nullopt; }
    return Pick{node.inputs[0], true, cols.start.constant(), ""};
}

std::optional<Pick> of_gather(const Graph& graph, const Node& node, std::size_t rank) {
    const std::size_t axis = normalise_axis(std::get<Gather>(node.op).axis, rank);
    const std::optional<Extents> indices = graph.elements(node.inputs[1]);
    if (axis + 1 == rank || !indices) { return std::nullopt; }
    return Pick{node.inputs[0], false, 0,
                "gather " + std::to_string(axis) + " " + to_text(*indices) + to_text(graph.dims(node.inputs[1]))};
}

std::optional<Pick> of_split(const Graph& graph, const Node& node, ValueId output, std::size_t rank) {
    const std::size_t axis = normalise_axis(std::get<Split>(node.op).axis, rank);
    const std::optional<std::int64_t> start = start_of(graph, node, axis, output);
    if (!start) { return std::nullopt; }
    if (axis + 1 == rank) { return Pick{node.inputs[0], true, *start, ""}; }
    return Pick{node.inputs[0], false, 0,
                "split " + std::to_string(axis) + " " + std::to_string(*start) + to_text(graph.dims(output))};
}

std::optional<Pick> of_scan(const Graph& graph, const Node& node, const LoopBegin& loop, ValueId output) {
    const auto at = static_cast<std::size_t>(std::ranges::find(node.outputs, output) - node.outputs.begin());
    if (at < kLoopCurrent + loop.carried) { return std::nullopt; }
    const WalkedAxis& walked = loop.scans[at - kLoopCurrent - loop.carried];
    const ValueId data = node.inputs[at - kLoopCurrent + kLoopInitial];
    if (static_cast<std::size_t>(walked.axis) + 1 == graph.dims(data).size()) { return std::nullopt; }
    return Pick{data, false, 0,
                "loop " + std::to_string(loop.loop) + " " + std::to_string(walked.axis) + (walked.reverse ? "-" : "+")};
}

}  // namespace

std::optional<Pick> pick_of(const Graph& graph, const Node& node, ValueId output) {
    if (const auto* loop = std::get_if<LoopBegin>(&node.op)) { return of_scan(graph, node, *loop, output); }
    if (node.inputs.empty() || node.inputs[0] == kNone) { return std::nullopt; }
    const Extents& data = graph.dims(node.inputs[0]);
    if (data.empty()) { return std::nullopt; }
    std::optional<Pick> result;
    if (std::holds_alternative<Slice>(node.op)) { result = of_slice(graph, node); }
    if (std::holds_alternative<Gather>(node.op)) { result = of_gather(graph, node, data.size()); }
    if (std::holds_alternative<Split>(node.op)) { result = of_split(graph, node, output, data.size()); }
    if (const auto* turn = std::get_if<Transpose>(&node.op)) {
        if (turn->perm.back() + 1 == static_cast<std::int64_t>(data.size())) {
            result = Pick{node.inputs[0], false, 0, "transpose " + to_text(Extents(turn->perm))};
        }
    }
    if (result && !result->of_cols) { result->text += " of " + to_text(data) + ";"; }
    return result;
}

void forget_cols(Graph& graph, Node& slice) {
    const std::size_t rank = graph.dims(slice.inputs[0]).size();
    const Extents starts = graph.elements(slice.inputs[1]).value();
    slice.inputs.resize(5, kNone);
    std::vector<std::int64_t> axes;
    for (std::size_t i = 0; i < starts.size(); ++i) { axes.push_back(static_cast<std::int64_t>(i)); }
    if (slice.inputs[3] != kNone) { axes = graph.elements(slice.inputs[3]).value().constants(); }
    const std::vector<std::size_t> places = normalise_axes(axes, rank);
    slice.inputs[3] = graph.add_list(slice.name + ".axes", Extents(axes));
    for (const std::size_t input : {1, 2, 3, 4}) {
        if (slice.inputs[input] == kNone) { continue; }
        const Extents list = graph.elements(slice.inputs[input]).value();
        Extents kept;
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (places[i] + 1 != rank) { kept.push_back(list[i]); }
        }
        slice.inputs[input] = graph.add_list(slice.name + ".rows", kept);
    }
}

std::optional<Element> element_of(const Graph& graph, const Node& node, ValueId output) {
    const bool picks = std::holds_alternative<Slice>(node.op) || std::holds_alternative<Gather>(node.op) ||
                       std::holds_alternative<Split>(node.op);
    if (!picks) { return std::nullopt; }
    const ValueId data = node.inputs[0];
    const Extents& whole = graph.dims(data);
    if (const auto* gather = std::get_if<Gather>(&node.op)) {
        const std::size_t axis = normalise_axis(gather->axis, whole.size());
        const std::optional<Extents> indices = graph.elements(node.inputs[1]);
        if (!indices || indices->size() != 1 || !(*indices)[0].is_constant() || !whole[axis].is_constant() ||
            axis + 1 == whole.size()) {
            return std::nullopt;
        }
        const std::int64_t index = (*indices)[0].constant();
        return Element{data, axis, index < 0 ? index + whole[axis].constant() : index};
    }
    const Extents& part = graph.dims(output);
    if (const auto* split = std::get_if<Split>(&node.op)) {
        const std::size_t axis = normalise_axis(split->axis, whole.size());
        const std::optional<std::int64_t> start = start_of(graph, node, axis, output);
        if (!start || !(part[axis] == 1) || axis + 1 == whole.size()) { return std::nullopt; }
        return Element{data, axis, *start};
    }
    const std::optional<Ranges> ranges = ranges_of(graph, node);
    std::optional<Element> found;
    for (std::size_t i = 0; ranges && i < whole.size(); ++i) {
        const auto& range = (*ranges)[i];
        if (is_whole(range, whole[i])) { continue; }
        const bool is_one = range.extent == 1 && range.start.is_constant() && i + 1 < whole.size();
        if (found || !is_one) { return std::nullopt; }
        found = Element{data, i, range.start.constant()};
    }
    return found;
}

std::optional<std::size_t> turned_axis(const Graph& graph, const Node& node) {
    if (!std::holds_alternative<Slice>(node.op)) { return std::nullopt; }
    const Extents& whole = graph.dims(node.inputs[0]);
    const std::optional<Ranges> ranges = ranges_of(graph, node);
    std::optional<std::size_t> found;
    for (std::size_t i = 0; ranges && i < whole.size(); ++i) {
        const auto& range = (*ranges)[i];
        if (is_whole(range, whole[i])) { continue; }
        if (found || range.step != -1 || !(range.extent == whole[i])) { return std::nullopt; }
        found = i;
    }
    return found;
}

}  // namespace tidegate
