// SPDX-License-Identifier: MIT
#include "simplify/trip_count.h"

#include <cmath>

#include "graph/error.h"
#include "graph/text.h"
#include "simplify/links.h"

namespace tidegate {
namespace {

constexpr std::int64_t kMostTrips = std::int64_t{1} << 24;  // the format's limit
constexpr int kDeepest = 64;                                // operators between a counter and a condition
constexpr std::int64_t kLargestStep = std::int64_t{1} << 31;

/// Does the operator pass its only element on, whatever the axes around it?
bool passes_on(const Op& op) {
    return std::holds_alternative<Identity>(op) || std::holds_alternative<Reshape>(op) ||
           std::holds_alternative<Squeeze>(op) || std::holds_alternative<Unsqueeze>(op) ||
           std::holds_alternative<Flatten>(op) || std::holds_alternative<Expand>(op) ||
           std::holds_alternative<Transpose>(op);
}

}  // namespace

TripCount::TripCount(const Graph& graph, std::size_t begin) : graph_(graph), begin_(begin), made_(graph.values.size()) {
    for (const Node& node : graph.nodes) {
        for (std::size_t i = 0; i < node.outputs.size(); ++i) {
            if (node.outputs[i] != kNone) { made_[static_cast<std::size_t>(node.outputs[i])] = {&node, i}; }
        }
    }
}

void TripCount::end_with(const Node& end) {
    const auto first = end.inputs.begin() + kEndNext;
    next_.assign(first, first + static_cast<std::ptrdiff_t>(loop().carried));
}

bool TripCount::is_one(ValueId id) const { return value(id).dims && element_count(*value(id).dims) == 1; }

std::optional<Counter> TripCount::counter(ValueId id) const { return counter(id, 0); }

std::optional<Counter> TripCount::counter(ValueId id, int depth) const {
    if (id == kNone || depth > kDeepest || !is_one(id)) { return std::nullopt; }
    if (value(id).type == ElementType::i8 || value(id).type == ElementType::u8) { return std::nullopt; }
    if (const std::optional<Extents> known = graph_.elements(id)) { return Counter{known->front(), 0}; }
    if (const Tensor* constant = graph_.constant(id)) {
        const double number = constant->reals.at(0);
        if (std::floor(number) != number || std::abs(number) > static_cast<double>(kExactFloats)) {
            return std::nullopt;
        }
        return Counter{static_cast<std::int64_t>(number), 0};
    }
    const auto [node, output] = made_by(id);
    if (node == nullptr) { return std::nullopt; }
    if (node == &graph_.nodes[begin_]) {
        if (output == kLoopIteration) { return Counter{0, 1}; }
        const std::size_t index = output - kLoopCurrent;
        return index < loop().carried ? carried(index, depth) : std::nullopt;
    }
    if (passes_on(node->op)) { return counter(node->inputs[0], depth + 1); }
    if (const auto* cast = std::get_if<Cast>(&node->op)) {
        return cast->to == ElementType::boolean ? std::nullopt : counter(node->inputs[0], depth + 1);
    }
    const auto* binary = std::get_if<Binary>(&node->op);
    return binary == nullptr ? std::nullopt : sum(*node, binary->kind, depth);
}

/// initial + step * iteration, if each run adds the same.
std::optional<Counter> TripCount::carried(std::size_t index, int depth) const {
    if (index >= next_.size()) { return std::nullopt; }
    const std::optional<Counter> start = counter(graph_.nodes[begin_].inputs[kLoopInitial + index], depth + 1);
    if (!start || start->step != 0) { return std::nullopt; }
    const ValueId current = graph_.nodes[begin_].outputs[kLoopCurrent + index];
    ValueId next = next_[index];
    const auto unwrapped = [&](ValueId id) {
        for (int i = 0; i < kDeepest && id != current; ++i) {
            const Node* node = id == kNone ? nullptr : made_by(id).node;
            const bool is_cast = node != nullptr && std::holds_alternative<Cast>(node->op);
            if (node == nullptr || !(is_cast || passes_on(node->op))) { break; }
            id = node->inputs[0];
        }
        return id;
    };
    next = unwrapped(next);
    const Node* node = next == kNone || next == current ? nullptr : made_by(next).node;
    const auto* binary = node == nullptr ? nullptr : std::get_if<Binary>(&node->op);
    if (binary == nullptr || (binary->kind != BinaryKind::add && binary->kind != BinaryKind::subtract)) {
        return std::nullopt;
    }
    const bool adds = binary->kind == BinaryKind::add;
    const bool first = unwrapped(node->inputs[0]) == current;
    if (!first && !(adds && unwrapped(node->inputs[1]) == current)) { return std::nullopt; }
    const std::optional<Counter> step = counter(node->inputs[first ? 1 : 0], depth + 1);
    if (!step || step->step != 0 || !step->base.is_constant()) { return std::nullopt; }
    const std::int64_t number = step->base.constant();
    if (std::abs(number) > kLargestStep) { return std::nullopt; }
    return Counter{start->base, adds ? number : -number};
}

std::optional<Counter> TripCount::sum(const Node& node, BinaryKind kind, int depth) const {
    if (kind != BinaryKind::add && kind != BinaryKind::subtract && kind != BinaryKind::multiply &&
        kind != BinaryKind::minimum && kind != BinaryKind::maximum) {
        return std::nullopt;
    }
    const std::optional<Counter> a = counter(node.inputs[0], depth + 1), b = counter(node.inputs[1], depth + 1);
    if (!a || !b) { return std::nullopt; }
    const bool fixed = a->step == 0 && b->step == 0;
    switch (kind) {
        case BinaryKind::add:
            return Counter{a->base + b->base, a->step + b->step};
        case BinaryKind::subtract:
            return Counter{a->base - b->base, a->step - b->step};
        case BinaryKind::multiply:
            return fixed ? std::optional(Counter{a->base * b->base, 0}) : std::nullopt;
        case BinaryKind::minimum:
            return fixed ? std::optional(Counter{minimum(a->base, b->base), 0}) : std::nullopt;
        default:
            return fixed ? std::optional(Counter{maximum(a->base, b->base), 0}) : std::nullopt;
    }
}

std::optional<TripCount::Runs> TripCount::runs_of(ValueId condition) const { return runs(condition, false, 0); }

std::optional<TripCount::Runs> TripCount::runs(ValueId condition, bool negated, int depth) const {
    if (condition == kNone) { return Runs{!negated, 0}; }
    if (depth > kDeepest || !is_one(condition)) { return std::nullopt; }
    if (const Tensor* constant = graph_.constant(condition)) {
        return constant->is_real() ? std::nullopt : std::optional(Runs{(constant->integers[0] != 0) != negated, 0});
    }
    const Node* node = made_by(condition).node;
    if (node == nullptr) { return std::nullopt; }
    if (passes_on(node->op)) { return runs(node->inputs[0], negated, depth + 1); }
    if (const auto* cast = std::get_if<Cast>(&node->op)) {
        const bool truths = cast->to == ElementType::boolean && value(node->inputs[0]).type == ElementType::boolean;
        return truths ? runs(node->inputs[0], negated, depth + 1) : std::nullopt;
    }
    const auto* binary = std::get_if<Binary>(&node->op);
    if (binary == nullptr) { return std::nullopt; }
    switch (binary->kind) {
        case BinaryKind::less:
            return compared(*node, false, negated, depth);
        case BinaryKind::less_or_equal:
            return compared(*node, true, negated, depth);
        case BinaryKind::logical_and:
            return chosen(*node, true, negated, depth);
        case BinaryKind::logical_or:
            return chosen(*node, false, negated, depth);
        case BinaryKind::logical_xor: {  // with true: Not
            const Tensor* with = graph_.constant(node->inputs[1]);
            if (with == nullptr || with->count() != 1) { return std::nullopt; }
            return runs(node->inputs[0], negated != (with->integers[0] != 0), depth + 1);
        }
        default:
            return std::nullopt;
    }
}

/// a < b holds while b - a >= 1.
std::optional<TripCount::Runs> TripCount::compared(const Node& node, bool or_equal, bool negated, int depth) const {
    std::optional<Counter> a = counter(node.inputs[0], depth + 1), b = counter(node.inputs[1], depth + 1);
    if (!a || !b) { return std::nullopt; }
    for (const std::size_t i : {0, 1}) {  // reals that are compared are exact
        const Counter& operand = i == 0 ? *a : *b;
        const bool exact = operand.base.highest() <= kExactFloats && operand.base.lowest() >= -kExactFloats;
        if (value(node.inputs[i]).type == ElementType::f32 && !exact) { return std::nullopt; }
    }
    if (negated) { std::swap(a, b); }
    const Extent room = b->base - a->base + Extent(or_equal != negated ? 1 : 0);
    const std::int64_t step = b->step - a->step;
    if (step >= 0) {
        if (room.lowest() >= 1) { return Runs{true, 0}; }
        return room.highest() < 1 && step == 0 ? std::optional(Runs{false, 0}) : std::nullopt;
    }
    return Runs{false, maximum(Extent(0), floor_divide(room - 1 + Extent(-step), Extent(-step)))};
}

/// And holds as long as both do, Or as long as one does from the beginning.
std::optional<TripCount::Runs> TripCount::chosen(const Node& node, bool both, bool negated, int depth) const {
    std::optional<Runs> a = runs(node.inputs[0], negated, depth + 1), b = runs(node.inputs[1], negated, depth + 1);
    if (both == negated) {  // of which one that always holds is enough
        if ((a && a->always) || (b && b->always)) { return Runs{true, 0}; }
        return std::nullopt;
    }
    if (!a || !b) { return std::nullopt; }
    if (a->always) { return b; }
    if (b->always) { return a; }
    return Runs{false, minimum(a->count, b->count)};
}

std::optional<Extent> TripCount::limit() const {
    const Node& begin = graph_.nodes[begin_];
    std::optional<Extent> limit;
    const auto narrow = [&](const Extent& to) { limit = limit ? minimum(*limit, to) : to; };
    const auto is_a_limit = [](const Counter& most) { return most.step == 0 && most.base.lowest() <= kMostTrips; };
    if (const std::optional<Counter> most = counter(begin.inputs[kLoopMost], 0); most && is_a_limit(*most)) {
        narrow(maximum(Extent(0), most->base));
    }
    for (std::size_t i = 0; i < loop().scans.size(); ++i) {
        const ValueId walked = begin.inputs[kLoopInitial + loop().carried + i];
        narrow((*value(walked).dims)[static_cast<std::size_t>(loop().scans[i].axis)]);
    }
    return limit;
}

bool gather_counted_slice(const Graph& graph, std::size_t begin, Node& slice) {
    const auto list = [&](std::size_t i) {
        return slice.input(i) != kNone ? graph.elements(slice.input(i)) : Extents{};
    };
    const Value& starts = graph.values[static_cast<std::size_t>(slice.inputs[1])];
    const ValueId iteration = graph.nodes[begin].outputs[kLoopIteration];
    if (!graph.values[static_cast<std::size_t>(iteration)].dims) { return false; }
    const std::optional<Extents> axes = list(3), steps = list(4);
    if (!axes || !steps || starts.is_known() || !starts.dims || !(*starts.dims == Extents{1})) { return false; }
    if (axes->size() > 1 || !axes->are_constant() || !(*steps == Extents{} || *steps == Extents{1})) { return false; }
    const Extents& data = graph.dims(slice.inputs[0]);
    const std::int64_t axis = axes->empty() ? 0 : axes->front().constant();
    const auto rank = static_cast<std::int64_t>(data.size());
    if (axis < -rank || axis >= rank) { return false; }
    const TripCount count(graph, begin);
    const std::optional<Counter> first = count.counter(slice.inputs[1]), behind = count.counter(slice.inputs[2]);
    const std::optional<Extent> runs = count.limit();
    if (!first || !behind || !runs || first->step != 1 || behind->step != 1) { return false; }
    const Extent& extent = data[static_cast<std::size_t>(axis < 0 ? axis + rank : axis)];
    if (!(behind->base == first->base + 1) || first->base.lowest() < 0 ||
        !always_at_most(first->base + *runs, extent)) {
        return false;
    }
    slice = {slice.name, Gather{axis}, {slice.inputs[0], slice.inputs[1]}, slice.outputs};
    return true;
}

void count_trips(Graph& graph, Node& end) {
    const std::size_t index = begin_of_loop(graph.nodes, std::get<LoopEnd>(end.op).loop);
    Node& begin = graph.nodes[index];
    LoopBegin& loop = std::get<LoopBegin>(begin.op);
    if (loop.trips) { return; }
    TripCount count(graph, index);
    count.end_with(end);
    std::optional<Extent> trips = count.limit();
    if (begin.inputs[kLoopMost] != kNone && !count.counter(begin.inputs[kLoopMost])) {
        throw ShapeFault("how often it runs must be known before the run; " +
                         how_to_freeze(graph, begin.inputs[kLoopMost]));
    }
    const std::optional<TripCount::Runs> at_first = count.runs_of(begin.inputs[kLoopCondition]);
    const std::optional<TripCount::Runs> later = count.runs_of(end.inputs[kEndCondition]);
    const bool starts = at_first && at_first->always;
    const bool never = at_first && !at_first->always && at_first->count == 0;
    if (never) { trips = Extent(0); }
    if (!never && later && !later->always) {
        const Extent runs = 1 + later->count;
        trips = trips ? minimum(*trips, runs) : runs;
    }
    const bool is_known = never || (starts && later);
    if (trips && trips->highest() > kMostTrips && trips->highest() < INT32_MAX) {
        throw ShapeFault("it may run " + std::to_string(trips->highest()) + " times, and at most " +
                         std::to_string(kMostTrips) + " are supported; bind the dimension that it walks to less");
    }
    if (!trips || trips->highest() > kMostTrips) {
        throw ShapeFault(
            "nothing limits how often it runs; a counter that is compared with a number or a dimension would");
    }
    if (!is_known && !std::get<LoopEnd>(end.op).stacks.empty()) {
        const ValueId asked = later ? begin.inputs[kLoopCondition] : end.inputs[kEndCondition];
        throw ShapeFault("it stacks results, and how many is only known at run time: the condition " +
                         in_quotes(graph.values[static_cast<std::size_t>(asked)].name) +
                         " is no comparison of a counter; export the model with a loop over a dimension");
    }
    loop.trips = *trips;
    begin.inputs[kLoopMost] = kNone;
    if (starts || never) { begin.inputs[kLoopCondition] = kNone; }
    if (later || never) { end.inputs[kEndCondition] = kNone; }
}

}  // namespace tidegate
