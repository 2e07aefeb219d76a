// SPDX-License-Identifier: MIT
// Convolutions and pools. A window over time is a window over the steps so far: those that it looks back at are kept,
// padding in front is what they are at first. y[j] = f(x[j * stride - pad], .., x[j * stride - pad + reach]).
#include <algorithm>

#include "graph/text.h"
#include "reference/shapes_windows.h"
#include "stream/rules.h"

namespace tidegate {
namespace {

struct Windows {
    WindowRanges<Extents> ranges;
    std::size_t axis = 0;  ///< of the steps, among the spatial ones

    const WindowRange<Extent>& time() const { return ranges[axis]; }
    /// From the first to the last element.
    std::int64_t reach() const { return (time().kernel.constant() - 1) * time().dilation; }
};

/// Where the steps are not among the spatial axes: batch rows.
bool is_by_row(Steps& steps, const Node& node) {
    for (std::size_t i = 1; i < node.inputs.size(); ++i) {
        steps.need_data(node.inputs[i]);
        if (!steps.is_fixed(node.inputs[i]) && steps.time(node.inputs[i]).has_axis()) {
            steps.refuse("its weights follow from the steps of " + in_quotes(steps.axis_name()));
        }
    }
    steps.need_data(node.inputs[0]);
    const Time& time = steps.time(node.inputs[0]);
    if (time.has_axis() && time.axis == 1) { steps.refuse(needs_all(steps, "it sums over channels, and they are")); }
    return !time.has_axis() || time.axis == 0;
}

void step_by_row(Steps& steps, Node node) {
    const std::size_t rank = steps.dims(node.inputs[0]).size();
    std::vector<ValueId> ids = {node.inputs[0]};
    const bool has_axis = steps.time(ids[0]).has_axis();
    if (!has_axis) { ids = node.inputs; }
    Joined joined = steps.join(ids, rank);
    std::ranges::copy(joined.inputs, node.inputs.begin());
    steps.finish(std::move(node), joined.time);
}

void need_steady(Steps& steps, const Windows& windows) {
    const auto& time = windows.time();
    if (!time.pad.is_constant() || !time.pad_end.is_constant() || !time.kernel.is_constant()) {
        steps.refuse(needs_all(steps, "its window is"));
    }
}

/// A run must make whole results.
void need_whole_runs(Steps& steps, const Time& time, std::int64_t stride) {
    if (stride == 1) { return; }
    const std::int64_t every = time.every * stride;
    if (!steps.can_skip(every)) {
        steps.refuse("its stride over " + in_quotes(steps.axis_name()) + " is " + std::to_string(stride) +
                     ": it makes one result of " + std::to_string(every) + " steps, so that a run must take " +
                     std::to_string(every) + " of them or a multiple: --stream " + steps.axis_name() + "=" +
                     std::to_string(every));
    }
    if (!time.is_plain()) {
        steps.refuse("it looks along an axis that merges " + in_quotes(steps.axis_name()) +
                     " with another one; keep them apart");
    }
}

/// Kernel, strides and dilations stay; pads are numbers, those over the steps these.
Window window_of(Steps& steps, const Window& from, const Windows& windows, std::int64_t front, std::int64_t back) {
    Window window = from;
    window.auto_pad = AutoPad::notset;
    const std::size_t axes = windows.ranges.size();
    window.pads.assign(2 * axes, 0);
    for (std::size_t i = 0; i < axes; ++i) {
        const auto& range = windows.ranges[i];
        if (!range.pad.is_constant() || !range.pad_end.is_constant()) {
            steps.refuse("its padding changes with the length; " + how_to_bind({range.pad, range.pad_end}));
        }
        window.pads[i] = i == windows.axis ? front : range.pad.constant();
        window.pads[axes + i] = i == windows.axis ? back : range.pad_end.constant();
    }
    return window;
}

/// x with the padding in front and the steps that a window looks back at; the time of the result: y[t + shift'] may
/// read x up to t * stride + shift + stride - 1, so that shift' = floor((shift - reach + stride - 1) / stride).
ValueId with_history(Steps& steps, const Node& node, const Windows& windows, Time& time) {
    const std::int64_t stride = windows.time().stride;
    need_whole_runs(steps, steps.time(node.inputs[0]), stride);
    const ValueId x = node.inputs[0];
    const Extents& whole = steps.dims(x);
    const ElementType type = steps.type(x);
    time = steps.time(x);
    time.walk();
    const std::int64_t front = windows.time().pad.constant(), back = windows.time().pad_end.constant();
    const std::int64_t reach = windows.reach();
    ValueId now = x;
    if (front > 0) { now = steps.padded(x, time, whole, type, front, Tensor::zeros(type, {})); }
    if (time.shift > reach) {
        now = steps.delayed(now, time, whole, type, reach);
        time.shift = reach;
    }
    const std::int64_t shift = floor_divide(time.shift - reach + stride - 1, stride);
    const std::int64_t behind = time.shift - shift * stride;  // what the first window begins with; below 0: later
    const std::int64_t kept = std::max<std::int64_t>(behind, 0), begin = kept - behind;
    const std::int64_t end = begin + steps.per_run(time) - stride + reach + 1;  // of the last window
    now = steps.history(now, time, whole, type, kept);
    if (begin > 0 || end < kept + steps.per_run(time)) {
        const auto axis = static_cast<std::int64_t>(time.axis);
        now = steps.made(Slice{}, {now, steps.list({begin}), steps.list({end}), steps.list({axis})}, "windows");
    }
    time.shift = shift;
    const auto extent = steady(windows.time().extent, steps.symbol());
    time.extra = stride > 1 && extent ? extent->rest : time.extra + back - reach;
    time.every *= stride;
    time.lead = nullptr;
    time.position.reset();
    if (back > 0 || (time.extra > time.shift && time.ahead.empty())) {
        time.ahead = "node '" + node.name + "' (" + name_of(node.op) + ")";
    }
    return now;
}

/// The same operator over the history, without padding over the steps.
template <class Windowed>
void finish_window(Steps& steps, Node node, Windowed op, const Windows& windows) {
    Time time;
    node.inputs[0] = with_history(steps, node, windows, time);
    op.window = window_of(steps, op.window, windows, 0, 0);
    node.op = std::move(op);
    steps.finish(std::move(node), time);
}

}  // namespace

void step_window(Steps& steps, Node node, const Conv& op) {
    if (is_by_row(steps, node)) { return step_by_row(steps, std::move(node)); }
    const Windows windows{conv_windows(op, steps.dims(node.inputs[0]), steps.dims(node.inputs[1])),
                          steps.time(node.inputs[0]).axis - 2};
    need_steady(steps, windows);
    finish_window(steps, std::move(node), op, windows);
}

void step_window(Steps& steps, Node node, const Pool& op) {
    if (is_by_row(steps, node)) { return step_by_row(steps, std::move(node)); }
    if (op.global) { steps.refuse(needs_all(steps, "it is one window over")); }
    const Windows windows{pool_windows(op, steps.dims(node.inputs[0])), steps.time(node.inputs[0]).axis - 2};
    need_steady(steps, windows);
    if (node.output(1) != kNone) {
        steps.refuse("the places of its maxima count from the front of " + in_quotes(steps.axis_name()));
    }
    const bool is_padded = !(windows.time().pad == 0);
    if (is_padded && (op.kind == PoolKind::maximum || !op.count_padding)) {
        steps.refuse("it pads " + in_quotes(steps.axis_name()) +
                     " with elements that do not count; pad with a Pad in front instead");
    }
    finish_window(steps, std::move(node), op, windows);
}

/// y[j] sums w[k] x[i] where i * stride = j + pad - k * dilation: it looks back at reach / stride elements, and `pad`
/// takes away the first ones. A stride gives back elements that one before took away.
void step_window(Steps& steps, Node node, const ConvTranspose& op) {
    if (is_by_row(steps, node)) { return step_by_row(steps, std::move(node)); }
    const Windows windows{conv_transpose_windows(op, steps.dims(node.inputs[0]), steps.dims(node.inputs[1])),
                          steps.time(node.inputs[0]).axis - 2};
    need_steady(steps, windows);
    const ValueId given = node.inputs[0];
    Time time = steps.time(given);
    const std::int64_t stride = windows.time().stride;
    if (time.every % stride != 0) {
        steps.refuse("its stride over " + in_quotes(steps.axis_name()) + " is " + std::to_string(stride) +
                     ", so that it makes more results than there are steps; a stream can only give back what strides "
                     "before it took away");
    }
    const bool adds = !op.output_padding.empty() && op.output_padding[windows.axis] != 0;
    if (adds || !op.output_shape.empty()) {
        steps.refuse("its output_padding or output_shape over " + in_quotes(steps.axis_name()) +
                     " is not supported in a stream; state its pads instead");
    }
    const std::int64_t front = windows.time().pad.constant(), back = windows.time().pad_end.constant();
    const std::int64_t reach = windows.reach();
    time.walk();
    ValueId x = given;
    if (time.shift > 0) {
        x = steps.delayed(given, 0);
        time.shift = 0;
        time.lead = nullptr;
    }
    x = steps.warmed(x, time, steps.dims(given).size(), Tensor::zeros(ElementType::f32, {}));
    const std::int64_t kept = reach / stride, rest = stride - 1 - reach;
    x = steps.history(x, time, steps.dims(given), ElementType::f32, kept);
    time.shift = time.shift * stride - front;
    time.extra = (time.extra - 1) * stride + 1 + reach - front - back;
    time.every /= stride;
    if (time.extra > time.shift && front > 0) { time.ahead = "node '" + node.name + "' (ConvTranspose)"; }
    time.position.reset();
    ConvTranspose now = op;
    now.window = window_of(steps, op.window, windows, kept * stride, std::max<std::int64_t>(-rest, 0));
    if (rest > 0) {
        now.output_padding.resize(windows.ranges.size(), 0);
        now.output_padding[windows.axis] = rest;
    }
    node.op = now;
    node.inputs[0] = x;
    steps.finish(std::move(node), time);
}

}  // namespace tidegate
