// SPDX-License-Identifier: MIT
// Operators along axes: a reduction over the steps needs all of them, a running sum only those before.
#include <algorithm>

#include "graph/text.h"
#include "reference/shapes_reduce.h"
#include "stream/rules.h"

namespace tidegate {
namespace {

/// Joins x; the time of a result that lacks the reduced axes, or has one element in their place.
Time join_reduced(Steps& steps, Node& node, const std::vector<bool>& reduced, bool keep, const char* what) {
    const Joined joined = steps.join({node.inputs[0]}, steps.dims(node.inputs[0]).size());
    Time time = joined.time;
    node.inputs[0] = joined.inputs[0];
    if (!time.has_axis()) { return time; }
    if (reduced[time.axis]) { steps.refuse(needs_all(steps, what)); }
    if (!keep) {
        const auto end = reduced.begin() + static_cast<std::ptrdiff_t>(time.axis);
        time.axis -= static_cast<std::size_t>(std::count(reduced.begin(), end, true));
    }
    return time;
}

std::vector<bool> only(std::size_t axis, std::size_t rank) {
    std::vector<bool> axes(rank, false);
    axes[axis] = true;
    return axes;
}

/// y[j] = y[j - 1] + x[j]: the last sum lives in the session.
void step_sum(Steps& steps, const Node& node, const CumSum& op, const Time& from) {
    const ValueId data = node.inputs[0];
    const Extents& whole = steps.dims(data);
    if (op.reverse) { steps.refuse(needs_all(steps, "it sums from the end, so it needs")); }
    if (!from.is_plain() || steps.type(data) != ElementType::f32) {
        steps.refuse("only sums of f32 can live in the session; convert with Cast before and after");
    }
    Time time = from;
    time.walk();
    time.shift = std::min<std::int64_t>(time.shift, 0);
    time.lead = nullptr;
    time.position.reset();
    ValueId x = from.kind == Time::Kind::along && from.shift > 0 ? steps.delayed(data, 0) : data;
    x = steps.warmed(x, time, whole.size(), Tensor::zeros(ElementType::f32, {}));
    Extents one = whole;
    one[time.axis] = 1;
    if (!one.are_constant()) {
        steps.refuse("what the session keeps cannot change its shape " + to_text(one) + ": " + how_to_bind(one));
    }
    const auto axis = static_cast<std::int64_t>(time.axis);
    const ValueId before = steps.state(node.name + ".sum", one.constants(), nullptr, true);
    const ValueId all = steps.made(Concat{axis}, {before, x}, "with_sum");
    const ValueId sums = steps.made(CumSum{}, {all, node.inputs[1]}, "sums");
    const auto part = [&](std::int64_t first, std::int64_t end, const char* what) {
        return steps.made(Slice{}, {sums, steps.list({first}), steps.list({end}), steps.list({axis})}, what);
    };
    const std::int64_t count = steps.per_run(time);
    steps.set_next(before, part(count, count + 1, "next_sum"));
    const std::int64_t first = op.exclusive ? 0 : 1;
    steps.finish_as(node, part(first, first + count, "part"), time);
}

}  // namespace

void step_reduce(Steps& steps, Node node, const Reduce& op) {
    std::optional<std::vector<std::int64_t>> axes;
    if (node.inputs.size() > 1 && node.inputs[1] != kNone) {
        axes = steps.elements(node.inputs[1]).value().constants();
    }
    const std::size_t rank = steps.dims(node.inputs[0]).size();
    const Time time = join_reduced(steps, node, reduced_axes(op, axes ? &*axes : nullptr, rank), op.keep, "it reduces");
    steps.finish(std::move(node), time);
}

void step_extreme(Steps& steps, Node node, const Extreme& op) {
    const std::size_t rank = steps.dims(node.inputs[0]).size();
    const Time time = join_reduced(steps, node, only(static_cast<std::size_t>(op.axis), rank), op.keep, "it searches");
    steps.finish(std::move(node), time);
}

void step_top_k(Steps& steps, Node node, const TopK& op) {
    const std::size_t rank = steps.dims(node.inputs[0]).size();
    const Time time = join_reduced(steps, node, only(static_cast<std::size_t>(op.axis), rank), true, "it sorts");
    steps.finish(std::move(node), time);
}

void step_cum_sum(Steps& steps, Node node, const CumSum& op) {
    steps.need_data(node.inputs[0]);
    const Time& time = steps.time(node.inputs[0]);
    const std::size_t rank = steps.dims(node.inputs[0]).size();
    const std::size_t axis = normalise_axis(steps.elements(node.inputs[1]).value().constants()[0], rank);
    if (time.has_axis() && time.axis == axis) { return step_sum(steps, node, op, time); }
    const Joined joined = steps.join({node.inputs[0]}, rank);
    node.inputs[0] = joined.inputs[0];
    steps.finish(std::move(node), joined.time);
}

}  // namespace tidegate
