// SPDX-License-Identifier: MIT
#include "simplify/state_flow.h"

#include <algorithm>
#include <numeric>

#include "reference/evaluate.h"
#include "simplify/recurrent.h"

namespace tidegate {
namespace {

constexpr double kNoSource = -1;

}  // namespace

StateFlow::StateFlow(const Graph& graph)
    : graph_(graph), numbers_(graph.values.size()), returned_(graph.values.size(), false) {
    for (const GraphInput& input : graph.inputs) { number(input.value); }
    for (const StateLink& state : graph.states) { number(state.input); }
    for (const Node& node : graph.nodes) {
        if (const auto* op = std::get_if<Recurrent>(&node.op)) {
            pass(node, kInitialH, kYh);
            if (op->cell == CellKind::lstm) { pass(node, kInitialC, kYc); }
        } else if (moved_inputs(node.op, node.inputs.size()) > 0) {
            move(node);
        }
    }
}

bool StateFlow::has_room(std::int64_t elements) {
    if (elements > room_) { return false; }
    room_ -= elements;
    return true;
}

void StateFlow::number(ValueId id) {
    const Value& value = graph_.values[static_cast<std::size_t>(id)];
    const bool is_constant = value.dims->are_constant();  // a state's shape is
    const Dims dims = is_constant ? value.dims->constants() : Dims();
    sources_.push_back({next_, next_, dims});
    if (value.type != ElementType::f32 || !is_constant || !has_room(element_count(dims))) { return; }
    Tensor tensor = Tensor::zeros(ElementType::f32, dims);
    std::iota(tensor.reals.begin(), tensor.reals.end(), next_);
    next_ += static_cast<double>(tensor.reals.size());
    sources_.back().last = next_;
    numbers_[static_cast<std::size_t>(id)] = std::make_shared<const Tensor>(std::move(tensor));
}

void StateFlow::pass(const Node& node, std::size_t from, std::size_t to) {
    if (node.outputs[to] == kNone || numbers(node.inputs[from]) == nullptr) { return; }
    numbers_[static_cast<std::size_t>(node.outputs[to])] = numbers_[static_cast<std::size_t>(node.inputs[from])];
    returned_[static_cast<std::size_t>(node.outputs[to])] = true;
}

void StateFlow::move(const Node& node) {
    const std::size_t moved = moved_inputs(node.op, node.inputs.size());
    const auto data_end = node.inputs.begin() + static_cast<std::ptrdiff_t>(moved);
    const auto is_followed = [this](ValueId id) { return numbers(id) != nullptr; };
    if (std::none_of(node.inputs.begin(), data_end, is_followed)) { return; }

    for (const ValueId id : node.outputs) {
        if (id == kNone) { continue; }
        const Extents& dims = graph_.dims(id);
        if (!dims.are_constant() || !has_room(element_count(dims.constants()))) { return; }
    }
    std::vector<Tensor> strangers(node.inputs.size());
    std::vector<const Tensor*> inputs;
    bool returned = false;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        const ValueId id = node.inputs[i];
        const bool is_data = i < moved;
        const Tensor* tensor = is_data ? numbers(id) : graph_.constant(id);
        if (is_data && tensor == nullptr) {
            const Extents& dims = graph_.dims(id);
            if (!dims.are_constant()) { return; }
            strangers[i] = Tensor::zeros(ElementType::f32, dims.constants());
            std::fill(strangers[i].reals.begin(), strangers[i].reals.end(), kNoSource);
            tensor = &strangers[i];
        }
        if (!is_data && id != kNone && tensor == nullptr) { return; }  // a Gather with indices of the run
        returned |= id != kNone && returned_[static_cast<std::size_t>(id)];
        inputs.push_back(tensor);
    }
    std::vector<Tensor> results = evaluate(node, inputs);
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
        if (node.outputs[i] == kNone) { continue; }
        numbers_[static_cast<std::size_t>(node.outputs[i])] = std::make_shared<const Tensor>(std::move(results[i]));
        returned_[static_cast<std::size_t>(node.outputs[i])] = returned;
    }
}

std::optional<std::size_t> StateFlow::input_of(ValueId id) const {
    const Tensor* tensor = numbers(id);
    if (tensor == nullptr || tensor->reals.empty()) { return std::nullopt; }
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
        const Source& source = sources_[i];
        if (source.first != tensor->reals.front() || source.dims != tensor->dims) { continue; }
        std::vector<double> expected(tensor->reals.size());
        std::iota(expected.begin(), expected.end(), source.first);
        if (expected == tensor->reals && source.last > source.first) { return i; }
    }
    return std::nullopt;
}

std::optional<std::vector<std::size_t>> StateFlow::sources(ValueId id) const {
    const Tensor* tensor = numbers(id);
    if (tensor == nullptr) { return std::nullopt; }
    std::vector<bool> seen(sources_.size(), false);
    for (const double number : tensor->reals) {
        if (number == kNoSource) { return std::nullopt; }
        const auto after = std::upper_bound(sources_.begin(), sources_.end(), number,
                                            [](double n, const Source& source) { return n < source.last; });
        seen[static_cast<std::size_t>(after - sources_.begin())] = true;
    }
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < seen.size(); ++i) {
        if (seen[i]) { found.push_back(i); }
    }
    return found;
}

}  // namespace tidegate
