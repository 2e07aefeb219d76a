// SPDX-License-Identifier: MIT
// RNN, LSTM and GRU: over the steps of the stream, with states in the session; or over another axis, for each step.
#include <algorithm>

#include "graph/text.h"
#include "simplify/recurrent.h"
#include "stream/rules.h"

namespace tidegate {
namespace {

std::size_t time_axis(const Recurrent& op) { return op.x_batch_first ? 1 : 0; }
std::size_t batch_axis(const Recurrent& op) { return op.x_batch_first ? 0 : 1; }

std::size_t y_axis(const Recurrent& op, bool of_time) {
    switch (op.y_order) {
        case YOrder::time_direction_batch:
            return of_time ? 0 : 2;
        case YOrder::time_batch_direction:
            return of_time ? 0 : 1;
        case YOrder::batch_time_direction:
            break;
    }
    return of_time ? 1 : 0;
}

bool has(const Node& node, std::size_t input) { return node.input(input) != kNone; }

/// Steps that are not this cell's: rows of its batch, or none.
void step_rows(Steps& steps, Node node, const Recurrent& op) {
    const std::size_t states = op.state_batch_first ? 0 : 1;
    const Time& x = steps.time(node.inputs[kX]);
    std::vector<ValueId> ids = {node.inputs[kX]};
    std::vector<std::size_t> which = {kX};
    for (const std::size_t i : {std::size_t{kInitialH}, std::size_t{kInitialC}, std::size_t{kLengths}}) {
        if (!has(node, i)) { continue; }
        const ValueId id = node.inputs[i];
        steps.need_data(id);
        const Time& time = steps.time(id);
        const std::size_t wanted = i == kLengths ? 0 : states;
        const bool fits = time.has_axis() == x.has_axis() && (!time.has_axis() || time.axis == wanted);
        if (!fits && !(steps.is_fixed(id) && !x.has_axis())) {
            if (time.has_axis() || x.has_axis()) {
                steps.refuse("its states are not, as its input, one for each step of " + in_quotes(steps.axis_name()));
            }
        }
        if (time.kind == Time::Kind::along && x.has_axis() && time.shift != std::min<std::int64_t>(x.shift, 0)) {
            steps.refuse("its states come from other steps than its input");
        }
        if (!time.has_axis()) {
            ids.push_back(id);
            which.push_back(i);
        }
    }
    const Joined joined = steps.join(ids, 3);
    for (std::size_t i = 0; i < which.size(); ++i) { node.inputs[which[i]] = joined.inputs[i]; }
    std::vector<Time> times(3, joined.time);
    if (joined.time.has_axis()) {
        times[kY].axis = y_axis(op, false);
        times[kYh].axis = times[kYc].axis = states;
    }
    steps.finish(std::move(node), times);
}

/// `before`: steps that are no part of the sequence yet. The states stay what they are meanwhile.
void finish_held(Steps& steps, Node node, const Time& y, const Time& end, std::int64_t before) {
    const Node whole = node;
    const ValueId begun = steps.had(before, y);
    node.outputs.resize(3, kNone);
    for (const std::size_t i : {std::size_t{kYh}, std::size_t{kYc}}) {
        if (node.outputs[i] != kNone) { node.outputs[i] = steps.another(node.outputs[i]); }
    }
    const std::vector<ValueId> now = node.outputs;
    if (node.outputs[kY] != kNone) { steps.place(node.outputs[kY], y); }
    steps.emit(std::move(node));
    const std::size_t states[][2] = {{kYh, kInitialH}, {kYc, kInitialC}};
    for (const auto& [output, input] : states) {
        if (now[output] == kNone) { continue; }
        const std::string name = whole.name + (output == kYh ? ".h.held" : ".c.held");
        steps.finish({name, Select{}, {begun, now[output], whole.inputs[input]}, {whole.outputs[output]}}, end);
    }
}

}  // namespace

bool is_recurrent_over(const Graph& graph, const Node& node, const Symbol& symbol) {
    const auto* op = std::get_if<Recurrent>(&node.op);
    if (op == nullptr || op->direction != DirectionKind::forward || has(node, kLengths)) { return false; }
    const Extents& x = graph.dims(node.inputs[kX]);
    return follows_from({x[time_axis(*op)]}, symbol) && x[batch_axis(*op)].is_constant();
}

void step_recurrent(Steps& steps, Node node, const Recurrent& op) {
    steps.need_data(node.inputs[kX]);
    const Time& x = steps.time(node.inputs[kX]);
    if (x.has_axis() && x.axis == 2) { steps.refuse(needs_all(steps, "its input features are")); }
    if (!x.has_axis() || x.axis == batch_axis(op)) { return step_rows(steps, std::move(node), op); }

    const std::string name = in_quotes(steps.axis_name());
    if (op.direction != DirectionKind::forward) {
        steps.refuse(std::string("it is ") + (op.direction == DirectionKind::reverse ? "reverse" : "bidirectional") +
                     ": it needs the end of " + name +
                     " first, which a stream does not know; train and export it with direction forward");
    }
    if (has(node, kLengths)) {
        steps.refuse("sequence_lens say where " + name +
                     " ends, and a stream does not end; freeze them to the whole length, or export without them");
    }
    const Extent& batch = steps.dims(node.inputs[kX])[batch_axis(op)];
    if (!batch.is_constant()) {
        steps.refuse("its batch is " + to_text(batch) +
                     "; what lives in the session cannot change its shape: " + how_to_bind({batch}));
    }
    if (!x.is_plain()) { steps.refuse("its steps are merged with another axis; keep them apart"); }
    for (const std::size_t i : {std::size_t{kInitialH}, std::size_t{kInitialC}}) {
        if (has(node, i)) { steps.need_data(node.inputs[i]); }
        if (has(node, i) && !steps.is_fixed(node.inputs[i])) {
            steps.refuse("its initial state follows from the steps of " + name +
                         ", as a decoder's from its encoder; convert the two as models of their own");
        }
    }
    const bool ends = (node.outputs.size() > kYh && steps.is_read_elsewhere(node.outputs[kYh])) ||
                      (node.outputs.size() > kYc && steps.is_read_elsewhere(node.outputs[kYc]));
    Time y = x;
    y.shift = std::min<std::int64_t>(x.kind == Time::Kind::uniform ? x.extra : x.shift, 0);
    if (ends) { y.shift = std::min(y.shift, x.extra); }
    if (x.kind == Time::Kind::along && y.shift < x.shift) { node.inputs[kX] = steps.delayed(node.inputs[kX], y.shift); }
    y.kind = Time::Kind::along;
    y.axis = y_axis(op, true);
    y.lead = nullptr;
    y.position.reset();
    Time end;
    end.kind = Time::Kind::ending;
    end.shift = y.shift * y.every;
    end.late = std::max<std::int64_t>(y.needed(), 0);
    end.ahead = y.ahead;
    if (y.shift < 0) { return finish_held(steps, std::move(node), y, end, -y.shift); }
    steps.finish(std::move(node), {y, end, end});
}

}  // namespace tidegate
