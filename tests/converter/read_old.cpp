// SPDX-License-Identifier: MIT
// Operators as they were before opset 7, against what they mean today.
#include <doctest/doctest.h>

#include "converter/onnx_builder.h"
#include "verify/run_model.h"

namespace tidegate::read_old_test {
namespace {

using namespace test;
using List = std::vector<std::int64_t>;
using Attributes = std::vector<std::pair<std::string, AttributeValue>>;

constexpr std::int64_t kOne = 1, kSix = 6;

Dims kShape = {2, 3, 4, 5};

std::vector<double> counted(std::int64_t count) {
    std::vector<double> values(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < values.size(); ++i) { values[i] = static_cast<double>(i % 17) - 8; }
    return values;
}

/// y of x [2, 3, 4, 5] through one node with these constant operands.
struct Run {
    std::int64_t opset;
    std::string op;
    Attributes attributes = {};
    std::vector<std::pair<Dims, std::vector<float>>> operands = {};

    ModelBuilder model() const {
        ModelBuilder model(opset);
        model.input("x", {2, 3, 4, 5}).output("y");
        std::vector<std::string> inputs = {"x"};
        for (const auto& [dims, values] : operands) {
            inputs.push_back("w" + std::to_string(inputs.size()));
            model.floats(inputs.back(), dims, values);
        }
        return model.node(op, inputs, {"y"}, attributes, "it");
    }
    Tensor result() const {
        const Conversion conversion = convert(model().save("old.onnx"), {});
        return ModelRunner(conversion.file).run({Tensor::of(kShape, counted(120))})[0];
    }
    std::string refused() const {
        return refusal([&] { result(); });
    }
};

const List kConsumed = {0};

}  // namespace

TEST_CASE("before opset 7 axis and broadcast say where the second operand's axes stand") {
    const std::vector<float> five = {1, 2, 3, 4, 5}, three = {1, 2, 3}, two = {1, 2};
    std::vector<float> twelve(12);
    for (std::size_t i = 0; i < twelve.size(); ++i) { twelve[i] = static_cast<float>(i); }
    const auto old = [](std::int64_t opset, const std::string& op, Attributes attributes, const Dims& dims,
                        const std::vector<float>& values) {
        return Run{opset, op, std::move(attributes), {{dims, values}}}.result();
    };
    const auto today = [](const std::string& op, const Dims& dims, const std::vector<float>& values) {
        return Run{13, op, {}, {{dims, values}}}.result();
    };
    for (const char* op : {"Add", "Sub", "Mul", "Div"}) {
        CAPTURE(op);
        for (const std::int64_t opset : {kOne, kSix}) {
            CHECK(old(opset, op, {{"broadcast", 1}}, {5}, five) == today(op, {5}, five));
            CHECK(old(opset, op, {{"broadcast", 1}, {"axis", 1}}, {3, 4}, twelve) == today(op, {3, 4, 1}, twelve));
            CHECK(old(opset, op, {{"broadcast", 1}, {"axis", 0}}, {2}, two) == today(op, {2, 1, 1, 1}, two));
            CHECK(old(opset, op, {{"broadcast", 1}, {"axis", -3}}, {3}, three) == today(op, {3, 1, 1}, three));
            CHECK(old(opset, op, {{"broadcast", 1}}, {}, {3}) == today(op, {}, {3}));
        }
        CHECK(old(1, op, {{"broadcast", 1}, {"axis", 1}, {"consumed_inputs", List{0, 0}}}, {3}, three) ==
              today(op, {3, 1, 1}, three));
        CHECK(has(Run{6, op, {{"broadcast", 1}, {"axis", 4}}, {{{3}, three}}}.refused(), "node 'it'"));
    }
    CHECK(old(1, "Pow", {{"broadcast", 1}, {"axis", 1}}, {3}, three) == today("Pow", {3, 1, 1}, three));
}

TEST_CASE("before opset 7 functions have the same values, and the attribute consumed_inputs means nothing") {
    for (const char* op : {"Abs", "Ceil", "Elu", "Exp", "Floor", "HardSigmoid", "LeakyRelu", "Neg", "Relu", "Sigmoid",
                           "Tanh", "Softplus", "Softsign", "Max", "Min", "Sum", "Mean"}) {
        CAPTURE(op);
        const Tensor today = Run{13, op}.result();
        CHECK(Run{6, op}.result() == today);
        if (std::string(op).find("Soft") == 0) { continue; }
        CHECK(Run{1, op, {{"consumed_inputs", kConsumed}}}.result() == today);
        CHECK(has(Run{6, op, {{"consumed_inputs", kConsumed}}}.refused(), "attribute 'consumed_inputs' is not known"));
    }
    CHECK(Run{1, "Selu"}.result() == Run{13, "Selu", {{"alpha", 1.6732F}, {"gamma", 1.0507F}}}.result());
    CHECK_FALSE(Run{1, "Selu"}.result() == Run{6, "Selu"}.result());
    CHECK(Run{1, "Clip", {{"min", -1.0F}, {"max", 2.0F}}}.result() ==
          Run{6, "Clip", {{"min", -1.0F}, {"max", 2.0F}}}.result());
    CHECK(Run{6, "PRelu", {}, {{{3}, {1, 2, 3}}}}.result() == Run{13, "PRelu", {}, {{{3, 1, 1}, {1, 2, 3}}}}.result());
    CHECK(Run{1, "PRelu", {}, {{{1}, {2}}}}.result() == Run{13, "PRelu", {}, {{{1}, {2}}}}.result());
}

TEST_CASE("what became inputs are attributes in opsets 1 to 6") {
    const Tensor reshaped = Run{1, "Reshape", {{"shape", List{0, -1}}}}.result();
    CHECK(reshaped.dims == Dims{2, 60});
    CHECK(has(Run{1, "Reshape"}.refused(), "attribute 'shape' is missing"));
    CHECK(Run{1, "Split", {{"axis", 1}, {"split", List{3}}}}.result().dims == kShape);
    CHECK(Run{1, "Squeeze", {{"axes", List{0}}}}.refused() != "");
    CHECK(Run{1, "Unsqueeze", {{"axes", List{0}}}}.result().dims == Dims{1, 2, 3, 4, 5});
    CHECK(Run{1, "Slice", {{"starts", List{1}}, {"ends", List{3}}, {"axes", List{1}}}}.result().dims ==
          Dims{2, 2, 4, 5});
    CHECK(Run{2, "Pad", {{"pads", List{0, 0, 0, 1, 0, 0, 0, 1}}}}.result().dims == Dims{2, 3, 4, 7});
    CHECK(Run{1, "Upsample", {{"height_scale", 2.0F}, {"width_scale", 3.0F}}}.result().dims == Dims{2, 3, 8, 15});
    CHECK(Run{1, "Concat"}.result().dims == kShape);
    CHECK(Run{1, "Cast", {{"to", "FLOAT"}}}.result().dims == kShape);
    CHECK(has(Run{1, "Cast", {{"to", "STRING"}}}.refused(), "a cast to 'STRING'"));
    CHECK(has(Run{1, "Cast", {{"to", 1}}}.refused(), "must be of type STRING"));
    CHECK(has(Run{5, "Tile"}.refused(), "exists from opset 6 on"));
}

TEST_CASE("before opset 7 training is told by is_test, and refused") {
    CHECK(Run{6, "Dropout", {{"is_test", 1}}}.result() == Run{7, "Dropout"}.result());
    CHECK(has(Run{6, "Dropout"}.refused(), "is_test is 0, which means training"));
    const std::vector<std::pair<Dims, std::vector<float>>> operands(4, {{3}, {1, 2, 3}});
    const Tensor today = Run{9, "BatchNormalization", {}, operands}.result();
    CHECK(Run{6, "BatchNormalization", {{"is_test", 1}}, operands}.result() == today);
    CHECK(Run{1, "BatchNormalization", {{"is_test", 1}, {"consumed_inputs", List{0, 0, 0, 1, 1}}}, operands}.result() ==
          today);
    CHECK(has(Run{6, "BatchNormalization", {}, operands}.refused(), "is_test is 0"));
    CHECK(has(Run{6, "BatchNormalization", {{"is_test", 1}, {"spatial", 0}}, operands}.refused(), "spatial is 0"));
}

TEST_CASE("before opset 7 recurrent nodes say output_sequence; without it the first output is ambiguous") {
    const auto model = [](std::int64_t opset, const std::string& op, Attributes attributes,
                          std::vector<std::string> outputs) {
        ModelBuilder builder(opset);
        const std::int64_t rows = op == "LSTM" ? 16 : op == "GRU" ? 12 : 4;
        builder.input("x", {5, 1, 3}).output(outputs.back()).weights("W", {1, rows, 3}).weights("R", {1, rows, 4});
        if (outputs.size() > 1 && !outputs[0].empty()) { builder.output(outputs[0]); }
        attributes.emplace_back("hidden_size", 4);
        builder.node(op, {"x", "W", "R"}, outputs, attributes, "cell");
        return convert(builder.save("old-cell.onnx"), {});
    };
    const auto run = [](const Conversion& conversion) {
        return ModelRunner(conversion.file).run({Tensor::of({5, 1, 3}, counted(15))});
    };
    for (const char* op : {"RNN", "GRU", "LSTM"}) {
        CAPTURE(op);
        const Attributes sequence = {{"output_sequence", 1}};
        CHECK(run(model(1, op, sequence, {"Y"})) == run(model(7, op, {}, {"Y"})));
        CHECK(run(model(5, op, sequence, {"", "Y_h"})) == run(model(7, op, {}, {"", "Y_h"})));
        CHECK(run(model(2, op, {}, {"Y", "Y_h"})) == run(model(7, op, {}, {"Y", "Y_h"})));
        CHECK(run(model(6, op, {}, {"", "Y_h"})) == run(model(7, op, {}, {"", "Y_h"})));  // Y has no name
        CHECK(has(refusal([&] { model(6, op, {}, {"Y"}); }),
                  "node 'cell' (" + std::string(op) + "): output_sequence is 0"));
        CHECK(has(refusal([&] { model(7, op, sequence, {"Y"}); }), "attribute 'output_sequence' is not known"));
    }
    CHECK(run(model(3, "GRU", {{"output_sequence", 1}, {"linear_before_reset", 1}}, {"Y"})) ==
          run(model(7, "GRU", {{"linear_before_reset", 1}}, {"Y"})));
    CHECK(has(refusal([&] {
                  model(1, "GRU", {{"output_sequence", 1}, {"linear_before_reset", 1}}, {"Y"});
              }),
              "attribute 'linear_before_reset' is not known"));
}

}  // namespace tidegate::read_old_test
