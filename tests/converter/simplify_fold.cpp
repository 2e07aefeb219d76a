// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "converter/simplify_support.h"

namespace tidegate::simplify_fold_test {
namespace {

using test::has;
using test::ModelBuilder;
using test::operators_of;
using test::refusal;
using test::simplified_without_change;
using List = std::vector<std::int64_t>;

const Tensor& constant_output(const Graph& graph, std::size_t i = 0) {
    const Tensor* tensor = graph.constant(graph.outputs.at(i).value);
    REQUIRE(tensor != nullptr);
    return *tensor;
}

}  // namespace

TEST_CASE("Shape is constant at bound dimensions, from start to end") {
    const auto shape = [](std::vector<std::pair<std::string, test::AttributeValue>> attributes) {
        ModelBuilder model;
        model.input("x", {2, 3, 4}).output("y", onnx::TensorProto::INT64).node("Shape", {"x"}, {"y"}, attributes);
        return constant_output(model.simplified()).integers;
    };
    CHECK(shape({}) == List{2, 3, 4});
    CHECK(shape({{"start", 1}}) == List{3, 4});
    CHECK(shape({{"start", -2}, {"end", -1}}) == List{3});
    CHECK(shape({{"start", -9}, {"end", 9}}) == List{2, 3, 4});
    CHECK(shape({{"start", 2}, {"end", 1}}) == List{});
}

TEST_CASE("PyTorch's zero state, built from the shape of the input, folds away with all that made it") {
    ModelBuilder model;
    model.input("x", {5, "batch", 3}).output("y").weights("W", {1, 8, 3}).weights("R", {1, 8, 2});
    model.integers("one", {1}).integers("two", {2}).integers("zero", {0});
    *model.graph().add_initializer() = test::integer_proto("index", {}, {1});
    model.node("Shape", {"x"}, {"s"}).node("Gather", {"s", "index"}, {"n"}).node("Unsqueeze", {"n", "zero"}, {"n1"});
    model.node("Concat", {"one", "n1", "two"}, {"dims"}, {{"axis", 0}}).node("ConstantOfShape", {"dims"}, {"h0"});
    model.node("LSTM", {"x", "W", "R", "", "", "h0", "h0"}, {"Y"}).node("Squeeze", {"Y", "one"}, {"y"});
    const Graph graph = simplified_without_change(model, test::with_dims({{"batch", 3}}));
    CHECK(operators_of(graph) == "LSTM Reshape");
    CHECK(graph.nodes[0].inputs[5] == kNone);
    CHECK(graph.nodes[0].inputs[6] == kNone);
}

TEST_CASE("weights that an exporter cuts and joins fold to constants") {
    ModelBuilder model;
    model.input("x", {4, 1, 3}).output("y").weights("Wif", {4, 3}).weights("Wgo", {4, 3}).weights("R", {1, 8, 2});
    model.integers("zero", {0});
    model.node("Concat", {"Wif", "Wgo"}, {"W2"}, {{"axis", 0}}).node("Unsqueeze", {"W2", "zero"}, {"W"});
    model.node("LSTM", {"x", "W", "R"}, {"y"});
    CHECK(operators_of(simplified_without_change(model)) == "LSTM");
}

TEST_CASE("integers fold exactly, also beyond what a double holds") {
    const std::int64_t large = (std::int64_t{1} << 53) + 1;
    ModelBuilder model;
    model.input("x", {1}).output("y", onnx::TensorProto::INT64).integers("a", {large, -7}).integers("b", {2, 2});
    model.node("Add", {"a", "b"}, {"y"});
    CHECK(constant_output(model.simplified()).integers == List{large + 2, -5});
}

TEST_CASE("Range, Expand, Cast, Slice and Mul fold") {
    ModelBuilder model;
    model.input("x", {1}).output("y").integers("shape", {2, 3}).integers("start", {1}).integers("end", {3});
    *model.graph().add_initializer() = test::integer_proto("a", {}, {0});
    *model.graph().add_initializer() = test::integer_proto("b", {}, {6});
    *model.graph().add_initializer() = test::integer_proto("c", {}, {2});
    model.node("Range", {"a", "b", "c"}, {"r"}).node("Cast", {"r"}, {"f"}, {{"to", onnx::TensorProto::FLOAT}});
    model.node("Expand", {"f", "shape"}, {"e"}).node("Mul", {"e", "e"}, {"m"});
    model.node("Slice", {"m", "start", "end", "start"}, {"y"});
    const Graph graph = simplified_without_change(model);
    CHECK(graph.nodes.empty());
    CHECK(constant_output(graph) == Tensor::of({2, 2}, {4, 16, 4, 16}));
}

TEST_CASE("a model of a few bytes cannot ask for gigabytes") {
    const auto bomb = [](const List& dims) {
        ModelBuilder model;
        model.input("x", {1}).output("y").integers("dims", dims).node("ConstantOfShape", {"dims"}, {"y"}, {}, "bomb");
        return refusal([&] { model.simplified(); });
    };
    CHECK(bomb({1024, 1024}) == "");
    CHECK(has(bomb({1024, 1025}),
              "node 'bomb' (ConstantOfShape): its constant result of shape [1024, 1025] is too large"));
    CHECK(has(bomb({1 << 30, 1 << 10}), "is too large for a model of this size"));
    CHECK(has(bomb({std::int64_t{1} << 62, 8}), "over 2^40 elements"));
    CHECK(has(bomb({-1, 8}), "negative"));

    ModelBuilder many;  // each within the limit, together beyond it
    many.input("x", {1}).integers("dims", {1 << 19});
    for (int i = 0; i < 3; ++i) {
        const std::string name = "y" + std::to_string(i);
        many.output(name).node("ConstantOfShape", {"dims"}, {name});
    }
    CHECK(has(refusal([&] { many.simplified(); }), "node 'ConstantOfShape_2'"));
    ModelBuilder range;
    range.input("x", {1}).output("y", onnx::TensorProto::INT64);
    *range.graph().add_initializer() = test::integer_proto("a", {}, {0});
    *range.graph().add_initializer() = test::integer_proto("b", {}, {INT64_MAX});
    *range.graph().add_initializer() = test::integer_proto("c", {}, {1});
    range.node("Range", {"a", "b", "c"}, {"y"});
    CHECK(has(refusal([&] { range.simplified(); }), "too long"));
}

TEST_CASE("nodes that nothing depends on go, and outputs of recurrent nodes that nobody reads") {
    ModelBuilder model;
    model.input("x", {4, 1, 3}).output("h").weights("W", {1, 8, 3}).weights("R", {1, 8, 2});
    model.node("LSTM", {"x", "W", "R"}, {"Y", "h", "c"})
        .node("Relu", {"Y"}, {"unused"})
        .node("Tanh", {"x"}, {"unused2"});
    const Graph graph = simplified_without_change(model);
    CHECK(operators_of(graph) == "LSTM");
    CHECK(graph.nodes[0].outputs[0] == kNone);
    CHECK(graph.nodes[0].outputs[1] != kNone);
    CHECK(graph.nodes[0].outputs[2] == kNone);
}

}  // namespace tidegate::simplify_fold_test
