// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "verify/graph_inputs.h"

namespace tidegate::verify_graph_inputs_test {
namespace {

ValueId add_input(Graph& graph, const std::string& name, ElementType type, const Dims& dims) {
    const ValueId id = graph.add_value(name, type, dims);
    GraphInput input;
    input.value = id;
    for (const std::int64_t extent : dims) { input.dims.push_back({extent, ""}); }
    graph.inputs.push_back(input);
    return id;
}

}  // namespace

TEST_CASE("weights and shapes must be constant, and what they are computed from; data, lengths and states need not") {
    Graph graph;
    const ValueId x = add_input(graph, "x", ElementType::f32, {5, 2, 3});
    const ValueId w = add_input(graph, "w", ElementType::f32, {16, 3});
    const ValueId r = add_input(graph, "r", ElementType::f32, {1, 16, 4});
    const ValueId lens = add_input(graph, "lens", ElementType::i32, {2});
    const ValueId h0 = add_input(graph, "h0", ElementType::f32, {1, 2, 4});
    const ValueId p = add_input(graph, "p", ElementType::f32, {1, 12});
    const ValueId axes = add_input(graph, "axes", ElementType::i64, {1});
    const ValueId w3 = graph.add_value("w3", ElementType::f32, Dims{1, 16, 3});
    const ValueId shape = graph.add_value("shape", ElementType::i64, Dims{3});
    const ValueId x2 = graph.add_value("x2", ElementType::f32, Dims{5, 2, 3});
    const ValueId y = graph.add_value("y", ElementType::f32, Dims{5, 1, 2, 4});
    graph.nodes.push_back({"unsqueeze", Unsqueeze{}, {w, axes}, {w3}});
    graph.nodes.push_back({"shape", Shape{}, {x}, {shape}});  // asks for x's extents only
    graph.nodes.push_back({"reshape", Reshape{}, {x, shape}, {x2}});
    graph.nodes.push_back({"lstm", Recurrent{}, {x2, w3, r, kNone, lens, h0, kNone, p}, {y}});
    graph.outputs.push_back({y, "y"});
    CHECK(constant_inputs(graph) == std::vector<ValueId>{w, r, p, axes});
}

TEST_CASE("data need not be constant because a bias and an output are missing") {
    Graph graph;
    const ValueId x = add_input(graph, "x", ElementType::f32, {5, 2, 3});
    const ValueId w = graph.add_constant("w", Tensor::zeros(ElementType::f32, {1, 12, 3}));
    const ValueId r = graph.add_constant("r", Tensor::zeros(ElementType::f32, {1, 12, 3}));
    const ValueId y = graph.add_value("y", ElementType::f32, Dims{5, 1, 2, 3});
    const ValueId squeezed = graph.add_value("squeezed", ElementType::f32, Dims{5, 2, 3});
    const ValueId y2 = graph.add_value("y2", ElementType::f32, Dims{5, 1, 2, 3});
    graph.nodes.push_back({"first", Recurrent{}, {x, w, r, kNone}, {y, kNone}});
    graph.nodes.push_back({"squeeze", Squeeze{}, {y}, {squeezed}});
    graph.nodes.push_back({"second", Recurrent{}, {squeezed, w, r, kNone}, {y2, kNone}});
    CHECK(constant_inputs(graph).empty());
}

TEST_CASE("lengths and indices get their ranges, through moves and the narrowest of several uses") {
    Graph graph;
    const ValueId text = add_input(graph, "text", ElementType::u8, {2, 6});
    const ValueId lens = add_input(graph, "lens", ElementType::i64, {2});
    add_input(graph, "other", ElementType::i64, {2});
    const ValueId wide = graph.add_value("wide", ElementType::i64, Dims{2, 6});
    const ValueId short_lens = graph.add_value("short_lens", ElementType::i32, Dims{2});
    const ValueId big = graph.add_constant("big", Tensor::zeros(ElementType::f32, {100, 3}));
    const ValueId small = graph.add_constant("small", Tensor::zeros(ElementType::f32, {3, 40}));
    const ValueId x = graph.add_value("x", ElementType::f32, Dims{2, 6, 3});
    const ValueId x2 = graph.add_value("x2", ElementType::f32, Dims{3, 2, 6});
    const ValueId y = graph.add_value("y", ElementType::f32, Dims{2, 6, 1, 4});
    graph.nodes.push_back({"cast", Cast{ElementType::i64}, {text}, {wide}});
    graph.nodes.push_back({"lens", Cast{ElementType::i32}, {lens}, {short_lens}});
    graph.nodes.push_back({"big", Gather{0}, {big, wide}, {x}});
    graph.nodes.push_back({"small", Gather{-1}, {small, wide}, {x2}});
    Recurrent lstm;
    lstm.x_batch_first = true;
    graph.nodes.push_back({"lstm", lstm, {x, kNone, kNone, kNone, short_lens}, {y}});
    const std::map<ValueId, IntegerRange> ranges = integer_ranges(graph);
    REQUIRE(ranges.size() == 2);
    CHECK(ranges.at(text).minimum == -40);
    CHECK(ranges.at(text).maximum == 39);
    CHECK(ranges.at(lens).minimum == 0);
    CHECK(ranges.at(lens).maximum == 6);
}

}  // namespace tidegate::verify_graph_inputs_test
