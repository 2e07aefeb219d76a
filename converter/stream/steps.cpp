// SPDX-License-Identifier: MIT
#include "stream/steps.h"

#include <algorithm>

#include "graph/text.h"
#include "simplify/infer.h"
#include "simplify/loops.h"
#include "simplify/stateful.h"
#include "stream/rules.h"

namespace tidegate {
namespace {

/// What the rule of a node refuses it with.
struct Refusal {
    std::string what;
};

}  // namespace

Steps::Steps(Graph& graph) : graph_(graph), stream_(*graph.stream) {}

void Steps::refuse(const std::string& what) const { throw Refusal{what}; }

void Steps::need_data(ValueId id) const {
    if (id == kNone) { return; }
    if (time(id).kind == Time::Kind::unknown) { throw Skip(); }
    if (time(id).kind == Time::Kind::length) {
        refuse("it computes with the number of steps, which a stream does not know; give the model a constant instead");
    }
}

bool Steps::is_read_elsewhere(ValueId id) const { return id != kNone && reads_[static_cast<std::size_t>(id)] > 0; }

void Steps::run() {
    try {
        link_states(graph_, [&](const Node& node) { return is_recurrent_over(graph_, node, symbol()); });
    } catch (const ConvertError& error) {
        complaints_.add(error);
        refused_ = true;
    }
    begin();
    const std::vector<Node> nodes = std::move(graph_.nodes);
    graph_.nodes.clear();
    for (const Node& node : nodes) { visit(node); }
    check_outputs();
    complaints_.throw_if_any();
    finish_counters();
    finish_ports();
    remove_dead(graph_);
}

void Steps::begin() {
    before_ = graph_.values;
    times_.resize(before_.size());
    reads_.resize(before_.size());
    for (const Node& node : graph_.nodes) {
        for (const ValueId id : node.inputs) {
            if (id != kNone) { ++reads_[static_cast<std::size_t>(id)]; }
        }
    }
    for (const GraphOutput& output : graph_.outputs) { ++reads_[static_cast<std::size_t>(output.value)]; }
    for (std::size_t id = 0; id < before_.size(); ++id) {
        const auto& elements = before_[id].elements;
        if (elements && follows_from(*elements, symbol())) { times_[id].kind = Time::Kind::length; }
    }
    for (const GraphInput& input : graph_.inputs) {
        const auto id = static_cast<std::size_t>(input.value);
        const std::vector<std::size_t> axes = axes_of(*before_[id].dims, symbol());
        if (axes.size() > 1) {
            complaints_.add(ConvertError("input " + in_quotes(before_[id].name) + " has two axes " +
                                         in_quotes(axis_name()) + "; a stream has one"));
            refused_ = true;
            times_[id].kind = Time::Kind::unknown;
        } else if (axes.size() == 1) {
            times_[id].kind = Time::Kind::along;
            times_[id].axis = axes[0];
            graph_.values[id].dims = step_dims(*before_[id].dims, times_[id]);
        }
    }
}

void Steps::visit(const Node& node) {
    node_ = &node;
    try {
        apply_rule(*this, node);
    } catch (const Refusal& refusal) {
        complaints_.add(ConvertError(node.name, name_of(node.op), refusal.what));
        refused_ = true;
        guess(node);
    } catch (const ConvertError& error) {
        complaints_.add(error);
        refused_ = true;
        guess(node);
    } catch (const Skip&) { guess(node); }
}

/// So that what follows is looked at too: an axis of steps is taken for one that could be streamed.
void Steps::guess(const Node& node) {
    for (const ValueId id : node.outputs) {
        if (id == kNone) { continue; }
        Time& time = times_[static_cast<std::size_t>(id)];
        time = Time();
        time.kind = Time::Kind::unknown;
        const std::vector<std::size_t> axes = axes_of(dims(id), symbol());
        if (axes.size() != 1) { continue; }
        const auto found = time_of(dims(id)[axes[0]], axes[0]);
        if (!found || !found->is_plain()) { continue; }
        time = *found;
        time.shift = std::min<std::int64_t>(time.extra, 0);
        time.ahead = "?";  // it has been complained about
    }
}

bool Steps::is_extent_of(const Extent& extent, const Time& time) const {
    const auto found = steady(extent, symbol());
    return found && found->factor == width(time) && found->rest == time.outer * time.inner * time.extra;
}

std::optional<Time> Steps::time_of(const Extent& extent, std::size_t axis) const {
    const auto found = steady(extent, symbol());
    if (!found) { return std::nullopt; }
    Time time;
    time.kind = Time::Kind::along;
    time.axis = axis;
    const bool is_merged = found->factor % stream_.unit == 0;
    if (is_merged) { time.outer = found->factor / stream_.unit; }
    if (!is_merged && stream_.unit % found->factor == 0) { time.every = stream_.unit / found->factor; }
    time.extra = found->rest / time.outer;
    return is_extent_of(extent, time) ? std::optional(time) : std::nullopt;
}

Joined Steps::join(const std::vector<ValueId>& ids, std::size_t rank, bool leads) {
    Joined result{ids, {}};
    bool along = false, ending = false;
    std::int64_t target = 0;
    const Time* common = nullptr;
    std::size_t axis = 0;
    std::string ahead;
    Time last;
    for (const ValueId id : ids) {
        need_data(id);
        if (is_fixed(id)) { continue; }
        const Time& now = time(id);
        if (now.kind == Time::Kind::ending) {
            last.shift = std::min(last.shift, now.shift);
            last.late = std::max(last.late, now.late);
            last.ahead = now.late > 0 ? now.ahead : last.ahead;
            ending = true;
            continue;
        }
        const std::size_t here = now.axis + rank - dims(id).size();
        const bool fits = common == nullptr || (axis == here && width(*common) == width(now) &&
                                                (common->kind != Time::Kind::along || now.kind != Time::Kind::along ||
                                                 (common->outer == now.outer && common->every == now.every)));
        if (!fits) {
            refuse("it combines every step of " + in_quotes(axis_name()) +
                   " with every other one; a stream has only those before it, and that is not supported");
        }
        if (now.kind == Time::Kind::along) { target = along ? std::min(target, now.shift) : now.shift; }
        if (common == nullptr || (!along && now.kind == Time::Kind::along)) { common = &now; }
        along |= now.kind == Time::Kind::along;
        axis = here;
        if (now.extra > now.shift && !now.ahead.empty()) { ahead = now.ahead; }
    }
    if (ending && common != nullptr) {
        refuse("it combines what all of " + in_quotes(axis_name()) +
               " comes to with each of its steps; a stream does not know the end before it is there");
    }
    if (ending) {
        last.kind = Time::Kind::ending;
        result.time = last;
    }
    if (common == nullptr) { return result; }
    result.time = *common;
    result.time.axis = axis;
    result.time.lead = nullptr;
    result.time.position.reset();
    result.time.ahead = ahead;
    if (!along) { return result; }
    if (!leads) { target = std::min<std::int64_t>(target, 0); }
    result.time.shift = target;
    for (ValueId& id : result.inputs) {
        if (id != kNone && time(id).kind == Time::Kind::along && time(id).shift > target) { id = delayed(id, target); }
    }
    return result;
}

Extents Steps::step_dims(const Extents& dims, const Time& time) const {
    Extents result = dims;
    if (time.has_axis()) { result[time.axis] = Extent(time.outer * time.inner * per_run(time)); }
    return result;
}

void Steps::place(ValueId output, const Time& time) {
    const Extents& whole = dims(output);
    const std::vector<std::size_t> axes = axes_of(whole, symbol());
    const bool fits = time.has_axis() ? axes.size() == 1 && axes[0] == time.axis && is_extent_of(whole[time.axis], time)
                                      : axes.empty();
    if (!fits) { refuse("its result " + to_text(whole) + " has no steps that a stream could make one by one"); }
    times_[static_cast<std::size_t>(output)] = time;
}

void Steps::emit(Node node) {
    if (refused_) { return; }
    infer(graph_, node);
    graph_.nodes.push_back(std::move(node));
}

ValueId Steps::another(ValueId id) { return graph_.add_value(node_->name + ".now", type(id)); }

void Steps::finish(Node node, const std::vector<Time>& times) {
    const std::vector<ValueId> outputs = node.outputs;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        if (outputs[i] != kNone) { place(outputs[i], times[i]); }
    }
    const auto is_fixed_time = [](const Time& time) { return time.kind == Time::Kind::fixed; };
    if (std::ranges::all_of(times, is_fixed_time)) {  // nothing of it changes, nor of graphs inside of it
        graph_.nodes.push_back(std::move(node));
        return;
    }
    emit(std::move(node));
    for (std::size_t i = 0; i < outputs.size() && !refused_; ++i) {
        if (outputs[i] == kNone) { continue; }
        const Extents& found = graph_.dims(outputs[i]);
        const Extents wanted = step_dims(dims(outputs[i]), times[i]);
        if (found == wanted) { continue; }
        refuse("of a step its result is " + to_text(found) + ", not " + to_text(wanted) +
               "; its shape is not that of the whole with fewer steps");
    }
}

