// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>

#include "graph/error.h"
#include "reference/evaluate.h"
#include "reference/ops.h"

namespace tidegate {
namespace {

/// A value handed in from outside must be what the graph declares, as far as it declares it.
void require_declared(const Graph& graph, ValueId id, const Tensor& tensor) {
    const Value& value = graph.values[static_cast<std::size_t>(id)];
    if (tensor.type != value.type) {
        throw ConvertError("input '" + value.name + "' is " + name_of(value.type) + ", given was " +
                           name_of(tensor.type));
    }
    if (value.dims && *value.dims != tensor.dims) {
        throw ConvertError("input '" + value.name + "' has the shape " + to_text(*value.dims) + ", given was " +
                           to_text(tensor.dims));
    }
}

/// What each value is during one evaluation: constants by reference, computed ones owned.
class Values {
public:
    explicit Values(const Graph& graph) : graph_(graph), now_(graph.values.size()), own_(graph.values.size()) {
        for (std::size_t i = 0; i < now_.size(); ++i) { now_[i] = graph.values[i].constant.get(); }
    }
    void refer(ValueId id, const Tensor& tensor) {
        require_declared(graph_, id, tensor);
        now_[static_cast<std::size_t>(id)] = &tensor;
    }
    void keep(ValueId id, Tensor&& tensor) {
        Tensor& own = own_[static_cast<std::size_t>(id)];
        own = std::move(tensor);
        now_[static_cast<std::size_t>(id)] = &own;
    }
    const Tensor& at(ValueId id) const {
        const Tensor* tensor = now_.at(static_cast<std::size_t>(id));
        if (tensor == nullptr) {
            throw ConvertError("value '" + graph_.values[static_cast<std::size_t>(id)].name +
                               "' is used before it is made");
        }
        return *tensor;
    }

private:
    const Graph& graph_;
    std::vector<const Tensor*> now_;
    std::vector<Tensor> own_;
};

/// A loop that is being run.
struct Running {
    std::size_t begin = 0;
    std::int64_t iteration = 0;
    std::int64_t trips = 0;
    std::vector<std::vector<Tensor>> results = {};  ///< by stack
};

bool is_true(ValueId id, const Values& values) { return id == kNone || values.at(id).integers.at(0) != 0; }

/// How often a body runs at most.
std::int64_t trips_of(const Node& node, const LoopBegin& loop, const Values& values) {
    std::int64_t trips = loop.trips && loop.trips->is_constant() ? loop.trips->constant() : INT64_MAX;
    if (node.inputs[kLoopMost] != kNone) { trips = std::min(trips, values.at(node.inputs[kLoopMost]).integers.at(0)); }
    for (std::size_t i = 0; i < loop.scans.size(); ++i) {
        const Dims& dims = values.at(node.inputs[kLoopInitial + loop.carried + i]).dims;
        trips = std::min(trips, dims[normalise_axis(loop.scans[i].axis, dims.size())]);
    }
    return trips;
}

/// The part of `x` at a place along an axis, without the axis.
Tensor slice_at(const Tensor& x, const WalkedAxis& walked, std::int64_t iteration) {
    const std::int64_t place = walked.reverse ? -1 - iteration : iteration;
    const Tensor index{ElementType::i64, {}, {}, {place}};
    return reference::gather(x, index, walked.axis);
}

/// Results one behind the other along a new axis.
Tensor stacked(std::vector<Tensor> results, const WalkedAxis& walked, const Value& value) {
    if (results.empty()) {
        if (!value.dims) { throw ConvertError("a loop that runs never has no shape to stack"); }
        return Tensor::zeros(value.type, value.dims->constants());
    }
    if (walked.reverse) { std::reverse(results.begin(), results.end()); }
    std::vector<const Tensor*> parts;
    parts.reserve(results.size());
    const std::size_t axis = normalise_axis(walked.axis, results.front().dims.size() + 1);
    for (Tensor& result : results) {
        result.dims.insert(result.dims.begin() + static_cast<std::ptrdiff_t>(axis), 1);
        parts.push_back(&result);
    }
    return reference::concat(parts, static_cast<std::int64_t>(axis));
}

class GraphRun {
public:
    GraphRun(const Graph& graph, Values& values) : graph_(graph), values_(values) {}

    void run() {
        for (std::size_t at = 0; at < graph_.nodes.size();) {
            const Node& node = graph_.nodes[at];
            if (const auto* begin = std::get_if<LoopBegin>(&node.op)) {
                at = enter(at, *begin);
            } else if (const auto* end = std::get_if<LoopEnd>(&node.op)) {
                at = turn(at, *end);
            } else {
                run(node);
                ++at;
            }
        }
    }

private:
    void run(const Node& node);

