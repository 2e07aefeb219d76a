// SPDX-License-Identifier: MIT
#include "verify/generated_inputs.h"

#include <algorithm>

namespace tidegate {
namespace {

constexpr IntegerRange kPlainIntegers{1, 8};

void clip_to(ElementType type, IntegerRange& range) {
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

}  // namespace

InputGenerator::InputGenerator(const Graph& graph, std::uint64_t seed)
    : graph_(graph), ranges_(integer_ranges(graph)), random_(seed) {}

Tensor InputGenerator::next(const GraphInput& input, bool largest) {
    const Value& value = graph_.values[static_cast<std::size_t>(input.value)];
    Tensor tensor = Tensor::zeros(value.type, value.dims.value().constants());
    std::normal_distribution<float> normal;
    for (double& real : tensor.reals) { real = static_cast<double>(normal(random_)); }
    const auto found = ranges_.find(input.value);
    IntegerRange range = found != ranges_.end() ? found->second : kPlainIntegers;
    clip_to(value.type, range);
    std::uniform_int_distribution<std::int64_t> uniform(largest ? range.maximum : range.minimum, range.maximum);
    for (std::int64_t& integer : tensor.integers) { integer = uniform(random_); }
    return tensor;
}

std::vector<Tensor> InputGenerator::next(bool largest) {
    std::vector<Tensor> inputs;
    for (const GraphInput& input : graph_.inputs) { inputs.push_back(next(input, largest)); }
    return inputs;
}

}  // namespace tidegate
