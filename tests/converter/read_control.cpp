// SPDX-License-Identifier: MIT
// If: the branch that runs takes the node's place when the model is converted.
#include <doctest/doctest.h>

#include "converter/onnx_builder.h"

namespace tidegate::read_control_test {
namespace {

using test::has;
using test::ModelBuilder;
using test::refusal;

/// A graph whose one node makes `result` of values around it.
onnx::GraphProto branch(const std::string& op, const std::vector<std::string>& inputs, const std::string& result) {
    ModelBuilder inner;
    inner.node(op, inputs, {result}, {}, result + "_node").output(result);
    return inner.graph();
}

/// y = rate == 16000 ? x + w : x * w; a third node reads y.
ModelBuilder model_of(const onnx::GraphProto& then, const onnx::GraphProto& otherwise) {
    ModelBuilder model(16);
    model.input("x", {2, 3}).input("rate", {}, onnx::TensorProto::INT64).weights("w", {3});
    *model.graph().add_initializer() = test::integer_proto("wide", {}, {16000});
    model.node("Equal", {"rate", "wide"}, {"is_wide"});
    model.node("If", {"is_wide"}, {"y"}, {{"then_branch", then}, {"else_branch", otherwise}}, "choice");
    model.node("Neg", {"y"}, {"z"}, {}, "last").output("z");
    return model;
}

ModelBuilder usual() { return model_of(branch("Add", {"x", "w"}, "sum"), branch("Mul", {"x", "w"}, "product")); }

ConvertOptions with_rate(double rate) {
    ConvertOptions options;
    options.fixed_inputs["rate"] = Tensor::of_i64({}, {static_cast<std::int64_t>(rate)});
    return options;
}

}  // namespace

TEST_CASE("the branch of a condition that is known takes the place of an If") {
    CHECK(test::operators_of(usual().simplified(with_rate(16000))) == "Add Neg");
    CHECK(test::operators_of(usual().simplified(with_rate(8000))) == "Mul Neg");
}

TEST_CASE("a branch may pass on values around it, hold constants, and have an If inside") {
    ModelBuilder inner;
    inner.floats("two", {}, {2}).node("Mul", {"x", "two"}, {"doubled"}).output("doubled");
    ModelBuilder nested;
    nested.node("If", {"is_wide"}, {"chosen"},
                {{"then_branch", inner.graph()}, {"else_branch", branch("Abs", {"x"}, "magnitude")}});
    nested.output("chosen");
    ModelBuilder around;
    around.output("x");
    const ModelBuilder model = model_of(nested.graph(), around.graph());
    CHECK(test::operators_of(model.simplified(with_rate(16000))) == "Mul Neg");
    CHECK(test::operators_of(model.simplified(with_rate(8000))) == "Neg");
}

TEST_CASE("an If whose condition is not known is refused with the input to freeze") {
    const std::string text = refusal([] { usual().simplified(); });
    CHECK(has(text, "node 'choice' (If)"));
    CHECK(has(text, "is converted; freeze what it depends on with --fix-input rate=VALUE"));
}

TEST_CASE("an If whose condition follows from a length that may change names the dimension to bind") {
    ModelBuilder model(16);
    model.input("x", {"steps", 3}).integers("first", {0}).integers("one", {1});
    model.node("Shape", {"x"}, {"dims"}).node("Gather", {"dims", "first"}, {"length"});
    model.node("Equal", {"length", "one"}, {"is_one"});
    model.node("If", {"is_one"}, {"y"},
               {{"then_branch", branch("Abs", {"x"}, "a")}, {"else_branch", branch("Neg", {"x"}, "b")}}, "choice");
    model.output("y");
    CHECK(test::operators_of(model.simplified(test::with_dims({{"steps", {1, 1}}}))) == "Abs");
    CHECK(test::operators_of(model.simplified(test::with_dims({{"steps", {4, 4}}}))) == "Neg");
    CHECK(has(refusal([&] {
                  model.simplified(test::with_dims({{"steps", {1, 4}}}));
              }),
              "node 'choice' (If): which branch runs is not known when the model is converted; it depends on a length "
              "that may change; bind it with --dim steps=N"));
}

TEST_CASE("a branch that is not chosen may hold what does not fit its inputs, but no unknown operator") {
    const auto fits = branch("Add", {"x", "w"}, "sum");
    CHECK(refusal([&] { model_of(fits, branch("MatMul", {"x", "x"}, "p")).simplified(with_rate(16000)); }).empty());
    const std::string unknown =
        refusal([&] { model_of(fits, branch("StringNormalizer", {"x"}, "p")).simplified(with_rate(16000)); });
    CHECK(has(unknown, "(StringNormalizer)"));
}

TEST_CASE("graphs in nodes that contradict themselves are refused") {
    const auto fits = branch("Add", {"x", "w"}, "sum");
    CHECK(has(refusal([&] { model_of(fits, branch("Add", {"x", "nowhere"}, "p")).read(); }), "'nowhere'"));
    ModelBuilder two;
    two.node("Abs", {"x"}, {"a"}).node("Neg", {"x"}, {"b"}).output("a").output("b");
    CHECK(has(refusal([&] { model_of(fits, two.graph()).read(); }), "gives 2 values, the node 1"));
    ModelBuilder open;
    open.input("x2", {2, 3}).node("Abs", {"x2"}, {"a"}).output("a");
    CHECK(has(refusal([&] { model_of(fits, open.graph()).read(); }), "has inputs"));
    ModelBuilder cycle;
    cycle.node("Add", {"x", "b"}, {"a"}).node("Neg", {"a"}, {"b"}).output("b");
    CHECK(has(refusal([&] { model_of(fits, cycle.graph()).read(); }), "cycle"));
    ModelBuilder missing(16);
    missing.input("c", {}, onnx::TensorProto::BOOL)
        .input("x", {2})
        .node("If", {"c"}, {"y"}, {{"then_branch", fits}}, "it");
    missing.output("y");
    CHECK(has(refusal([&] { missing.read(); }), "'it' (If)"));
}

}  // namespace tidegate::read_control_test
