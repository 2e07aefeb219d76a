// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "converter/simplify_support.h"

namespace tidegate::simplify_canonical_test {
namespace {

using test::has;
using test::ModelBuilder;
using test::operators_of;
using test::simplified_without_change;
using List = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("what changes nothing goes, and outputs keep their names") {
    ModelBuilder model;
    model.input("x", {2, 3}).output("a").output("b").output("c").output("d").output("e").output("f");
    model.integers("shape", {2, 3}).integers("zero", {0}).integers("many", {9}).integers("one", {1});
    model.node("Identity", {"x"}, {"a"}).node("Cast", {"x"}, {"b"}, {{"to", onnx::TensorProto::FLOAT}});
    model.node("Expand", {"x", "shape"}, {"c"}).node("Slice", {"x", "zero", "many", "zero", "one"}, {"d"});
    model.node("Concat", {"x"}, {"e"}, {{"axis", 0}}).node("Transpose", {"x"}, {"f"}, {{"perm", List{0, 1}}});
    const Graph graph = simplified_without_change(model);
    CHECK(graph.nodes.empty());
    CHECK(graph.outputs[3].name == "d");
    CHECK(graph.outputs[3].value == graph.inputs[0].value);
}

TEST_CASE("a Slice of everything that walks backwards is no identity") {
    ModelBuilder model;
    model.input("x", {3})
        .output("y")
        .integers("start", {-1})
        .integers("end", {-9})
        .integers("axis", {0})
        .integers("step", {-1});
    model.node("Slice", {"x", "start", "end", "axis", "step"}, {"y"});
    CHECK(operators_of(simplified_without_change(model)) == "Slice");
}

TEST_CASE("Squeeze, Unsqueeze, Flatten and Reshape in a row are one Reshape, or none") {
    ModelBuilder model;
    model.input("x", {2, 1, 3, 4}).output("y").output("same").integers("one", {1}).integers("zero", {0});
    model.integers("six", {6, 4}).integers("first", {2, 1, 3, 4});
    model.node("Squeeze", {"x", "one"}, {"a"}).node("Unsqueeze", {"a", "zero"}, {"b"});
    model.node("Flatten", {"b"}, {"c"}, {{"axis", 2}}).node("Reshape", {"c", "six"}, {"y"});
    model.node("Reshape", {"y", "first"}, {"same"});
    const Graph graph = simplified_without_change(model);
    CHECK(operators_of(graph) == "Reshape");
    CHECK(graph.outputs[1].value == graph.inputs[0].value);
}

TEST_CASE("transposes merge and cancel; one that only moves extents of 1 is a Reshape") {
    ModelBuilder pair;
    pair.input("x", {2, 3, 4}).output("y").output("back");
    pair.node("Transpose", {"x"}, {"a"}, {{"perm", List{1, 2, 0}}})
        .node("Transpose", {"a"}, {"y"}, {{"perm", List{2, 1, 0}}});
    pair.node("Transpose", {"a"}, {"back"}, {{"perm", List{2, 0, 1}}});
    const Graph merged = simplified_without_change(pair);
    CHECK(operators_of(merged) == "Transpose");
    CHECK(std::get<Transpose>(merged.nodes[0].op).perm == List{0, 2, 1});
    CHECK(merged.outputs[1].value == merged.inputs[0].value);

    ModelBuilder ones;
    ones.input("x", {1, 5, 1, 4}).output("y").node("Transpose", {"x"}, {"y"}, {{"perm", List{1, 0, 3, 2}}});
    CHECK(operators_of(simplified_without_change(ones)) == "Reshape");
    ModelBuilder real;
    real.input("x", {1, 5, 1, 4}).output("y").node("Transpose", {"x"}, {"y"}, {{"perm", List{3, 0, 1, 2}}});
    CHECK(operators_of(simplified_without_change(real)) == "Transpose");
}

TEST_CASE("an old Softmax over the last axis needs no reshaping, one over more axes does") {
    const auto operators = [](std::int64_t axis) {
        ModelBuilder model(11);
        model.input("x", {2, 3, 4}).output("y").node("Softmax", {"x"}, {"y"}, {{"axis", axis}});
        return operators_of(simplified_without_change(model));
    };
    CHECK(operators(2) == "Softmax");
    CHECK(operators(-1) == "Softmax");
    CHECK(operators(1) == "Reshape Softmax Reshape");
    CHECK(operators(0) == "Reshape Softmax Reshape");
}

TEST_CASE("a Split into one part and an Expand to more are told apart") {
    ModelBuilder model;
    model.input("x", {1, 3}).output("y").output("z").integers("shape", {2, 1});
    model.node("Split", {"x"}, {"y"}).node("Expand", {"x", "shape"}, {"z"});
    CHECK(operators_of(simplified_without_change(model)) == "Expand");
}

TEST_CASE("a result without elements, and a graph whose every output is a state, are refused") {
    ModelBuilder empty;
    empty.input("x", {3})
        .output("y")
        .integers("start", {2})
        .integers("end", {1})
        .node("Slice", {"x", "start", "end"}, {"y"});
    CHECK(has(test::refusal([&] { empty.simplified(); }), "node 'Slice_0' (Slice): its result f32[0] has no elements"));
    ModelBuilder state;
    state.input("x", {3}).input("s", {3}).output("t").node("Add", {"x", "s"}, {"t"});
    CHECK(has(test::refusal([&] { state.simplified(test::with_states({{"t", "s"}})); }), "no output is left"));
    ModelBuilder shapes;
    shapes.input("x", {3}).input("s", {1}).output("t").output("x").node("Add", {"x", "s"}, {"t"});
    CHECK(has(test::refusal([&] {
                  shapes.simplified(test::with_states({{"t", "s"}}));
              }),
              "state 's': its input is f32[1], its output f32[3]; only equal types and shapes can be linked"));
}

}  // namespace tidegate::simplify_canonical_test