void Steps::finish_as(const Node& node, ValueId value, const Time& time) {
    finish({node.name, Identity{}, {value}, {node.outputs[0]}}, time);
}

ValueId Steps::made(Op op, std::vector<ValueId> inputs, const std::string& what) {
    const std::string name = node_->name + "." + what;
    const ValueId id = graph_.add_value(name, ElementType::f32);
    if (refused_) { return id; }
    Node node{name, std::move(op), std::move(inputs), {id}};
    infer(graph_, node);
    graph_.nodes.push_back(std::move(node));
    return id;
}

ValueId Steps::list(const Extents& values) {
    const ValueId id = graph_.add_list(node_->name + ".list", values);
    graph_.values[static_cast<std::size_t>(id)].from_shape = true;
    return id;
}

ValueId Steps::constant_of(Tensor tensor) { return graph_.add_constant(node_->name + ".constant", std::move(tensor)); }

ValueId Steps::state(const std::string& wanted, const Dims& dims, std::shared_ptr<const Tensor> initial, bool exact) {
    std::string name = wanted;
    const auto taken = [&] {
        return std::ranges::any_of(graph_.states, [&](const StateLink& state) { return state.name == name; });
    };
    for (int i = 2; taken(); ++i) { name = wanted + "_" + std::to_string(i); }
    const ValueId id = graph_.add_value(name, ElementType::f32, dims);
    graph_.states.push_back({name, id, kNone, std::move(initial), exact});
    return id;
}

void Steps::set_next(ValueId state, ValueId next) {
    for (StateLink& link : graph_.states) {
        if (link.input == state) { link.output = next; }
    }
}

}  // namespace tidegate
