// SPDX-License-Identifier: MIT
#include <utility>

#include "graph/error.h"
#include "reference/evaluate.h"

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

void run(const Node& node, Values& values) {
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
    for (const Node& node : graph.nodes) { run(node, values); }

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
