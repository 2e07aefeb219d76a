// SPDX-License-Identifier: MIT
// Operators on single elements that become several: their values, folded from constants, against their formulas.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "converter/onnx_builder.h"

namespace tidegate::read_elementwise_test {
namespace {

using test::AttributeValue;
using test::ModelBuilder;
using Attributes = std::vector<std::pair<std::string, AttributeValue>>;

const std::vector<float> kX = {-7, -3, -1.5F, -0.25F, 0, 0.125F, 1, 2.5F, 4, 9};

/// y of one node, computed in double when the model is converted.
Tensor folded(const std::string& op, const std::vector<std::string>& inputs, const Attributes& attributes = {},
              std::int64_t opset = 22, const std::vector<float>& x = kX) {
    ModelBuilder model(opset);
    model.floats("x", {static_cast<std::int64_t>(x.size())}, x).floats("two", {}, {2}).floats("low", {}, {-1});
    model.node(op, inputs, {"y"}, attributes, "it").output("y");
    const Graph graph = model.simplified();
    const Tensor* constant = graph.constant(graph.outputs.at(0).value);
    REQUIRE(constant != nullptr);
    return *constant;
}

void check(const std::string& op, const std::function<double(double)>& formula, const Attributes& attributes = {},
           std::int64_t opset = 22, const std::vector<std::string>& inputs = {"x"}) {
    CAPTURE(op);
    const Tensor y = folded(op, inputs, attributes, opset);
    for (std::size_t i = 0; i < kX.size(); ++i) {
        const double want = formula(static_cast<double>(kX[i]));
        CHECK(std::abs(y.reals[i] - want) <= 1e-12 * std::max(1.0, std::abs(want)));
    }
}

std::vector<std::int64_t> truths(const std::string& op, const std::vector<float>& x,
                                 const Attributes& attributes = {}) {
    return folded(op, {"x"}, attributes, 20, x).integers;
}

}  // namespace

TEST_CASE("activations that are made of others follow their formulas") {
    const auto softplus = [](double x) { return std::log1p(std::exp(-std::abs(x))) + std::max(x, 0.0); };
    const auto elu = [](double x) { return x < 0 ? std::expm1(x) : x; };
    const double alpha = 1.67326319217681884765625, gamma = 1.05070102214813232421875;
    check("Selu", [&](double x) { return gamma * (x < 0 ? alpha * std::expm1(x) : x); });
    check("Selu", [&](double x) { return 3 * (x < 0 ? 2 * std::expm1(x) : x); }, {{"alpha", 2.0F}, {"gamma", 3.0F}});
    check("Celu", [&](double x) { return 2 * elu(x / 2); }, {{"alpha", 2.0F}});
    check("Gelu", [](double x) { return x / 2 * (1 + std::erf(x * std::sqrt(0.5))); });
    const auto by_tanh = [](double x) {
        return x / 2 * (1 + std::tanh(std::sqrt(2 / std::acos(-1)) * (x + 0.044715 * x * x * x)));
    };
    check("Gelu", by_tanh, {{"approximate", "tanh"}});
    check("Mish", [&](double x) { return x * std::tanh(softplus(x)); });
    check("HardSwish", [](double x) { return x * std::min(std::max(x / 6 + 0.5, 0.0), 1.0); });
    check("Tan", [](double x) { return std::tan(x); });
    CHECK(test::has(test::refusal([] { folded("Gelu", {"x"}, {{"approximate", "exp"}}); }), "none and tanh are known"));
    CHECK(test::has(test::refusal([] { folded("Celu", {"x"}, {{"alpha", 0.0F}}); }), "must be finite and not 0"));
}

TEST_CASE("Clip takes its limits from attributes or inputs, each of which may be missing") {
    const auto clipped = [](double x) { return std::min(std::max(x, -1.0), 2.0); };
    check("Clip", clipped, {{"min", -1.0F}, {"max", 2.0F}}, 10);
    check("Clip", clipped, {}, 13, {"x", "low", "two"});
    check(
        "Clip", [](double x) { return std::max(x, -1.0); }, {{"min", -1.0F}}, 7);
    check("Clip", [](double x) { return std::min(x, 2.0); }, {}, 13, {"x", "", "two"});
    check(
        "Clip", [](double x) { return x; }, {}, 13);
}

TEST_CASE("Min, Max, Sum and Mean take any number of operands") {
    check("Sum", [](double x) { return 2 * x + 2; }, {}, 13, {"x", "two", "x"});
    check("Mean", [](double x) { return (2 * x + 2) / 3; }, {}, 13, {"x", "two", "x"});
    check("Max", [](double x) { return std::max(x, 2.0); }, {}, 13, {"low", "x", "two"});
    check("Min", [](double x) { return x; }, {}, 13, {"x"});
    check("Mod", [](double x) { return std::fmod(x, 2); }, {{"fmod", 1}}, 13, {"x", "two"});
    check("Mod", [](double x) { return x - 2 * std::floor(x / 2); }, {}, 13, {"x", "two"});
}

TEST_CASE("what is not a number is told from what is infinite") {
    const float infinity = std::numeric_limits<float>::infinity();
    const std::vector<float> x = {1, std::nanf(""), infinity, -infinity, -3e38F};
    using Truths = std::vector<std::int64_t>;
    CHECK(truths("IsNaN", x) == Truths{0, 1, 0, 0, 0});
    CHECK(truths("IsInf", x) == Truths{0, 0, 1, 1, 0});
    CHECK(truths("IsInf", x, {{"detect_negative", 0}}) == Truths{0, 0, 1, 0, 0});
    CHECK(truths("IsInf", x, {{"detect_positive", 0}}) == Truths{0, 0, 0, 1, 0});
    CHECK(truths("IsInf", x, {{"detect_positive", 0}, {"detect_negative", 0}}) == Truths{0, 0, 0, 0, 0});
}

TEST_CASE("Not, Greater and GreaterOrEqual turn their operands around") {
    ModelBuilder model(17);
    model.floats("a", {3}, {1, 2, 3}).floats("b", {}, {2});
    model.node("Greater", {"a", "b"}, {"more"}).node("GreaterOrEqual", {"a", "b"}, {"at_least"});
    model.node("Not", {"more"}, {"not_more"});
    for (const char* name : {"more", "at_least", "not_more"}) { model.output(name, onnx::TensorProto::BOOL); }
    const Graph graph = model.simplified();
    const auto of = [&](std::size_t i) { return graph.constant(graph.outputs[i].value)->integers; };
    using Truths = std::vector<std::int64_t>;
    CHECK(of(0) == Truths{0, 0, 1});
    CHECK(of(1) == Truths{0, 1, 1});
    CHECK(of(2) == Truths{1, 1, 0});
}

}  // namespace tidegate::read_elementwise_test
