// SPDX-License-Identifier: MIT
// Operators that give elements other places: those of one step stay together.
#include <algorithm>

#include "graph/text.h"
#include "reference/shapes.h"
#include "stream/rules.h"

namespace tidegate {
namespace {

std::int64_t product(const Steps& steps, const Extents& dims, std::size_t end) {
    const Extents before(dims.begin(), dims.begin() + static_cast<std::ptrdiff_t>(end));
    if (!before.are_constant()) { steps.refuse("its shape changes in more than one way; " + how_to_bind(before)); }
    return element_count(before).constant();
}

/// An extent that must be one.
std::int64_t number(const Steps& steps, const Extent& extent) {
    if (!extent.is_constant()) { steps.refuse("its shape changes in more than one way; " + how_to_bind({extent})); }
    return extent.constant();
}

/// The elements before the first step, moved as all others are: `reshaped` gives their dims.
std::shared_ptr<const Tensor> reshaped_lead(const Time& from, const Extents& to, const Time& time) {
    if (from.lead == nullptr) { return nullptr; }
    Extents dims = to;
    dims[time.axis] = time.shift;
    Tensor lead = *from.lead;
    lead.dims = dims.constants();
    return std::make_shared<const Tensor>(std::move(lead));
}

std::shared_ptr<const Tensor> transposed_lead(const Time& from, const std::vector<std::int64_t>& perm) {
    if (from.lead == nullptr) { return nullptr; }
    const Tensor& lead = *from.lead;
    Tensor result = Tensor::zeros(lead.type, transpose_dims(lead.dims, perm));
    const Dims to = strides(result.dims);
    std::vector<std::int64_t> index(lead.dims.size(), 0);
    for (std::int64_t i = 0; i < lead.count(); ++i) {
        std::int64_t at = 0, rest = i;
        for (std::size_t axis = index.size(); axis-- > 0;) {
            index[axis] = rest % lead.dims[axis];
            rest /= lead.dims[axis];
        }
        for (std::size_t axis = 0; axis < perm.size(); ++axis) {
            at += index[static_cast<std::size_t>(perm[axis])] * to[axis];
        }
        if (lead.is_real()) {
            result.reals[static_cast<std::size_t>(at)] = lead.reals[static_cast<std::size_t>(i)];
        } else {
            result.integers[static_cast<std::size_t>(at)] = lead.integers[static_cast<std::size_t>(i)];
        }
    }
    return std::make_shared<const Tensor>(std::move(result));
}

/// `fill` in front of what comes along the axis of steps: [constant, x, constant].
void step_concat_along(Steps& steps, const Node& node, std::size_t axis) {
    ValueId data = kNone;
    std::int64_t front = 0, back = 0;
    const Tensor* fill = nullptr;
    for (const ValueId id : node.inputs) {
        const Time& time = steps.time(id);
        if (time.kind == Time::Kind::along && data == kNone && time.axis == axis) {
            data = id;
            continue;
        }
        if (!steps.is_fixed(id)) {
            steps.refuse(needs_all(steps, "it puts sequences one behind the other; that wants"));
        }
        const std::int64_t extent = number(steps, steps.dims(id)[axis]);
        (data == kNone ? front : back) += extent;
        if (data != kNone) { continue; }
        const Tensor* tensor = steps.constant(id);
        const auto is_same = [&](const auto& list) {
            return std::ranges::all_of(list, [&](auto x) { return x == list[0]; });
        };
        const bool fits = tensor != nullptr && is_same(tensor->reals) && is_same(tensor->integers) &&
                          (fill == nullptr || (fill->is_real() ? fill->reals[0] == tensor->reals[0]
                                                               : fill->integers[0] == tensor->integers[0]));
        if (!fits) {
            steps.refuse("what it puts in front of " + in_quotes(steps.axis_name()) +
                         " must be one constant number everywhere, such as zero; make a state of the model's own with "
                         "--state and steps of one size instead");
        }
        fill = tensor;
    }
    if (data == kNone) { steps.refuse(needs_all(steps, "it puts together")); }
    Time time = steps.time(data);
    ValueId result = data;
    if (front > 0) {
        const Tensor one = fill->is_real() ? Tensor{fill->type, {}, {fill->reals[0]}, {}}
                                           : Tensor{fill->type, {}, {}, {fill->integers[0]}};
        result = steps.padded(data, time, steps.dims(data), steps.type(data), front, one);
    }
    time.extra += back;
    if (back > 0) { time.ahead = "node '" + node.name + "' (Concat)"; }
    steps.finish_as(node, result, time);
}

}  // namespace

void step_reshape(Steps& steps, Node node) {
    const Extents& from = steps.dims(node.inputs[0]);
    const Extents& to = steps.dims(node.outputs[0]);
    const Joined joined = steps.join({node.inputs[0]}, from.size(), true);
    Time time = joined.time;
    if (time.has_axis()) {
        const std::vector<std::size_t> axes = axes_of(to, steps.symbol());
        const auto extent = axes.size() == 1 ? steady(to[axes[0]], steps.symbol()) : std::nullopt;
        const std::int64_t before = product(steps, from, time.axis) * time.outer;
        const std::int64_t in_front = extent ? product(steps, to, axes[0]) : 0;
        time.outer = in_front > 0 && before % in_front == 0 ? before / in_front : 0;
        time.inner = time.outer > 0 ? extent->factor / (time.outer * steps.per_symbol(time)) : 0;
        if (time.inner == 0 || !steps.is_extent_of(to[axes[0]], time)) {
            steps.refuse("from " + to_text(from) + " to " + to_text(to) + " it mixes the steps of " +
                         in_quotes(steps.axis_name()) + "; a stream needs each of them for itself");
        }
        time.axis = axes[0];
        if (time.kind == Time::Kind::along && time.shift > 0) {
            const bool can = time.is_plain() && steps.time(node.inputs[0]).is_plain();
            time.lead = can ? reshaped_lead(steps.time(node.inputs[0]), to, time) : nullptr;
            if (time.lead == nullptr) {
                node.inputs[0] = steps.delayed(node.inputs[0], 0);
                time.shift = 0;
            }
        }
        time.position = steps.time(joined.inputs[0]).position;
    }
    node.op = Reshape{true};
    node.inputs = {node.inputs[0], steps.list(steps.step_dims(to, time))};
    steps.finish(std::move(node), time);
}

void step_transpose(Steps& steps, Node node, const Transpose& op) {
    Time time = steps.join({node.inputs[0]}, steps.dims(node.inputs[0]).size(), true).time;
    if (time.has_axis()) {
        const Time& from = steps.time(node.inputs[0]);
        const auto at = std::ranges::find(op.perm, static_cast<std::int64_t>(time.axis));
        time.axis = static_cast<std::size_t>(at - op.perm.begin());
        if (time.shift > 0) { time.lead = transposed_lead(from, op.perm); }
        time.position = from.position;
    }
    steps.finish(std::move(node), time);
}

void step_concat(Steps& steps, Node node, const Concat& op) {
    for (const ValueId id : node.inputs) { steps.need_data(id); }
    const auto axis = static_cast<std::size_t>(op.axis);
    const auto is_along = [&](ValueId id) { return steps.time(id).has_axis() && steps.time(id).axis == axis; };
    if (std::ranges::any_of(node.inputs, is_along)) { return step_concat_along(steps, node, axis); }
    Joined joined = steps.join(node.inputs, steps.dims(node.outputs[0]).size());
    // A part that is fixed has the extent of the steps only if there are none in the others.
    node.inputs = std::move(joined.inputs);
    steps.finish(std::move(node), joined.time);
}

void step_split(Steps& steps, Node node, const Split& op) {
    const Joined joined = steps.join({node.inputs[0]}, steps.dims(node.inputs[0]).size());
    if (joined.time.has_axis() && static_cast<std::int64_t>(joined.time.axis) == op.axis) {
        steps.refuse(needs_all(steps, "it divides"));
    }
    node.inputs[0] = joined.inputs[0];
    steps.finish(std::move(node), joined.time);
}

/// The last step, where the index says so.
void step_gather_last(Steps& steps, Node node, const Gather& op) {
    const ValueId data = node.inputs[0];
    Time time = steps.time(data);
    const auto index = steps.elements(node.inputs[1]);
    const Extent& extent = steps.dims(data)[time.axis];
    const bool is_last = index && index->size() == 1 && time.kind == Time::Kind::along && time.is_plain() &&
                         ((*index)[0] == Extent(-1) || (*index)[0] == extent - 1);
    if (!is_last) {
        steps.refuse("it takes steps of " + in_quotes(steps.axis_name()) +
                     " by their number; of a stream only the last one is there");
    }
    const ValueId now = time.shift > time.extra ? steps.delayed(data, time.extra) : data;
    Time result;
    result.kind = Time::Kind::ending;
    result.late = std::max<std::int64_t>(time.needed(), 0);
    result.shift = std::min<std::int64_t>(std::min(time.shift, time.extra), 0) * time.every;
    result.ahead = time.ahead;
    const ValueId last = steps.constant_of(
        Tensor{steps.type(node.inputs[1]), steps.dims(node.inputs[1]).constants(), {}, {steps.per_run(time) - 1}});
    node.op = op;
    node.inputs = {now, last};
    steps.finish(std::move(node), result);
}

void step_gather(Steps& steps, Node node, const Gather& op) {
    const ValueId data = node.inputs[0], indices = node.inputs[1];
    steps.need_data(data);
    const auto axis = static_cast<std::size_t>(op.axis);
    if (steps.time(data).has_axis() && steps.time(data).axis == axis) {
        return step_gather_last(steps, std::move(node), op);
    }
    steps.need_data(indices);
    const bool moves_data = steps.time(data).has_axis(), moves_indices = steps.time(indices).has_axis();
    if ((moves_data && !steps.is_fixed(indices)) || (moves_indices && !steps.is_fixed(data))) {
        steps.refuse("it combines every step of " + in_quotes(steps.axis_name()) + " with every other one");
    }
    const std::size_t rank = steps.dims(node.outputs[0]).size();
    if (!moves_data && !moves_indices) {
        const Joined joined = steps.join(node.inputs, rank);
        return steps.finish(std::move(node), joined.time);
    }
    const std::size_t moving = moves_data ? 0 : 1;
    const Joined joined = steps.join({node.inputs[moving]}, steps.dims(node.inputs[moving]).size());
    Time time = joined.time;
    if (moves_indices) {
        const Time& from = steps.time(indices);
        if (from.position) {
            steps.limit_positions(number(steps, steps.dims(data)[axis]) - *from.position - time.shift);
        }
        time.axis += axis;
    } else if (time.axis > axis) {
        time.axis = time.axis + steps.dims(indices).size() - 1;
    }
    node.inputs[moving] = joined.inputs[0];
    steps.finish(std::move(node), time);
}

}  // namespace tidegate
