// SPDX-License-Identifier: MIT
// Slice and Pad: what they take from, and put to, the ends of the axis of steps moves the others.
#include <algorithm>
#include <numeric>

#include "graph/text.h"
#include "reference/shapes.h"
#include "reference/shapes_moves.h"
#include "stream/rules.h"

namespace tidegate {
namespace {

using Ranges = std::vector<SliceRange<Extent>>;

std::optional<std::vector<std::int64_t>> numbers(const Steps& steps, const Node& node, std::size_t i) {
    if (i >= node.inputs.size() || node.inputs[i] == kNone) { return std::nullopt; }
    return steps.elements(node.inputs[i]).value().constants();
}

Ranges ranges_of(const Steps& steps, const Node& node) {
    const auto axes = numbers(steps, node, 3), by = numbers(steps, node, 4);
    return slice_ranges(steps.dims(node.inputs[0]), *steps.elements(node.inputs[1]), *steps.elements(node.inputs[2]),
                        axes ? &*axes : nullptr, by ? &*by : nullptr);
}

/// The same of all axes but one.
ValueId sliced_elsewhere(Steps& steps, ValueId data, const Extents& dims, const Ranges& ranges, std::size_t apart) {
    std::vector<std::int64_t> starts, ends, axes, by;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        if (i == apart || (ranges[i].start == 0 && ranges[i].step == 1 && ranges[i].extent == dims[i])) { continue; }
        if (!ranges[i].start.is_constant() || !ranges[i].extent.is_constant()) {
            steps.refuse("it takes other elements at other lengths; " +
                         how_to_bind({ranges[i].start, ranges[i].extent}));
        }
        const std::int64_t start = ranges[i].start.constant(), count = ranges[i].extent.constant();
        const std::int64_t end = start + count * ranges[i].step;
        starts.push_back(start);
        ends.push_back(end < 0 ? INT64_MIN / 2 : end);
        axes.push_back(static_cast<std::int64_t>(i));
        by.push_back(ranges[i].step);
    }
    if (axes.empty()) { return data; }
    const auto list = [&](const std::vector<std::int64_t>& values) { return steps.list(Extents(values)); };
    return steps.made(Slice{}, {data, list(starts), list(ends), list(axes), list(by)}, "sliced");
}

/// Rows of a table, one for each step.
void step_rows(Steps& steps, const Node& node, const Ranges& ranges, std::size_t axis) {
    const ValueId data = node.inputs[0];
    const SliceRange<Extent>& range = ranges[axis];
    auto time = steps.time_of(range.extent, axis);
    if (!time || !time->is_plain() || time->every != 1 || !range.start.is_constant() || range.step != 1) {
        steps.refuse("of what does not follow from " + in_quotes(steps.axis_name()) +
                     " it takes as much as there are steps, but not one for each");
    }
    const std::int64_t start = range.start.constant();
    time->shift = std::min<std::int64_t>(time->extra, 0);
    const Extent& table = steps.dims(data)[axis];
    if (!table.is_constant()) { steps.refuse("its shape changes in more than one way; " + how_to_bind({table})); }
    steps.limit_positions(table.constant() - start - time->shift);
    const ValueId rows = sliced_elsewhere(steps, data, steps.dims(data), ranges, axis);
    const ValueId index = steps.positions(start + time->shift, false);
    steps.finish_as(node, steps.made(Gather{static_cast<std::int64_t>(axis)}, {rows, index}, "rows"), *time);
}

/// x[-n:]: the last n of the steps so far.
void step_last(Steps& steps, const Node& node, const Ranges& ranges, const Time& time) {
    const ValueId data = node.inputs[0];
    const std::int64_t n = ranges[time.axis].extent.constant();
    const Extent whole = steps.dims(data)[time.axis];
    if (!(ranges[time.axis].start == whole - n) || !time.is_plain() || n < 1) {
        steps.refuse("it takes steps of " + in_quotes(steps.axis_name()) +
                     " by their number from the front; a stream goes on, only its last steps are there");
    }
    const std::int64_t shift = std::min(time.shift, time.extra);
    Time now = time;
    ValueId at_end = data;
    if (time.shift > shift) { at_end = steps.delayed(data, shift); }
    now.shift = shift;
    const std::int64_t before = std::max<std::int64_t>(n - steps.per_run(time), 0);
    const ValueId all = steps.history(at_end, now, steps.dims(data), steps.type(data), before);
    const std::int64_t there = before + steps.per_run(time);
    const ValueId last = steps.made(
        Slice{},
        {all, steps.list({there - n}), steps.list({there}), steps.list({static_cast<std::int64_t>(time.axis)})},
        "last");
    Time result;
    result.kind = Time::Kind::ending;
    result.late = std::max<std::int64_t>(time.needed(), 0);
    result.shift = std::min<std::int64_t>(shift - (n - 1), 0) * time.every;
    result.ahead = time.ahead;
    steps.finish_as(node, sliced_elsewhere(steps, last, steps.dims(data), ranges, time.axis), result);
}

}  // namespace

