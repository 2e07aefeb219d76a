// SPDX-License-Identifier: MIT
// Outputs that random numbers decide are left out and named; what does not depend on them stays.
#include <doctest/doctest.h>

#include "converter/onnx_builder.h"
#include "verify/run_model.h"

namespace tidegate::random_outputs_test {
namespace {

using test::has;
using test::ModelBuilder;
using test::refusal;

/// A policy: y its logits, `action` drawn from them.
ModelBuilder policy() {
    ModelBuilder model;
    model.input("x", {1, 3}).weights("w", {3, 4}).integers("zero", {0});
    model.node("MatMul", {"x", "w"}, {"y"}, {}, "layer").node("LogSoftmax", {"y"}, {"p"});
    model.node("Multinomial", {"p"}, {"drawn"}, {}, "draw").node("Cast", {"drawn"}, {"action"}, {{"to", 7}});
    return model;
}

}  // namespace

TEST_CASE("a sampled output is left out with a note; the others stay") {
    ModelBuilder model = policy();
    model.output("action", onnx::TensorProto::INT64).output("y");
    const Conversion conversion = convert(model.save("policy.onnx"), {});
    REQUIRE(conversion.graph.outputs.size() == 1);
    CHECK(conversion.graph.outputs[0].name == "y");
    REQUIRE(conversion.graph.left_out.size() == 1);
    CHECK(conversion.graph.left_out[0].name == "action");
    CHECK(conversion.graph.left_out[0].cause == "node 'draw' (Multinomial)");
    REQUIRE(conversion.graph.notes.size() == 1);
    CHECK(conversion.graph.notes[0] ==
          "output 'action' is left out: the random numbers of node 'draw' (Multinomial) decide it");
    CHECK(test::operators_of(conversion.graph) == "MatMul");
}

TEST_CASE("a model of sampled outputs alone is refused, and a state that is sampled") {
    ModelBuilder alone = policy();
    alone.output("action", onnx::TensorProto::INT64);
    CHECK(has(refusal([&] { convert(alone.save("alone.onnx"), {}); }),
              "every output is decided by random numbers, 'action' by those of node 'draw' (Multinomial)"));
    ModelBuilder state;
    state.input("x", {2}).input("h", {2}).node("RandomNormalLike", {"x"}, {"e"}, {}, "noise");
    state.node("Add", {"e", "h"}, {"next"}).node("Relu", {"x"}, {"y"}).output("y").output("next");
    CHECK(has(refusal([&] {
                  convert(state.save("state.onnx"), test::with_states({{"next", "h"}}));
              }),
              "state 'h' is decided by the random numbers of node 'noise' (RandomNormalLike)"));
}

TEST_CASE("noise times zero is nothing, at every length") {
    for (const bool ranged : {false, true}) {
        ModelBuilder model;
        ranged ? model.input("x", {"time", 2}) : model.input("x", {3, 2});
        model.floats("none", {}, {0}).node("RandomNormalLike", {"x"}, {"e"});
        model.node("Mul", {"e", "none"}, {"quiet"}).node("Add", {"x", "quiet"}, {"y"}).output("y");
        const Conversion conversion =
            convert(model.save("quiet.onnx"), ranged ? test::with_dims({{"time", {1, 3}}}) : ConvertOptions());
        CHECK(conversion.graph.left_out.empty());
        ModelRunner runner(conversion.file);
        const Tensor x = Tensor::of({3, 2}, {1, 2, 3, 4, 5, 6});
        CHECK(runner.run({x}).at(0) == x);
    }
}

TEST_CASE("the size of random numbers is no random number") {
    for (const char* op : {"RandomNormal", "RandomUniform", "RandomUniformLike", "Bernoulli"}) {
        CAPTURE(op);
        ModelBuilder model;
        const bool alone = std::string(op) == "RandomNormal" || std::string(op) == "RandomUniform";
        model.input("x", {2, 2});
        model.node(op, alone ? std::vector<std::string>{} : std::vector<std::string>{"x"}, {"e"},
                   alone ? std::vector<std::pair<std::string, test::AttributeValue>>{{"shape",
                                                                                      std::vector<std::int64_t>{2, 2}}}
                         : std::vector<std::pair<std::string, test::AttributeValue>>{});
        model.node("Shape", {"e"}, {"size"}).node("Cast", {"size"}, {"real"}, {{"to", 1}});
        model.node("Mul", {"x", "real"}, {"y"}).output("y").output("e");
        const Conversion conversion = convert(model.save("size.onnx"), {});
        REQUIRE(conversion.graph.outputs.size() == 1);
        ModelRunner runner(conversion.file);
        CHECK(runner.run({Tensor::of({2, 2}, {1, 2, 3, 4})}).at(0) == Tensor::of({2, 2}, {2, 4, 6, 8}));
    }
}

}  // namespace tidegate::random_outputs_test
