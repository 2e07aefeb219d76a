// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <random>

#include "emit/plan.h"
#include "graph/error.h"
#include "lower/program.h"
#include "verify/run_model.h"
#include "verify/selfcheck.h"

namespace tidegate::verify_selfcheck_test {
namespace {

constexpr std::int64_t kHidden = 5;

Tensor random_tensor(const Dims& dims, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<float> uniform(-0.5F, 0.5F);
    Tensor tensor = Tensor::zeros(ElementType::f32, dims);
    for (double& value : tensor.reals) { value = static_cast<double>(uniform(random)); }
    return tensor;
}

/// A GRU over [4, 2, 3] with lengths as input and its state in the session.
Graph gru_graph() {
    Graph graph;
    const ValueId x = graph.add_value("x", ElementType::f32, Dims{4, 2, 3});
    const ValueId lens = graph.add_value("lens", ElementType::i32, Dims{2});
    const ValueId h0 = graph.add_value("h0", ElementType::f32, Dims{1, 2, kHidden});
    const ValueId w = graph.add_constant("w", random_tensor({1, 3 * kHidden, 3}, 1));
    const ValueId r = graph.add_constant("r", random_tensor({1, 3 * kHidden, kHidden}, 2));
    const ValueId b = graph.add_constant("b", random_tensor({1, 6 * kHidden}, 3));
    const ValueId y = graph.add_value("y", ElementType::f32, Dims{4, 1, 2, kHidden});
    const ValueId y_h = graph.add_value("y_h", ElementType::f32, Dims{1, 2, kHidden});
    Recurrent gru;
    gru.cell = CellKind::gru;
    gru.hidden = kHidden;
    gru.functions = {{UnaryKind::sigmoid, 0, 0}, {UnaryKind::tanh, 0, 0}};
    gru.linear_before_reset = true;
    graph.nodes.push_back({"gru", gru, {x, w, r, b, lens, h0}, {y, y_h}});
    graph.inputs.push_back({lens, {{2, ""}}, true});
    graph.inputs.push_back({x, {{4, ""}, {2, ""}, {3, ""}}, true});
    graph.outputs.push_back({y, "y"});
    graph.states.push_back({"h", h0, y_h, nullptr});
    return graph;
}

Conversion conversion_of(const Graph& graph) {
    Conversion conversion;
    conversion.graph = graph;
    Program program = lower(graph, std::nullopt);
    plan(program);
    conversion.file = write(program);
    return conversion;
}

}  // namespace

TEST_CASE("the self-check of a right conversion finds float rounding only, states carried over its runs") {
    const SelfCheck result = selfcheck(conversion_of(gru_graph()), 6);
    CHECK(result.runs == 6);
    CHECK(result.worst_output == "y");
    CHECK(result.largest_error > 0);
    CHECK(result.largest_error < 1e-6);
}

TEST_CASE("the same seed gives the same self-check") {
    const Conversion conversion = conversion_of(gru_graph());
    CHECK(selfcheck(conversion, 2, 7).largest_error == selfcheck(conversion, 2, 7).largest_error);
}

TEST_CASE("the self-check sees another attribute, other weights and another start of the state") {
    Conversion conversion = conversion_of(gru_graph());
    Graph& graph = conversion.graph;
    auto& gru = std::get<Recurrent>(graph.nodes.front().op);
    SUBCASE("linear_before_reset") { gru.linear_before_reset = false; }
    SUBCASE("gate order") {
        Tensor w = *graph.constant(graph.nodes.front().inputs[1]);
        std::swap_ranges(w.reals.begin(), w.reals.begin() + 3 * kHidden, w.reals.begin() + 3 * kHidden);
        graph.values[static_cast<std::size_t>(graph.nodes.front().inputs[1])].constant =
            std::make_shared<const Tensor>(w);
    }
    SUBCASE("initial state") {
        graph.states.front().initial = std::make_shared<const Tensor>(random_tensor({1, 2, kHidden}, 9));
    }
    CHECK(selfcheck(conversion).largest_error > 1e-3);
}

TEST_CASE("a model runner refuses inputs that do not fit, and a file that is none") {
    const Conversion conversion = conversion_of(gru_graph());
    ModelRunner runner(conversion.file);
    REQUIRE(runner.inputs().size() == 2);
    CHECK(runner.inputs()[0].name == "lens");
    CHECK(runner.inputs()[1].dims == Dims{4, 2, 3});
    const Tensor x = random_tensor({4, 2, 3}, 4);
    const Tensor lens{ElementType::i32, {2}, {}, {4, 0}};
    CHECK_THROWS_AS(runner.run({lens}), ConvertError);
    CHECK_THROWS_WITH_AS(runner.run({lens, random_tensor({2, 4, 3}, 4)}), doctest::Contains("input 'x'"), ConvertError);
    CHECK_THROWS_AS(runner.run({Tensor::of_i64({2}, {4, 0}), x}), ConvertError);
    CHECK_THROWS_AS(runner.run({Tensor{ElementType::i32, {2}, {}, {5, 0}}, x}), ConvertError);
    CHECK_THROWS_AS(ModelRunner(conversion.file, "no-such-kernels"), ConvertError);
    CHECK_THROWS_AS(ModelRunner(std::vector<std::uint8_t>(128, 0)), ConvertError);
}

TEST_CASE("a model runner keeps its state from run to run until it is reset, with all kernels") {
    const Conversion conversion = conversion_of(gru_graph());
    const Tensor x = random_tensor({4, 2, 3}, 4);
    const Tensor lens{ElementType::i32, {2}, {}, {4, 3}};
    std::vector<Tensor> first, second;
    for (const std::string kernels : {"", "scalar"}) {
        ModelRunner runner(conversion.file, kernels);
        if (!kernels.empty()) { CHECK(runner.kernels() == kernels); }
        const std::vector<Tensor> a = runner.run({lens, x});
        const std::vector<Tensor> b = runner.run({lens, x});
        CHECK(a != b);
        runner.reset();
        CHECK(runner.run({lens, x}) == a);
        if (first.empty()) {
            first = a;
            second = b;
        }
        CHECK(a == first);  // the same bits
        CHECK(b == second);
    }
}

}  // namespace tidegate::verify_selfcheck_test