void step_slice(Steps& steps, Node node) {
    const ValueId data = node.inputs[0];
    steps.need_data(data);
    const Ranges ranges = ranges_of(steps, node);
    const Time& from = steps.time(data);
    if (!from.has_axis()) {
        const std::vector<std::size_t> axes = axes_of(dims_of(ranges), steps.symbol());
        if (axes.size() == 1 && from.kind == Time::Kind::fixed) { return step_rows(steps, node, ranges, axes[0]); }
        return steps.finish(std::move(node), steps.join({data}, steps.dims(data).size()).time);
    }
    const SliceRange<Extent>& range = ranges[from.axis];
    if (range.step < 0) {
        steps.refuse("it turns " + in_quotes(steps.axis_name()) + " round, so that it begins at its end");
    }
    const bool touches = !(range.start == 0 && range.step == 1 && range.extent == steps.dims(data)[from.axis]);
    if (touches && from.kind == Time::Kind::along && range.extent.is_constant()) {
        return step_last(steps, node, ranges, from);
    }
    Time time = from;
    time.lead = nullptr;
    ValueId now = data;
    if (touches) {
        const auto there = steps.time_of(range.extent, from.axis);
        if (!there || !there->is_plain() || there->every != from.every || !from.is_plain() ||
            !range.start.is_constant() || range.step != 1) {
            steps.refuse("it takes only some of the steps of " + in_quotes(steps.axis_name()) +
                         "; a stream makes one result for each");
        }
        const std::int64_t cut = range.start.constant();
        time.extra = there->extra;
        time.shift -= cut;
        if (time.position) { *time.position += cut; }
        if (time.shift > 0) {  // of a Pad in front some is left
            now = steps.delayed(data, cut);
            time.shift = 0;
        }
    } else if (time.shift > 0) {
        now = steps.delayed(data, 0);
        time.shift = 0;
    }
    if (time.kind == Time::Kind::uniform) { time.shift = 0; }
    steps.finish_as(node, sliced_elsewhere(steps, now, steps.dims(data), ranges, from.axis), time);
}

void step_pad(Steps& steps, Node node, const Pad& op) {
    const ValueId data = node.inputs[0];
    steps.need_data(data);
    const Extents& whole = steps.dims(data);
    const auto axes = numbers(steps, node, 3);
    const Padding<Extents> padding = padding_of(*steps.elements(node.inputs[1]), axes ? &*axes : nullptr, whole.size());
    Time time = steps.time(data);
    Extents pads;
    for (const Extents* side : {&padding.begins, &padding.ends}) {
        pads.insert(pads.end(), side->begin(), side->end());
    }
    ValueId now = data;
    if (time.has_axis()) {
        const Extent front = padding.begins[time.axis], back = padding.ends[time.axis];
        pads[time.axis] = pads[whole.size() + time.axis] = 0;
        const bool touches = !(front == 0) || !(back == 0);
        if (touches) {
            const Tensor* fill =
                node.inputs.size() > 2 && node.inputs[2] != kNone ? steps.constant(node.inputs[2]) : nullptr;
            const bool is_known = node.inputs.size() < 3 || node.inputs[2] == kNone || fill != nullptr;
            if (op.mode != PadMode::constant || !is_known || !front.is_constant() || !back.is_constant() ||
                !time.is_plain()) {
                steps.refuse("it pads " + in_quotes(steps.axis_name()) +
                             " with other than a constant number; only constant padding in front can be streamed");
            }
            if (time.kind == Time::Kind::uniform) {
                time.kind = Time::Kind::along;
                time.shift = std::min<std::int64_t>(time.extra, 0);
            }
            Tensor one = fill != nullptr ? *fill : Tensor::zeros(steps.type(data), {});
            one.dims.clear();
            if (front.constant() > 0) {
                now = steps.padded(data, time, whole, steps.type(data), front.constant(), one);
            } else if (front.constant() < 0) {
                const std::int64_t shift = time.shift;
                if (shift > 0) { now = steps.delayed(data, 0); }
                time.shift = std::min<std::int64_t>(shift, 0) + front.constant();
                time.extra += front.constant();
                time.lead = nullptr;
            }
            time.extra += back.constant();
            if (back.constant() > 0) { time.ahead = "node '" + node.name + "' (Pad)"; }
            time.position.reset();
        }
    }
    const bool others = std::ranges::any_of(pads, [](const Extent& pad) { return !(pad == 0); });
    if (!others) { return steps.finish_as(node, now, time); }
    if (time.has_axis() && time.shift > 0) {
        steps.refuse("it pads " + in_quotes(steps.axis_name()) + " and other axes at once; use two Pads");
    }
    node.inputs[0] = now;
    node.inputs[1] = steps.list(pads);
    if (node.inputs.size() > 3) { node.inputs.resize(3); }
    steps.finish(std::move(node), time);
}

}  // namespace tidegate
