// SPDX-License-Identifier: MIT
// Operators around the recurrent ones: what changed over the opsets ends here.
#include <doctest/doctest.h>

#include "converter/onnx_builder.h"

namespace tidegate::read_operators_test {
namespace {

using test::AttributeValue;
using test::has;
using test::ModelBuilder;
using test::operators_of;
using test::refusal;
using Attributes = std::vector<std::pair<std::string, AttributeValue>>;
using List = std::vector<std::int64_t>;

/// One node that reads x (and what else is named) and makes y.
ModelBuilder model_of(const std::string& op, const std::vector<std::string>& inputs, const Attributes& attributes,
                      std::int64_t opset = 17) {
    ModelBuilder model(opset);
    model.input("x", {2, 3, 4}).input("z", {2, 3, 4}).integers("list", {1}).integers("other", {2}).output("y");
    model.node(op, inputs, {"y"}, attributes, "it");
    return model;
}

Node node_of(const std::string& op, const std::vector<std::string>& inputs, const Attributes& attributes = {},
             std::int64_t opset = 17) {
    return model_of(op, inputs, attributes, opset).read().nodes.at(0);
}

std::string fault(const std::string& op, const std::vector<std::string>& inputs, const Attributes& attributes = {},
                  std::int64_t opset = 17) {
    return refusal([&] { model_of(op, inputs, attributes, opset).read(); });
}

const Tensor& constant_input(const Graph& graph, std::size_t i) {
    return *graph.constant(graph.nodes.at(0).inputs.at(i));
}

}  // namespace

TEST_CASE("plain operators arrive with their operands") {
    CHECK(std::get<Binary>(node_of("Add", {"x", "z"}).op).kind == BinaryKind::add);
    CHECK(std::get<Binary>(node_of("Sub", {"x", "z"}).op).kind == BinaryKind::subtract);
    CHECK(std::get<Binary>(node_of("Mul", {"x", "z"}).op).kind == BinaryKind::multiply);
    CHECK(std::get<Binary>(node_of("Div", {"x", "z"}).op).kind == BinaryKind::divide);
    CHECK(node_of("MatMul", {"x", "z"}).inputs == std::vector<ValueId>{2, 3});  // after the two initializers
    const Gemm gemm =
        std::get<Gemm>(node_of("Gemm", {"x", "z"}, {{"alpha", 0.5F}, {"beta", 2.0F}, {"transA", 1}, {"transB", 1}}).op);
    CHECK(gemm.alpha == 0.5);
    CHECK(gemm.beta == 2);
    CHECK(gemm.transpose_a);
    CHECK(gemm.transpose_b);
    CHECK(std::get<Concat>(node_of("Concat", {"x", "z"}, {{"axis", -1}}).op).axis == -1);
    CHECK(std::get<Gather>(node_of("Gather", {"x", "list"}, {{"axis", 1}}).op).axis == 1);
    CHECK(std::get<Gather>(node_of("Gather", {"x", "list"}).op).axis == 0);
    CHECK(std::get<Flatten>(node_of("Flatten", {"x"}).op).axis == 1);
    CHECK(std::get<Transpose>(node_of("Transpose", {"x"}, {{"perm", List{2, 0, 1}}}).op).perm == List{2, 0, 1});
    CHECK(std::get<Reshape>(node_of("Reshape", {"x", "list"}, {{"allowzero", 1}}).op).allow_zero);
    CHECK(std::get<Cast>(node_of("Cast", {"x"}, {{"to", onnx::TensorProto::INT64}}).op).to == ElementType::i64);
    CHECK(std::get<Shape>(node_of("Shape", {"x"}, {{"start", 1}, {"end", -1}}).op).end == -1);
    CHECK(std::holds_alternative<Expand>(node_of("Expand", {"x", "list"}).op));
    CHECK(std::holds_alternative<Range>(node_of("Range", {"x", "x", "x"}).op));
}

TEST_CASE("element-wise functions have ONNX's defaults") {
    const auto function = [](const std::string& op, const Attributes& attributes = {}) {
        return std::get<Unary>(node_of(op, {"x"}, attributes).op).function;
    };
    CHECK(function("Relu").kind == UnaryKind::relu);
    CHECK(function("Softsign").kind == UnaryKind::softsign);
    CHECK(function("Softplus").kind == UnaryKind::softplus);
    CHECK(function("LeakyRelu").alpha == static_cast<double>(0.01F));
    CHECK(function("LeakyRelu", {{"alpha", 0.25F}}).alpha == 0.25);
    CHECK(function("Elu").alpha == 1);
    CHECK(function("HardSigmoid").alpha == static_cast<double>(0.2F));
    CHECK(function("HardSigmoid").beta == 0.5);
    CHECK(function("ThresholdedRelu").alpha == 1);
}

TEST_CASE("what was an attribute before opset 10, 13 or 18 is an input here") {
    const Graph slice = model_of("Slice", {"x"}, {{"starts", List{1}}, {"ends", List{2}}, {"axes", List{0}}}, 9).read();
    CHECK(constant_input(slice, 1) == Tensor::of_i64({1}, {1}));
    CHECK(constant_input(slice, 2) == Tensor::of_i64({1}, {2}));
    CHECK(constant_input(slice, 3) == Tensor::of_i64({1}, {0}));
    CHECK(model_of("Slice", {"x"}, {{"starts", List{1}}, {"ends", List{2}}}, 9).read().nodes[0].inputs.size() == 3);
    const Graph squeeze = model_of("Squeeze", {"x"}, {{"axes", List{0, -1}}}, 12).read();
    CHECK(constant_input(squeeze, 1) == Tensor::of_i64({2}, {0, -1}));
    CHECK(model_of("Squeeze", {"x"}, {}, 12).read().nodes[0].inputs.size() == 1);
    const Graph unsqueeze = model_of("Unsqueeze", {"x"}, {{"axes", List{1}}}, 11).read();
    CHECK(constant_input(unsqueeze, 1) == Tensor::of_i64({1}, {1}));
    const Graph split = model_of("Split", {"x"}, {{"axis", 1}, {"split", List{3}}}, 11).read();
    CHECK(constant_input(split, 1) == Tensor::of_i64({1}, {3}));

    CHECK(has(fault("Slice", {"x"}, {{"ends", List{1}}}, 9), "starts or ends is missing"));
    CHECK(has(fault("Slice", {"x"}, {}, 10), "input 1 is missing"));
    CHECK(has(fault("Squeeze", {"x"}, {{"axes", List{0}}}, 13), "attribute 'axes' is not known"));
    CHECK(has(fault("Squeeze", {"x", "list"}, {}, 12), "it has 2 inputs, but at most 1 are known"));
    CHECK(has(fault("Unsqueeze", {"x"}, {}, 11), "attribute 'axes' is missing"));
    CHECK(has(fault("Split", {"x"}, {}, 18), "exactly one of the input 'split' and the attribute 'num_outputs'"));
    CHECK(has(fault("Split", {"x", "list"}, {{"num_outputs", 1}}, 18), "exactly one of"));
    CHECK(has(fault("Split", {"x"}, {{"num_outputs", 3}}, 18), "num_outputs is 3, but the node has 1 outputs"));
    CHECK(node_of("Split", {"x"}, {{"num_outputs", 1}}, 18).inputs.size() == 1);
    CHECK(has(fault("Gemm", {"x", "z"}, {}, 10), "input 2 is missing"));
    CHECK(has(fault("Shape", {"x"}, {{"start", 1}}, 14), "attribute 'start' is not known"));
    CHECK(has(fault("Range", {"x", "x", "x"}, {}, 10), "exists from opset 11 on"));
}

TEST_CASE("Softmax before opset 13 normalises all axes from its axis on") {
    CHECK(std::get<Softmax>(node_of("Softmax", {"x"}, {}, 13).op).axis == -1);
    CHECK(std::get<Softmax>(node_of("LogSoftmax", {"x"}, {{"axis", 0}}, 13).op).log);
    const Graph old = model_of("Softmax", {"x"}, {}, 12).read();
    CHECK(operators_of(old) == "Shape Flatten Softmax Reshape");
    CHECK(std::get<Flatten>(old.nodes[1].op).axis == 1);
}

TEST_CASE("Dropout passes its data at inference; a used mask or training is refused") {
    CHECK(std::holds_alternative<Identity>(node_of("Dropout", {"x"}, {{"ratio", 0.5F}}, 11).op));
    CHECK(std::holds_alternative<Identity>(node_of("Dropout", {"x"}, {{"seed", 3}}).op));
    ModelBuilder unused;
    unused.input("x", {2}).output("y").node("Dropout", {"x"}, {"y", "mask"});
    CHECK(operators_of(unused.read()) == "Identity");
    ModelBuilder used;
    used.input("x", {2}).output("y").output("mask", onnx::TensorProto::BOOL).node("Dropout", {"x"}, {"y", "mask"});
    CHECK(has(refusal([&] { used.read(); }), "its mask is used; export the model for inference"));

    const auto with_training = [](int value) {
        ModelBuilder model;
        model.input("x", {2}).output("y").floats("ratio", {}, {0.5F});
        onnx::TensorProto training = test::integer_proto("training", {}, {});
        training.set_data_type(onnx::TensorProto::BOOL);
        training.add_int32_data(value);
        *model.graph().add_initializer() = training;
        model.node("Dropout", {"x", "ratio", "training"}, {"y"});
        return refusal([&] { model.read(); });
    };
    CHECK(with_training(0) == "");
    CHECK(has(with_training(1), "training_mode is not a constant false"));
}

TEST_CASE("Constant gives its value in each of its forms") {
    const auto value = [](const Attributes& attributes, std::int64_t opset = 17) {
        const Graph graph = model_of("Constant", {}, attributes, opset).read();
        CHECK(graph.nodes.empty());
        return *graph.constant(graph.outputs[0].value);
    };
    CHECK(value({{"value", test::tensor_proto("", {2}, {1, 2})}}) == Tensor::of({2}, {1, 2}));
    CHECK(value({{"value_int", 7}}) == Tensor::of_i64({}, {7}));
    CHECK(value({{"value_float", 0.5F}}) == Tensor::of({}, {0.5}));
    CHECK(value({{"value_ints", List{3, 4}}}) == Tensor::of_i64({2}, {3, 4}));
    CHECK(value({{"value_floats", std::vector<float>{3, 4}}}) == Tensor::of({2}, {3, 4}));
    CHECK(has(fault("Constant", {}, {}), "it has no value"));
    CHECK(has(fault("Constant", {}, {{"value_int", 7}, {"value_float", 0.5F}}), "are both given"));
    CHECK(has(fault("Constant", {}, {{"value_string", "a"}}), "a constant given as 'value_string' is not supported"));
    CHECK(has(fault("Constant", {}, {{"value_int", 7}}, 11), "attribute 'value_int' is not known"));
}

TEST_CASE("ConstantOfShape has one value, zero if it is not given") {
    CHECK(std::get<ConstantOfShape>(node_of("ConstantOfShape", {"list"}).op).value == Tensor::of({1}, {0}));
    const Node ones = node_of("ConstantOfShape", {"list"}, {{"value", test::integer_proto("", {1}, {1})}});
    CHECK(std::get<ConstantOfShape>(ones.op).value == Tensor::of_i64({1}, {1}));
    CHECK(
        has(fault("ConstantOfShape", {"list"}, {{"value", test::integer_proto("", {2}, {1, 2})}}), "not one element"));
}

TEST_CASE("casts to types that do not exist here are refused, and those to other reals are f32") {
    const Graph graph = model_of("Cast", {"x"}, {{"to", onnx::TensorProto::DOUBLE}}).read();
    CHECK(std::get<Cast>(graph.nodes[0].op).to == ElementType::f32);
    CHECK(graph.notes == std::vector<std::string>{"node 'it' (Cast): DOUBLE is f32 here"});
    CHECK(has(fault("Cast", {"x"}, {{"to", onnx::TensorProto::INT16}}), "a cast to INT16 is not supported"));
    CHECK(has(fault("Cast", {"x"}, {{"to", std::int64_t{1} << 40}}), "which is no element type"));
    CHECK(has(fault("Cast", {"x"}), "attribute 'to' is missing"));
}

TEST_CASE("too many, too few and nameless operands are refused") {
    CHECK(has(fault("Add", {"x"}), "node 'it' (Add): input 1 is missing"));
    CHECK(has(fault("Add", {"x", "z", "x"}), "it has 3 inputs, but at most 2 are known at this opset"));
    CHECK(has(fault("Add", {"", "x"}), "input 0 is missing"));
    CHECK(has(fault("Concat", {"x", "", "z"}, {{"axis", 0}}), "input 1 is missing"));
    CHECK(has(fault("Concat", {"x"}), "attribute 'axis' is missing"));
    ModelBuilder outputs;
    outputs.input("x", {2}).output("y").node("Relu", {"x"}, {"y", "z"}, {}, "it");
    CHECK(has(refusal([&] { outputs.read(); }), "it has 2 outputs, but at most 1 are known"));
    ModelBuilder nameless;
    nameless.input("x", {2}).output("x").node("Relu", {"x"}, {""}, {}, "it");
    CHECK(has(refusal([&] { nameless.read(); }), "its output has no name"));
}

}  // namespace tidegate::read_operators_test
