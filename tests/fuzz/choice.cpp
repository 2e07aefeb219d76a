// SPDX-License-Identifier: MIT
#include "choice.h"

#include <utility>
#include <vector>

#include "read/model_file.h"
#include "read/schema.h"

namespace tidegate::fuzz {
namespace {

/// A number taken apart into digits, each of its own base.
class Digits {
public:
    explicit Digits(std::uint64_t rest) : rest_(rest) {}
    std::size_t below(std::size_t base) {
        const std::uint64_t digit = rest_ % base;
        rest_ /= base;
        return static_cast<std::size_t>(digit);
    }
    bool one_in(std::size_t base) { return below(base) == base - 1; }

private:
    std::uint64_t rest_;
};

const std::string& name_of_input(const Graph& graph, const GraphInput& input) {
    return graph.values[static_cast<std::size_t>(input.value)].name;
}

/// Keys of --dim for what the model leaves open.
std::vector<std::string> open_dimensions(const Graph& graph) {
    std::vector<std::string> keys;
    for (const GraphInput& input : graph.inputs) {
        for (std::size_t axis = 0; axis < input.dims.size(); ++axis) {
            const Dim& dim = input.dims[axis];
            if (dim.is_bound()) { continue; }
            keys.push_back(dim.symbol.empty() ? name_of_input(graph, input) + ":" + std::to_string(axis) : dim.symbol);
        }
    }
    return keys;
}

void choose_dims(ConvertOptions& options, const std::vector<std::string>& open, Digits& digits) {
    if (open.empty()) { return; }
    const auto longest = static_cast<std::int64_t>(1 + digits.below(4));
    const bool range = digits.below(2) == 1;
    for (const std::string& key : open) {
        options.dims.insert({key, range ? DimRange(1, longest) : DimRange(longest)});
    }
    if (digits.one_in(3)) {
        options.stream.emplace();
        options.stream->axis = open[digits.below(open.size())];
        options.stream->steps = static_cast<std::int64_t>(1 + digits.below(3));
        options.dims.erase(options.stream->axis);
    }
    if (digits.one_in(8)) {
        const std::string& first = open[digits.below(open.size())];
        options.same_dims.insert({first, open[digits.below(open.size())]});
        options.dims.erase(first);
    }
}

void choose_inputs(ConvertOptions& options, const Graph& graph, Digits& digits) {
    if (graph.inputs.empty()) { return; }
    if (digits.one_in(6)) {
        const GraphInput& input = graph.inputs[digits.below(graph.inputs.size())];
        const auto value = static_cast<double>(digits.below(4));
        options.fixed_inputs.insert({name_of_input(graph, input), Tensor::of({}, {value})});
    }
    if (digits.one_in(6) && !graph.outputs.empty()) {
        const GraphOutput& output = graph.outputs[digits.below(graph.outputs.size())];
        options.states.emplace_back(output.name, name_of_input(graph, graph.inputs[digits.below(graph.inputs.size())]));
    }
}

}  // namespace

Choice choose(const Graph& graph, std::uint64_t version) {
    Digits digits(version);
    Choice result;
    choose_dims(result.options, open_dimensions(graph), digits);
    result.options.stateful = digits.below(2) == 1 && !result.options.stream;  // a stream links states itself
    constexpr WeightForm kForms[] = {WeightForm::f32, WeightForm::i8, WeightForm::f16};
    result.options.quantization.form = kForms[digits.below(std::size(kForms))];
    result.options.quantization.as_in_model = digits.below(2) == 0;
    choose_inputs(result.options, graph, digits);
    result.twice = digits.one_in(8);
    result.examine = digits.one_in(8);
    return result;
}

std::uint64_t version_of(const std::string& bytes) {
    onnx::ModelProto model;
    return parse(bytes, model) ? static_cast<std::uint64_t>(model.model_version()) : 0;
}

}  // namespace tidegate::fuzz
