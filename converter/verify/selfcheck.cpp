// SPDX-License-Identifier: MIT
#include "verify/selfcheck.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "graph/error.h"
#include "reference/evaluate.h"
#include "verify/graph_inputs.h"
#include "verify/run_model.h"

namespace tidegate {
namespace {

/// Integers that steer nothing: small, and never 0, so that they may divide.
constexpr IntegerRange kPlainIntegers{1, 8};

class Generator {
public:
    Generator(const Graph& graph, std::uint64_t seed) : graph_(graph), ranges_(integer_ranges(graph)), random_(seed) {}

    /// largest: integers are the largest of their range, so that one run at least covers whole sequences.
    Tensor next(const GraphInput& input, bool largest) {
        const Value& value = graph_.values[static_cast<std::size_t>(input.value)];
        Tensor tensor = Tensor::zeros(value.type, value.dims.value());
        std::normal_distribution<float> normal;
        for (double& real : tensor.reals) { real = static_cast<double>(normal(random_)); }
        const auto found = ranges_.find(input.value);
        IntegerRange range = found != ranges_.end() ? found->second : kPlainIntegers;
        clip_to(value.type, range);
        std::uniform_int_distribution<std::int64_t> uniform(largest ? range.maximum : range.minimum, range.maximum);
        for (std::int64_t& integer : tensor.integers) { integer = uniform(random_); }
        return tensor;
    }

private:
    static void clip_to(ElementType type, IntegerRange& range) {
        if (type == ElementType::boolean) { range = {0, 1}; }
        if (type == ElementType::u8) {
            range = {std::clamp<std::int64_t>(range.minimum, 0, 255), std::clamp<std::int64_t>(range.maximum, 0, 255)};
        }
        if (type == ElementType::i8) {
            range = {std::clamp<std::int64_t>(range.minimum, -128, 127),
                     std::clamp<std::int64_t>(range.maximum, -128, 127)};
        }
        range.maximum = std::max(range.minimum, range.maximum);
    }

    const Graph& graph_;
    std::map<ValueId, IntegerRange> ranges_;
    std::mt19937_64 random_;
};

const std::string& name_of_input(const Graph& graph, const GraphInput& input) {
    return graph.values[static_cast<std::size_t>(input.value)].name;
}

template <class Named, class NameOf>
std::size_t index_of(const std::string& name, const std::vector<Named>& list, const NameOf& name_of) {
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (name_of(list[i]) == name) { return i; }
    }
    throw ConvertError("the file has '" + name + "', which the graph has not");
}

double error_of(const Tensor& computed, const Tensor& expected) {
    constexpr double kNotComparable = std::numeric_limits<double>::infinity();
    if (computed.type != expected.type || computed.dims != expected.dims) { return kNotComparable; }
    if (!expected.is_real()) { return computed.integers == expected.integers ? 0 : kNotComparable; }
    double largest = 0;
    for (std::size_t i = 0; i < expected.reals.size(); ++i) {
        const double a = computed.reals[i];
        const double b = expected.reals[i];
        if (a == b || (std::isnan(a) && std::isnan(b))) { continue; }
        if (!std::isfinite(a) || !std::isfinite(b)) { return kNotComparable; }
        largest = std::max(largest, std::abs(a - b) / std::max(1.0, std::abs(b)));
    }
    return largest;
}

}  // namespace

SelfCheck selfcheck(const Conversion& conversion, int runs, std::uint64_t seed) {
    const Graph& graph = conversion.graph;
    ModelRunner runner(conversion.file);
    Generator generator(graph, seed);
    std::vector<Tensor> states = initial_states(graph);
    SelfCheck result;
    for (; result.runs < runs; ++result.runs) {
        std::vector<Tensor> inputs;
        for (const GraphInput& input : graph.inputs) { inputs.push_back(generator.next(input, result.runs == 0)); }
        std::vector<Tensor> to_file;  // the same, in the file's order
        for (const Port& port : runner.inputs()) {
            const auto name = [&](const GraphInput& input) { return name_of_input(graph, input); };
            to_file.push_back(inputs[index_of(port.name, graph.inputs, name)]);
        }
        const std::vector<Tensor> expected = evaluate(graph, inputs, states);
        const std::vector<Tensor> computed = runner.run(to_file);
        for (std::size_t i = 0; i < computed.size(); ++i) {
            const std::string& name = runner.outputs()[i].name;
            const auto name_of_output = [](const GraphOutput& output) { return output.name; };
            const double error = error_of(computed[i], expected[index_of(name, graph.outputs, name_of_output)]);
            if (error >= result.largest_error) {
                result.largest_error = error;
                result.worst_output = name;
            }
        }
    }
    return result;
}

}  // namespace tidegate
