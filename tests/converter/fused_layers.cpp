// SPDX-License-Identifier: MIT
// What ONNX Runtime's optimizer makes of several nodes, against the formulas of its parts.
#include <cmath>
#include <functional>

#include "converter/quantized_support.h"

namespace tidegate::fused_layers_test {
namespace {

using test::add_input;
using test::Attributes;
using test::ModelBuilder;

}  // namespace

TEST_CASE("FusedMatMul transposes, moves the batch and scales") {
    for (int bits = 0; bits < 16; ++bits) {
        CAPTURE(bits);
        const bool turn_a = (bits & 1) != 0, turn_b = (bits & 2) != 0, batch_a = (bits & 4) != 0,
                   batch_b = (bits & 8) != 0;
        const auto dims = [](std::int64_t rows, std::int64_t columns, bool turn, bool batch) {
            Dims d = turn ? Dims{2, columns, rows} : Dims{2, rows, columns};
            if (batch) { std::swap(d[0], d[1]); }
            return d;
        };
        const auto drawn = [](const Dims& d, std::uint64_t seed) {
            Tensor t = Tensor::zeros(ElementType::f32, d);
            const auto whole = test::spread(t.reals.size(), -50, 50, seed);
            for (std::size_t i = 0; i < whole.size(); ++i) { t.reals[i] = static_cast<double>(whole[i]) / 8; }
            return t;
        };
        const Tensor a = drawn(dims(3, 4, turn_a, batch_a), 1), b = drawn(dims(4, 5, turn_b, batch_b), 2);
        ModelBuilder model = test::with_microsoft();
        add_input(model, "a", a);
        add_input(model, "b", b);
        const Attributes attributes = {{"alpha", 0.5F},
                                       {"transA", std::int64_t{turn_a}},
                                       {"transB", std::int64_t{turn_b}},
                                       {"transBatchA", std::int64_t{batch_a}},
                                       {"transBatchB", std::int64_t{batch_b}}};
        model.node("FusedMatMul", {"a", "b"}, {"y"}, attributes).output("y");
        test::of_microsoft(model);
        const Tensor y = test::run(model, {a, b}).at(0);
        REQUIRE(y.dims == Dims{2, 3, 5});
        const auto element = [](const Tensor& t, std::int64_t n, std::int64_t row, std::int64_t column, bool turn,
                                bool batch) {
            std::int64_t i = turn ? column : row, j = turn ? row : column;
            if (batch) { std::swap(n, i); }
            return t.reals[static_cast<std::size_t>((n * t.dims[1] + i) * t.dims[2] + j)];
        };
        for (std::int64_t i = 0; i < 30; ++i) {
            double sum = 0;
            for (std::int64_t k = 0; k < 4; ++k) {
                sum +=
                    element(a, i / 15, i / 5 % 3, k, turn_a, batch_a) * element(b, i / 15, k, i % 5, turn_b, batch_b);
            }
            CHECK(y.reals[static_cast<std::size_t>(i)] == sum / 2);
        }
    }
}

TEST_CASE("what is fused is what its parts give") {
    const Tensor x = Tensor::of({1, 1, 5}, {-2, -0.5, 0, 0.5, 3});
    struct Fused {
        std::string op;
        Attributes attributes;
        std::vector<std::string> inputs;
        std::function<double(double, std::size_t)> want;
    };
    const auto gelu = [](double v) { return v / 2 * (1 + std::erf(v / std::sqrt(2))); };
    const auto by_tanh = [](double v) {
        return v / 2 * (1 + std::tanh(std::sqrt(2 / 3.14159265358979323846) * (v + 0.044715 * v * v * v)));
    };
    const double b[] = {1, 2, -1, 0.5, 0.25};
    const Fused all[] = {
        {"Gelu", {}, {"x"}, [&](double v, std::size_t) { return gelu(v); }},
        {"BiasGelu", {}, {"x", "b"}, [&](double v, std::size_t i) { return gelu(v + b[i]); }},
        {"FastGelu", {}, {"x", "b"}, [&](double v, std::size_t i) { return by_tanh(v + b[i]); }},
        {"FastGelu", {}, {"x"}, [&](double v, std::size_t) { return by_tanh(v); }},
        {"QuickGelu", {{"alpha", 2.0F}}, {"x"}, [](double v, std::size_t) { return v / (1 + std::exp(-2 * v)); }},
        {"FusedConv",
         {{"activation", std::string("Relu")}},
         {"x", "w", "one", "z"},
         [](double v, std::size_t) { return std::fmax(2 * v + 1 + 0.5, 0); }},
        {"FusedConv",
         {{"activation", std::string("Clip")}, {"activation_params", std::vector<float>{-1, 2}}},
         {"x", "w"},
         [](double v, std::size_t) { return std::fmin(std::fmax(2 * v, -1), 2); }},
        {"FusedConv",
         {{"activation", std::string("LeakyRelu")}, {"activation_params", std::vector<float>{0.5F}}},
         {"x", "w"},
         [](double v, std::size_t) { return v < 0 ? v : 2 * v; }},
    };
    for (const Fused& fused : all) {
        CAPTURE(fused.op);
        ModelBuilder model = test::with_microsoft();
        add_input(model, "x", x);
        model.floats("b", {5}, {1, 2, -1, 0.5F, 0.25F}).floats("w", {1, 1, 1}, {2}).floats("one", {1}, {1});
        model.floats("z", {1}, {0.5F}).node(fused.op, fused.inputs, {"y"}, fused.attributes).output("y");
        test::of_microsoft(model);
        const Tensor y = test::run(model, {x}).at(0);
        for (std::size_t i = 0; i < 5; ++i) { CHECK(std::abs(y.reals[i] - fused.want(x.reals[i], i)) <= 1e-6); }
    }
}

TEST_CASE("normalizations with a sum before them") {
    const Tensor x = Tensor::of({2, 3}, {1, 2, 4, -1, 0, 3}), skip = Tensor::of({2, 3}, {0.5, 0, -1, 2, 2, 1});
    for (const bool simplified : {false, true}) {
        CAPTURE(simplified);
        ModelBuilder model = test::with_microsoft();
        add_input(model, "x", x);
        add_input(model, "skip", skip);
        model.floats("g", {3}, {1, 2, -1}).floats("beta", {3}, {0, 1, 0.5F}).floats("bias", {3}, {0.25F, 0, 1});
        const std::vector<std::string> inputs = simplified ? std::vector<std::string>{"x", "skip", "g", "bias"}
                                                           : std::vector<std::string>{"x", "skip", "g", "beta", "bias"};
        model.node(simplified ? "SkipSimplifiedLayerNormalization" : "SkipLayerNormalization", inputs,
                   {"y", "", "", "sum"}, {{"epsilon", 0.001F}});
        test::of_microsoft(model);
        model.output("y").output("sum");
        const auto outputs = test::run(model, {x, skip});
        const double bias[] = {0.25, 0, 1}, gamma[] = {1, 2, -1}, beta[] = {0, 1, 0.5};
        for (std::size_t row = 0; row < 2; ++row) {
            double sums[3], mean = 0, square = 0;
            for (std::size_t i = 0; i < 3; ++i) {
                sums[i] = x.reals[row * 3 + i] + skip.reals[row * 3 + i] + bias[i];
                mean += simplified ? 0 : sums[i] / 3;
            }
            for (const double s : sums) { square += (s - mean) * (s - mean) / 3; }
            for (std::size_t i = 0; i < 3; ++i) {
                const double normal = (sums[i] - mean) / std::sqrt(square + 0.001F) * gamma[i];
                CHECK(outputs[1].reals[row * 3 + i] == sums[i]);
                CHECK(std::abs(outputs[0].reals[row * 3 + i] - normal - (simplified ? 0 : beta[i])) <= 2e-6);
            }
        }
    }
}

TEST_CASE("SimplifiedLayerNormalization and LayerNormalization of opsets before ONNX had them") {
    const Tensor x = Tensor::of({1, 2}, {3, 4});
    for (const bool simplified : {false, true}) {
        ModelBuilder model(14);
        add_input(model, "x", x);
        model.floats("g", {2}, {1, 2});
        model.node(simplified ? "SimplifiedLayerNormalization" : "LayerNormalization", {"x", "g"}, {"y"},
                   {{"axis", -1}, {"epsilon", 0.0F}});
        const Tensor y = test::run(model.output("y"), {x}).at(0);
        const double root = std::sqrt(12.5);  // of the mean of squares; else the mean is 3.5, the deviation 0.5
        CHECK(y.reals[0] == doctest::Approx(simplified ? 3 / root : -1));
        CHECK(y.reals[1] == doctest::Approx(simplified ? 8 / root : 2));
    }
}

}  // namespace tidegate::fused_layers_test
