// SPDX-License-Identifier: MIT
// Reductions and normalizations that become several operators: their values against their formulas, of constants and in
// the runtime.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "converter/onnx_builder.h"
#include "verify/run_model.h"

namespace tidegate::read_reduce_test {
namespace {

using test::AttributeValue;
using test::ModelBuilder;
using Attributes = std::vector<std::pair<std::string, AttributeValue>>;
using List = std::vector<std::int64_t>;

const std::vector<float> kX = {-7, 3, -1.5F, 0.25F, 2, 0.125F, 1, 2.5F, 4, 9, -3, 0.5F};  // [2, 3, 2]
const float kInfinity = std::numeric_limits<float>::infinity();

Tensor folded(const std::string& op, const Attributes& attributes, std::int64_t opset, const std::vector<float>& x,
              const Dims& dims, const std::vector<std::string>& inputs = {"x"}) {
    ModelBuilder model(opset);
    model.floats("x", dims, x).floats("scale", {4}, {1, 2, -1, 0.5F}).floats("bias", {4}, {0, 1, 0.5F, -2});
    model.floats("scales", {2}, {3, -2}).floats("biases", {2}, {0.5F, 1}).integers("none", {}).integers("one", {1});
    model.node(op, inputs, {"y"}, attributes, "it").output("y");
    const Graph graph = model.simplified();
    const Tensor* constant = graph.constant(graph.outputs.at(0).value);
    REQUIRE(constant != nullptr);
    return *constant;
}

/// y of the rows of two of kX.
void check_pairs(const std::string& op, const std::function<double(double, double)>& formula) {
    CAPTURE(op);
    const Tensor y = folded(op, {{"axes", List{-1}}, {"keepdims", 0}}, 13, kX, {2, 3, 2});
    REQUIRE(y.dims == Dims{2, 3});
    for (std::size_t i = 0; i < y.reals.size(); ++i) {
        const double want = formula(static_cast<double>(kX[2 * i]), static_cast<double>(kX[2 * i + 1]));
        CHECK(std::abs(y.reals[i] - want) <= 1e-12 * std::max(1.0, std::abs(want)));
    }
}

/// (x - mean) / sqrt(variance + epsilon) of `length` elements at a time.
std::vector<double> normalized(const std::vector<float>& x, std::size_t length, double epsilon) {
    std::vector<double> y;
    for (std::size_t first = 0; first < x.size(); first += length) {
        double mean = 0, variance = 0;
        for (std::size_t i = 0; i < length; ++i) {
            mean += static_cast<double>(x[first + i]) / static_cast<double>(length);
        }
        for (std::size_t i = 0; i < length; ++i) {
            variance += std::pow(static_cast<double>(x[first + i]) - mean, 2) / static_cast<double>(length);
        }
        for (std::size_t i = 0; i < length; ++i) {
            y.push_back((static_cast<double>(x[first + i]) - mean) / std::sqrt(variance + epsilon));
        }
    }
    return y;
}

/// Of a constant, and in the runtime of an input.
void check_normalization(const std::string& op, const Attributes& attributes, std::int64_t opset, const Dims& dims,
                         const std::vector<std::string>& inputs, const std::vector<double>& want) {
    CAPTURE(op);
    CAPTURE(opset);
    std::vector<float> x;
    for (std::size_t i = 0; i < want.size(); ++i) { x.push_back(kX[i % kX.size()] + static_cast<float>(i / 12)); }
    const Tensor y = folded(op, attributes, opset, x, dims, inputs);
    ModelBuilder model(opset);
    std::vector<ModelBuilder::Extent> extents;
    for (const std::int64_t extent : dims) { extents.emplace_back(static_cast<int>(extent)); }
    model.input("x", extents).floats("scale", {4}, {1, 2, -1, 0.5F}).floats("bias", {4}, {0, 1, 0.5F, -2});
    model.floats("scales", {2}, {3, -2}).floats("biases", {2}, {0.5F, 1});
    model.node(op, inputs, {"y"}, attributes).output("y");
    ModelRunner runner(convert(model.save("normalization.onnx"), {}).file);
    Tensor given = Tensor::zeros(ElementType::f32, dims);
    given.reals.assign(x.begin(), x.end());
    const Tensor run = runner.run({given}).at(0);
    REQUIRE(y.reals.size() == want.size());
    for (std::size_t i = 0; i < want.size(); ++i) {
        CHECK(std::abs(y.reals[i] - want[i]) <= 1e-9);
        CHECK(std::abs(run.reals[i] - want[i]) <= 1e-5);
    }
}

}  // namespace

TEST_CASE("norms and logarithms of sums follow their formulas") {
    check_pairs("ReduceL1", [](double a, double b) { return std::abs(a) + std::abs(b); });
    check_pairs("ReduceL2", [](double a, double b) { return std::hypot(a, b); });
    check_pairs("ReduceSumSquare", [](double a, double b) { return a * a + b * b; });
    check_pairs("ReduceLogSumExp", [](double a, double b) { return std::log(std::exp(a) + std::exp(b)); });
    check_pairs("ReduceProd", [](double a, double b) { return a * b; });
}

TEST_CASE("the logarithm of a sum of exponentials is right where the sum is not a number of its own") {
    const auto of = [](const std::vector<float>& x) {
        return folded("ReduceLogSumExp", {{"keepdims", 0}}, 13, x, {static_cast<std::int64_t>(x.size())}).reals.at(0);
    };
    CHECK(std::abs(of({1000, 1000}) - 1000 - std::log(2)) < 1e-9);
    CHECK(std::abs(of({-1000, -1000}) + 1000 - std::log(2)) < 1e-9);
    CHECK(of({-kInfinity, -kInfinity}) == static_cast<double>(-kInfinity));
    CHECK(of({1, kInfinity}) == static_cast<double>(kInfinity));
}

TEST_CASE("without axes all are reduced, or none if the node says so") {
    CHECK(folded("ReduceSum", {{"keepdims", 0}}, 13, kX, {12}).dims.empty());
    CHECK(folded("ReduceSum", {{"noop_with_empty_axes", 1}}, 13, kX, {12}).reals.size() == 12);
    CHECK(folded("ReduceSum", {{"noop_with_empty_axes", 1}}, 13, kX, {12}, {"x", "none"}).reals.size() == 12);
    CHECK(folded("ReduceSum", {}, 13, kX, {2, 6}, {"x", "none"}).dims == Dims{1, 1});
    CHECK(folded("ReduceMax", {}, 18, kX, {2, 6}, {"x", "one"}).dims == Dims{2, 1});
}

TEST_CASE("layers, instances and groups are normalized as their formulas say") {
    const auto values = [](std::size_t count) {
        std::vector<float> x;
        for (std::size_t i = 0; i < count; ++i) { x.push_back(kX[i % kX.size()] + static_cast<float>(i / 12)); }
        return x;
    };
    const double scale[] = {1, 2, -1, 0.5}, bias[] = {0, 1, 0.5, -2};
    std::vector<double> want = normalized(values(12), 4, 0.01);
    for (std::size_t i = 0; i < 12; ++i) { want[i] = want[i] * scale[i % 4] + bias[i % 4]; }
    check_normalization("LayerNormalization", {{"epsilon", 0.01F}}, 17, {3, 4}, {"x", "scale", "bias"}, want);
    want = normalized(values(12), 12, 1e-5F);
    for (std::size_t i = 0; i < 12; ++i) { want[i] *= scale[i % 4]; }
    check_normalization("LayerNormalization", {{"axis", 0}}, 17, {3, 4}, {"x", "scale"}, want);
    want = normalized(values(24), 3, 1e-5F);
    for (std::size_t i = 0; i < 24; ++i) { want[i] = want[i] * scale[i / 3 % 4] + bias[i / 3 % 4]; }
    check_normalization("InstanceNormalization", {}, 13, {2, 4, 3}, {"x", "scale", "bias"}, want);
    const Attributes groups = {{"num_groups", 2}};
    want = normalized(values(24), 6, 1e-5F);
    for (std::size_t i = 0; i < 24; ++i) { want[i] = want[i] * scale[i / 3 % 4] + bias[i / 3 % 4]; }
    check_normalization("GroupNormalization", groups, 21, {2, 4, 3}, {"x", "scale", "bias"}, want);
    const double scales[] = {3, -2}, biases[] = {0.5, 1};
    want = normalized(values(24), 6, 1e-5F);
    for (std::size_t i = 0; i < 24; ++i) { want[i] = want[i] * scales[i / 6 % 2] + biases[i / 6 % 2]; }
    check_normalization("GroupNormalization", groups, 18, {2, 4, 3}, {"x", "scales", "biases"}, want);
}

TEST_CASE("a reduction of nothing is refused at once, however long its other axes are") {
    CHECK(test::has(test::refusal([] {
                        folded("ReduceMax", {}, 13, {}, {std::int64_t{1} << 32, 0});
                    }),
                    "node 'it' (ReduceMax)"));
}

TEST_CASE("norms along an axis become 1, zeros stay zeros") {
    const Tensor y = folded("LpNormalization", {{"p", 2}}, 13, {3, -4, 0, 0}, {2, 2});
    CHECK(std::abs(y.reals[0] - 0.6) < 1e-12);
    CHECK(std::abs(y.reals[1] + 0.8) < 1e-12);
    CHECK((y.reals[2] == 0 && y.reals[3] == 0));
    CHECK(test::has(test::refusal([] { folded("LpNormalization", {{"p", 3}}, 13, {1}, {1}); }), "1 and 2 are known"));
}

}  // namespace tidegate::read_reduce_test
