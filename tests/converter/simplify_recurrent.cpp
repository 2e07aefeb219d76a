// SPDX-License-Identifier: MIT
// What exporters wrap around recurrent nodes, and what recurrent nodes need.
#include <doctest/doctest.h>

#include <limits>

#include "converter/simplify_support.h"

namespace tidegate::simplify_recurrent_test {
namespace {

using test::has;
using test::ModelBuilder;
using test::operators_of;
using test::refusal;
using test::simplified_without_change;
using List = std::vector<std::int64_t>;

const Recurrent& cell(const Graph& graph, std::size_t node = 0) { return std::get<Recurrent>(graph.nodes.at(node).op); }

/// PyTorch with batch_first: Transpose, GRU, Squeeze, Transpose.
ModelBuilder batch_first(int batch, int steps) {
    ModelBuilder model;
    model.input("x", {batch, steps, 3})
        .output("y")
        .weights("W", {1, 6, 3})
        .weights("R", {1, 6, 2})
        .integers("one", {1});
    model.node("Transpose", {"x"}, {"xt"}, {{"perm", List{1, 0, 2}}}).node("GRU", {"xt", "W", "R"}, {"Y"});
    model.node("Squeeze", {"Y", "one"}, {"Z"}).node("Transpose", {"Z"}, {"y"}, {{"perm", List{1, 0, 2}}});
    return model;
}

/// PyTorch, bidirectional: Transpose(0,2,1,3) and Reshape put the directions side by side.
ModelBuilder two_directions(bool to_batch_first) {
    ModelBuilder model;
    model.input("x", {4, 3, 2})
        .output("y")
        .weights("W", {2, 8, 2})
        .weights("R", {2, 8, 2})
        .integers("shape", {0, 0, -1});
    model.node("LSTM", {"x", "W", "R"}, {"Y"}, {{"direction", "bidirectional"}});
    model.node("Transpose", {"Y"}, {"Yt"}, {{"perm", List{0, 2, 1, 3}}});
    model.node("Reshape", {"Yt", "shape"}, {to_batch_first ? "Z" : "y"});
    if (to_batch_first) { model.node("Transpose", {"Z"}, {"y"}, {{"perm", List{1, 0, 2}}}); }
    return model;
}

}  // namespace

TEST_CASE("batch_first wrappers become axis orders of the node") {
    const Graph graph = simplified_without_change(batch_first(2, 5));
    CHECK(operators_of(graph) == "GRU Reshape");
    CHECK(cell(graph).x_batch_first);
    CHECK(cell(graph).y_order == YOrder::batch_time_direction);
}

TEST_CASE("with a batch of 1 or a single step the wrappers are Reshapes and go too") {
    const Graph one_row = simplified_without_change(batch_first(1, 5));
    CHECK(operators_of(one_row) == "GRU Reshape");
    CHECK(cell(one_row).x_batch_first);
    const Graph one_step = simplified_without_change(batch_first(2, 1));
    CHECK(operators_of(one_step) == "GRU Reshape");
    CHECK(operators_of(simplified_without_change(batch_first(1, 1))) == "GRU Reshape");
}

TEST_CASE("bidirectional outputs that are put side by side become an axis order") {
    const Graph side = simplified_without_change(two_directions(false));
    CHECK(operators_of(side) == "LSTM Reshape");
    CHECK(cell(side).y_order == YOrder::time_batch_direction);
    const Graph first = simplified_without_change(two_directions(true));
    CHECK(operators_of(first) == "LSTM Reshape");
    CHECK(cell(first).y_order == YOrder::batch_time_direction);
}

TEST_CASE("readers of Y that want different orders leave the Transpose where it is") {
    ModelBuilder model = batch_first(2, 5);
    model.output("Z");
    const Graph graph = simplified_without_change(model);
    CHECK(operators_of(graph) == "GRU Reshape Transpose");
    CHECK(cell(graph).y_order == YOrder::time_direction_batch);
    ModelBuilder whole = batch_first(2, 5);
    whole.output("Y");
    CHECK(operators_of(simplified_without_change(whole)) == "GRU Reshape Transpose");
}

TEST_CASE("several readers that agree share the order") {
    ModelBuilder model = batch_first(2, 5);
    model.output("t").output("f").integers("flat", {2, -1});
    model.node("Tanh", {"y"}, {"t"}).node("Reshape", {"y", "flat"}, {"f"});
    const Graph graph = simplified_without_change(model);
    CHECK(cell(graph).y_order == YOrder::batch_time_direction);
    CHECK(operators_of(graph).find("Transpose") == std::string::npos);
}

TEST_CASE("a Reshape that cuts an axis in two ends the way") {
    ModelBuilder model;
    model.input("x", {4, 3, 2})
        .output("y")
        .weights("W", {1, 4, 2})
        .weights("R", {1, 4, 4})
        .integers("cut", {4, 3, 2, 2});
    model.node("RNN", {"x", "W", "R"}, {"Y"}).node("Reshape", {"Y", "cut"}, {"Z"});
    model.node("Transpose", {"Z"}, {"y"}, {{"perm", List{1, 0, 2, 3}}});
    CHECK(operators_of(simplified_without_change(model)) == "RNN Reshape Transpose");
}

TEST_CASE("a Reshape between [B,T,I] and [T,B,I] that moves elements is no Transpose") {
    ModelBuilder model;
    model.input("x", {2, 3, 2}).output("y").weights("W", {1, 4, 2}).weights("R", {1, 4, 4}).integers("swap", {3, 2, 2});
    model.node("Reshape", {"x", "swap"}, {"xt"}).node("RNN", {"xt", "W", "R"}, {"y"});
    const Graph graph = simplified_without_change(model);
    CHECK(operators_of(graph) == "Reshape RNN");
    CHECK_FALSE(cell(graph, 1).x_batch_first);
}

TEST_CASE("layout 1 and its wrappers: the order is turned back") {
    ModelBuilder model;
    model.input("x", {5, 2, 3}).output("y").weights("W", {1, 4, 3}).weights("R", {1, 4, 4});
    model.node("Transpose", {"x"}, {"xt"}, {{"perm", List{1, 0, 2}}});
    model.node("RNN", {"xt", "W", "R"}, {"Y"}, {{"layout", 1}});
    model.node("Transpose", {"Y"}, {"y"}, {{"perm", List{1, 2, 0, 3}}});
    const Graph graph = simplified_without_change(model);
    CHECK(operators_of(graph) == "RNN");
    CHECK_FALSE(cell(graph).x_batch_first);
    CHECK(cell(graph).y_order == YOrder::time_direction_batch);
    CHECK(cell(graph).state_batch_first);
}

TEST_CASE("full sequence lengths and zero states go, others stay") {
    const auto inputs = [](std::int32_t second, float state) {
        ModelBuilder model;
        model.input("x", {5, 2, 3}).output("y").weights("W", {1, 8, 3}).weights("R", {1, 8, 2});
        onnx::TensorProto lengths = test::integer_proto("n", {2}, {});
        lengths.set_data_type(onnx::TensorProto::INT32);
        lengths.add_int32_data(5);
        lengths.add_int32_data(second);
        *model.graph().add_initializer() = lengths;
        model.floats("h", {1, 2, 2}, {0, 0, 0, state}).floats("c", {1, 2, 2}, {0, 0, -0.0F, 0});
        model.node("LSTM", {"x", "W", "R", "", "n", "h", "c"}, {"y"});
        return simplified_without_change(model).nodes.at(0).inputs;
    };
    const auto all = inputs(5, 0);
    CHECK(all[4] == kNone);
    CHECK(all[5] == kNone);
    CHECK(all[6] == kNone);
    const auto some = inputs(4, 0.5F);
    CHECK(some[4] != kNone);
    CHECK(some[5] != kNone);
    CHECK(some[6] == kNone);
}

TEST_CASE("weights that are not constant are listed with what to freeze") {
    ModelBuilder model;
    model.input("x", {5, 2, 3}).input("w", {8, 3}).input("r", {1, 8, 2}).output("y").integers("zero", {0});
    model.node("Unsqueeze", {"w", "zero"}, {"W"}).node("LSTM", {"x", "W", "r"}, {"y"}, {}, "it");
    const std::string text = refusal([&] { model.simplified(); });
    CHECK(has(text, "2 problems"));
    CHECK(has(text, "node 'it' (LSTM): W ('W') must be constant; freeze what it depends on with --fix-input w=FILE"));
    CHECK(has(text, "R ('r') must be constant; freeze what it depends on with --fix-input r=FILE"));
    ConvertOptions options;
    options.fixed_inputs["w"] = test::filled(ElementType::f32, {8, 3}, 1);
    options.fixed_inputs["r"] = test::filled(ElementType::f32, {1, 8, 2}, 2);
    CHECK(operators_of(simplified_without_change(model, options)) == "LSTM");
}

TEST_CASE("weights that are not finite are refused by name") {
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        ModelBuilder model;
        model.input("x", {1, 1, 1}).output("y").floats("W", {1, 1, 1}, {1}).floats("R", {1, 1, 1}, {bad});
        model.node("RNN", {"x", "W", "R"}, {"y"}, {}, "it");
        CHECK(has(refusal([&] { model.simplified(); }), "node 'it' (RNN): R ('R') holds NaN or infinite values"));
    }
}

}  // namespace tidegate::simplify_recurrent_test