    std::size_t enter(std::size_t at, const LoopBegin& loop) {
        const Node& node = graph_.nodes[at];
        const std::size_t end = end_of_loop(graph_.nodes, at, loop.loop);
        const std::int64_t trips = trips_of(node, loop, values_);
        running_.push_back({at, 0, trips});
        running_.back().results.resize(std::get<LoopEnd>(graph_.nodes[end].op).stacks.size());
        for (std::size_t i = 0; i < loop.carried; ++i) {
            values_.keep(node.outputs[kLoopCurrent + i], Tensor(values_.at(node.inputs[kLoopInitial + i])));
        }
        if (trips <= 0 || !is_true(node.inputs[kLoopCondition], values_)) { return leave(end); }
        fill();
        return at + 1;
    }

    /// What the body reads of its iteration.
    void fill() {
        const Running& now = running_.back();
        const Node& node = graph_.nodes[now.begin];
        const auto& loop = std::get<LoopBegin>(node.op);
        values_.keep(node.outputs[kLoopIteration], Tensor{ElementType::i64, {}, {}, {now.iteration}});
        for (std::size_t i = 0; i < loop.scans.size(); ++i) {
            const std::size_t place = loop.carried + i;
            const Tensor& walked = values_.at(node.inputs[kLoopInitial + place]);
            values_.keep(node.outputs[kLoopCurrent + place], slice_at(walked, loop.scans[i], now.iteration));
        }
    }

    std::size_t turn(std::size_t at, const LoopEnd& end) {
        const Node& node = graph_.nodes[at];
        Running& now = running_.back();
        const Node& begin = graph_.nodes[now.begin];
        for (std::size_t i = 0; i < end.stacks.size(); ++i) {
            now.results[i].push_back(values_.at(node.inputs[kEndNext + end.carried + i]));
        }
        const bool goes_on = is_true(node.inputs[kEndCondition], values_);
        std::vector<Tensor> next;  // all are read before one is replaced
        next.reserve(end.carried);
        for (std::size_t i = 0; i < end.carried; ++i) { next.push_back(values_.at(node.inputs[kEndNext + i])); }
        for (std::size_t i = 0; i < end.carried; ++i) {
            values_.keep(begin.outputs[kLoopCurrent + i], std::move(next[i]));
        }
        if (++now.iteration >= now.trips || !goes_on) { return leave(at); }
        fill();
        return now.begin + 1;
    }

    std::size_t leave(std::size_t at) {
        const Node& node = graph_.nodes[at];
        const auto& end = std::get<LoopEnd>(node.op);
        Running done = std::move(running_.back());
        running_.pop_back();
        const Node& begin = graph_.nodes[done.begin];
        for (std::size_t i = 0; i < end.carried; ++i) {
            values_.keep(node.outputs[i], Tensor(values_.at(begin.outputs[kLoopCurrent + i])));
        }
        for (std::size_t i = 0; i < end.stacks.size(); ++i) {
            const ValueId id = node.outputs[end.carried + i];
            const Value& value = graph_.values[static_cast<std::size_t>(id)];
            values_.keep(id, stacked(std::move(done.results[i]), end.stacks[i], value));
        }
        return at + 1;
    }

    const Graph& graph_;
    Values& values_;
    std::vector<Running> running_;
};

void GraphRun::run(const Node& node) {
    Values& values = values_;
    std::vector<const Tensor*> inputs;
    for (const ValueId id : node.inputs) { inputs.push_back(id == kNone ? nullptr : &values.at(id)); }
    std::vector<Tensor> outputs = evaluate(node, inputs);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        if (node.outputs[i] != kNone) { values.keep(node.outputs[i], std::move(outputs[i])); }
    }
}

}  // namespace

std::vector<Tensor> evaluate(const Graph& graph, const std::vector<Tensor>& inputs, std::vector<Tensor>& states) {
    if (inputs.size() != graph.inputs.size() || states.size() != graph.states.size()) {
        throw ConvertError("the graph has " + std::to_string(graph.inputs.size()) + " inputs and " +
                           std::to_string(graph.states.size()) + " states, given were " +
                           std::to_string(inputs.size()) + " and " + std::to_string(states.size()));
    }
    Values values(graph);
    for (std::size_t i = 0; i < inputs.size(); ++i) { values.refer(graph.inputs[i].value, inputs[i]); }
    for (std::size_t i = 0; i < states.size(); ++i) { values.refer(graph.states[i].input, states[i]); }
    GraphRun(graph, values).run();

    std::vector<Tensor> outputs;
    for (const GraphOutput& output : graph.outputs) { outputs.push_back(values.at(output.value)); }
    std::vector<Tensor> next;  // all are read before one is replaced: a state may be another one's output
    for (const StateLink& link : graph.states) { next.push_back(values.at(link.output)); }
    states = std::move(next);
    return outputs;
}

std::vector<Tensor> initial_states(const Graph& graph) {
    std::vector<Tensor> states;
    for (const StateLink& link : graph.states) {
        const Value& value = graph.values[static_cast<std::size_t>(link.input)];
        if (link.initial) {
            states.push_back(*link.initial);
        } else if (value.dims) {
            states.push_back(Tensor::zeros(value.type, value.dims->constants()));
        } else {
            throw ConvertError("state '" + link.name + "' has no known shape to start from with zeros");
        }
    }
    return states;
}

}  // namespace tidegate
