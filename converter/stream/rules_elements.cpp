// SPDX-License-Identifier: MIT
// Operators that compute each element from one of each operand, and those that make elements out of nothing.
#include <algorithm>

#include "graph/text.h"
#include "reference/evaluate.h"
#include "stream/rules.h"

namespace tidegate {
namespace {

/// Is the reference's result, rounded to float, the runtime's? Then elements that come before the first step can be
/// computed now. (Rounding what + - * / give in double to float gives what they give in float.)
bool is_exact(const Op& op) {
    if (const auto* binary = std::get_if<Binary>(&op)) {
        return binary->kind != BinaryKind::power && binary->kind != BinaryKind::modulo &&
               binary->kind != BinaryKind::remainder && binary->kind != BinaryKind::slope;
    }
    if (const auto* unary = std::get_if<Unary>(&op)) {
        switch (unary->function.kind) {
            case UnaryKind::relu:
            case UnaryKind::absolute:
            case UnaryKind::negate:
            case UnaryKind::round:
            case UnaryKind::floor:
            case UnaryKind::ceil:
            case UnaryKind::sign:
                return true;
            default:
                return false;
        }
    }
    return std::holds_alternative<Select>(op) || std::holds_alternative<Cast>(op) ||
           std::holds_alternative<Identity>(op);
}

/// The elements before the first step, where all that they follow from is known; else nothing.
std::shared_ptr<const Tensor> lead_of(const Steps& steps, const Node& node, const Time& time) {
    std::vector<Tensor> parts;
    parts.reserve(node.inputs.size());
    std::vector<const Tensor*> inputs;
    for (const ValueId id : node.inputs) {
        if (id == kNone || steps.is_fixed(id)) {
            if (id != kNone && steps.constant(id) == nullptr) { return nullptr; }
            inputs.push_back(steps.constant(id));
            continue;
        }
        const Time& now = steps.time(id);
        if (now.kind != Time::Kind::along) { return nullptr; }
        Extents dims = steps.dims(id);
        dims[now.axis] = 1;
        if (!dims.are_constant() || !now.is_plain()) { return nullptr; }
        parts.push_back(lead_part(now, dims.constants(), steps.type(id), 0, time.shift));
        inputs.push_back(&parts.back());
    }
    Tensor result = std::move(evaluate(node, inputs)[0]);
    for (double& value : result.reals) { value = static_cast<double>(static_cast<float>(value)); }
    return std::make_shared<const Tensor>(std::move(result));
}

/// The number that a scalar constant is.
std::optional<std::int64_t> whole_number(const Steps& steps, ValueId id) {
    const auto elements = id == kNone ? std::nullopt : steps.elements(id);
    if (!elements || elements->size() != 1 || !(*elements)[0].is_constant()) { return std::nullopt; }
    return (*elements)[0].constant();
}

/// What element j is a number of, if that can be told: a position may be cast and moved by a constant.
std::optional<std::int64_t> position_of(const Steps& steps, const Node& node) {
    const auto of = [&](std::size_t i) {
        return steps.time(node.inputs[i]).has_axis() ? steps.time(node.inputs[i]).position : std::nullopt;
    };
    if (std::holds_alternative<Cast>(node.op) || std::holds_alternative<Identity>(node.op)) { return of(0); }
    const auto* binary = std::get_if<Binary>(&node.op);
    if (binary == nullptr || steps.type(node.outputs[0]) == ElementType::f32) { return std::nullopt; }
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
        const auto position = of(i), number = whole_number(steps, node.inputs[1 - i]);
        if (!position || !number) { continue; }
        if (binary->kind == BinaryKind::add) { return *position + *number; }
        if (binary->kind == BinaryKind::subtract && i == 0) { return *position - *number; }
    }
    return std::nullopt;
}

/// The one axis of a result that follows from the number of steps.
Time uniform_along(const Steps& steps, const Extents& dims) {
    const std::vector<std::size_t> axes = axes_of(dims, steps.symbol());
    auto time = axes.size() == 1 ? steps.time_of(dims[axes[0]], axes[0]) : std::nullopt;
    if (!time) {
        steps.refuse("its shape " + to_text(dims) + " combines every step of " + in_quotes(steps.axis_name()) +
                     " with every other one, or not with all; that is not supported in a stream");
    }
    time->kind = Time::Kind::uniform;
    return *time;
}

}  // namespace

