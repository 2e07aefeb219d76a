// SPDX-License-Identifier: MIT
#include "emit/equalize.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "emit/quantize.h"

namespace tidegate {
namespace {

/// Far from where weights or inputs would leave the range of floats.
constexpr int kMostExponent = 15;

/// Adds what one matrix has in the columns of W.
void widen(const ProgramMatrix& matrix, std::vector<float>& largest) {
    const std::size_t cols = std::size_t{matrix.input_cols} + matrix.state_cols;
    for (std::size_t i = 0; i < matrix.weights.size(); ++i) {
        const std::size_t col = i % cols;
        if (col < largest.size()) { largest[col] = std::max(largest[col], std::abs(matrix.weights[i])); }
    }
}

void multiply_columns(ProgramMatrix& matrix, const Exponents& exponents) {
    const std::size_t cols = std::size_t{matrix.input_cols} + matrix.state_cols;
    for (std::size_t i = 0; i < matrix.weights.size(); ++i) {
        const std::size_t col = i % cols;
        if (col < exponents.size()) { matrix.weights[i] = std::ldexp(matrix.weights[i], exponents[col]); }
    }
}

/// Zeros become the others' extreme: nothing is known of them, or nothing depends on them.
template <class Extreme>
void fill_zeros(std::vector<float>& values, Extreme extreme) {
    float found = 0;
    for (const float v : values) {
        if (v > 0) { found = found == 0 ? v : extreme(found, v); }
    }
    std::ranges::replace(values, 0.0F, found == 0 ? 1.0F : found);
}

}  // namespace

void equalize(Program& program, std::size_t index, const Exponents& exponents) {
    Step& step = program.steps.at(index);
    for (ProgramMatrix* matrix : input_matrices_of(step)) { multiply_columns(*matrix, exponents); }
    ProgramTensor x = program.tensors.at(static_cast<std::size_t>(step.inputs.at(0)));
    std::vector<double> factors;
    for (const int e : exponents) { factors.push_back(std::ldexp(1.0, -e)); }
    const auto cols = static_cast<std::int64_t>(factors.size());
    if (!(x.dims.back() == Extent(cols))) { throw std::logic_error("exponents for another layer"); }
    auto constant = std::make_shared<const Tensor>(Tensor::of({cols}, std::move(factors)));
    std::int64_t most = 1;
    for (const Extent& extent : x.dims) { most *= extent.highest(); }
    x.constant = nullptr;
    x.offset = 0;
    x.buffer = static_cast<BufferId>(program.buffers.size());
    program.buffers.push_back({static_cast<std::uint64_t>(most) * size_of(x.type), 0, 0, 0});
    const auto first = static_cast<TensorId>(program.tensors.size());
    program.tensors.push_back({ElementType::f32, {Extent(cols)}, std::move(constant), -1, 0});
    program.tensors.push_back(x);
    Step multiply{step.name, step::Binary{BinaryKind::multiply}, {step.inputs[0], first}, {first + 1}, -1};
    step.inputs[0] = first + 1;
    program.steps.insert(program.steps.begin() + static_cast<std::ptrdiff_t>(index), std::move(multiply));
}

Exponents balanced(const Step& step, const std::vector<float>& largest) {
    if (std::holds_alternative<step::Conv>(step.params)) { return {}; }  // its columns are not those of x
    std::vector<float> x = largest, W(largest.size());
    for (const ProgramMatrix* matrix : input_matrices_of(step)) { widen(*matrix, W); }
    fill_zeros(x, [](float a, float b) { return std::max(a, b); });
    fill_zeros(W, [](float a, float b) { return std::min(a, b); });
    std::vector<int> exponents;
    for (std::size_t col = 0; col < x.size(); ++col) {
        exponents.push_back(static_cast<int>(std::lround(std::log2(x[col] / W[col]) / 2)));
    }
    std::vector<int> sorted = exponents;
    std::ranges::nth_element(sorted, sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2));
    const int middle = sorted[sorted.size() / 2];
    Exponents result;
    for (const int e : exponents) {
        result.push_back(static_cast<std::int8_t>(std::clamp(e - middle, -kMostExponent, kMostExponent)));
    }
    return result;
}

}  // namespace tidegate