void step_elements(Steps& steps, Node node) {
    const std::size_t rank = steps.dims(node.outputs[0]).size();
    Joined joined = steps.join(node.inputs, rank, is_exact(node.op));
    if (joined.time.has_axis() && joined.time.kind == Time::Kind::along && joined.time.shift > 0) {
        joined.time.lead = lead_of(steps, node, joined.time);
        if (joined.time.lead == nullptr) { joined = steps.join(node.inputs, rank); }
    }
    if (joined.time.has_axis()) { joined.time.position = position_of(steps, node); }
    node.inputs = std::move(joined.inputs);
    steps.finish(std::move(node), joined.time);
}

void step_apart_from(Steps& steps, Node node, std::int64_t axis, const char* what) {
    for (const ValueId id : node.inputs) {
        steps.need_data(id);
        if (id == kNone || !steps.time(id).has_axis()) { continue; }
        const bool is_whole = steps.dims(id).size() == steps.dims(node.outputs[0]).size();
        if (!is_whole || static_cast<std::int64_t>(steps.time(id).axis) == axis) {
            steps.refuse(needs_all(steps, what));
        }
    }
    // The others are vectors by channel, or of one shape with the first.
    const bool by_channel = std::holds_alternative<BatchNormalization>(node.op);
    Joined joined =
        steps.join(by_channel ? std::vector<ValueId>{node.inputs[0]} : node.inputs, steps.dims(node.outputs[0]).size());
    std::ranges::copy(joined.inputs, node.inputs.begin());
    steps.finish(std::move(node), joined.time);
}

void step_expand(Steps& steps, Node node) {
    const Extents& whole = steps.dims(node.outputs[0]);
    const Joined joined = steps.join({node.inputs[0]}, whole.size());
    Time time = joined.time;
    const bool has_steps = !axes_of(whole, steps.symbol()).empty();
    if (time.kind == Time::Kind::ending && has_steps) {
        steps.refuse("it repeats what all of " + in_quotes(steps.axis_name()) +
                     " comes to for each of its steps; a stream does not know the end before it is there");
    }
    if (time.kind == Time::Kind::fixed && has_steps) { time = uniform_along(steps, whole); }
    node.inputs = {joined.inputs[0], steps.list(steps.step_dims(whole, time))};
    steps.finish(std::move(node), time);
}

void step_fill(Steps& steps, Node node) {
    const Extents& whole = steps.dims(node.outputs[0]);
    const Time time = uniform_along(steps, whole);
    node.inputs = {steps.list(steps.step_dims(whole, time))};
    steps.finish(std::move(node), time);
}

/// start, start + 1, ... as far as there are steps: how many there were.
void step_range(Steps& steps, Node node) {
    const Extents& whole = steps.dims(node.outputs[0]);
    const auto number = [&](ValueId id) -> std::optional<std::int64_t> {
        const Tensor* tensor = steps.constant(id);
        if (tensor != nullptr && tensor->is_real()) { return static_cast<std::int64_t>(tensor->reals[0]); }
        return whole_number(steps, id);
    };
    const auto start = number(node.inputs[0]), delta = number(node.inputs[2]);
    Time time = uniform_along(steps, whole);
    if (!start || delta != 1 || !time.is_plain() || time.every != 1 ||
        steps.type(node.outputs[0]) == ElementType::i32) {
        steps.refuse("only numbers that count the steps of " + in_quotes(steps.axis_name()) +
                     " from a constant on, as i64 or f32, can be told in a stream");
    }
    time.walk();
    time.position = *start;
    const bool is_real = steps.type(node.outputs[0]) == ElementType::f32;
    steps.finish_as(node, steps.positions(*start + time.shift, is_real), time);
}

}  // namespace tidegate
