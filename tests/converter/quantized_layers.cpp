// SPDX-License-Identifier: MIT
// QuantizeLinear and its kin of values that are computed, and the layers of com.microsoft between them.
#include "converter/quantized_support.h"

namespace tidegate::quantized_layers_test {
namespace {

using test::add_constant;
using test::add_input;
using test::Attributes;
using test::has;
using test::ModelBuilder;
using test::refusal;
using Integers = std::vector<std::int64_t>;

const Tensor kX = Tensor::of({2, 3}, {-1.25, -0.5, 0.5, 1.5, 100, -100});

/// y = QuantizeLinear(x, scale, zero), of x that is computed.
Tensor quantized(const Tensor& x, const Tensor& scale, const Tensor& zero, const Attributes& attributes,
                 std::int64_t opset = 17) {
    ModelBuilder model(opset);
    add_input(model, "x", x);
    add_constant(model, "s", scale);
    add_constant(model, "z", zero);
    model.node("QuantizeLinear", {"x", "s", "z"}, {"y"}, attributes).output("y", test::proto_type(zero.type));
    return test::run(model, {x}).at(0);
}

Tensor u8(const Dims& dims, const Integers& values) { return {ElementType::u8, dims, {}, values}; }
Tensor i8(const Dims& dims, const Integers& values) { return {ElementType::i8, dims, {}, values}; }

}  // namespace

TEST_CASE("QuantizeLinear rounds ties to even, saturates, and takes scales by tensor, by axis and by block") {
    const Tensor one = Tensor::of({}, {1});
    CHECK(quantized(kX, one, u8({}, {10}), {}).integers == Integers{9, 10, 10, 12, 110, 0});
    CHECK(quantized(kX, one, i8({}, {-90}), {}).integers == Integers{-91, -90, -90, -88, 10, -128});
    CHECK(quantized(kX, Tensor::of({}, {0.25}), i8({}, {0}), {}).integers == Integers{-5, -2, 2, 6, 127, -128});
    const Tensor columns = Tensor::of({3}, {0.5, 1, 2}), zeros = u8({3}, {0, 5, 100});
    CHECK(quantized(kX, columns, zeros, {{"axis", -1}}).integers == Integers{0, 5, 100, 3, 105, 50});
    const Tensor rows = Tensor::of({2}, {0.5, 50});
    CHECK(quantized(kX, rows, i8({2}, {1, 2}), {{"axis", 0}}).integers == Integers{-1, 0, 2, 2, 4, 0});
    const Tensor wide = Tensor::of({1, 4}, {1, 2, 3, 8}), blocks = Tensor::of({1, 2}, {0.5, 2});
    const Attributes by_two = {{"axis", 1}, {"block_size", 2}};
    CHECK(quantized(wide, blocks, u8({1, 2}, {0, 1}), by_two, 21).integers == Integers{2, 4, 3, 5});
}

TEST_CASE("DequantizeLinear of integers that come in, by tensor, by axis and by block") {
    const auto real = [](const Tensor& x, const Tensor& scale, const Tensor& zero, const Attributes& attributes) {
        ModelBuilder model(21);
        add_input(model, "x", x);
        add_constant(model, "s", scale);
        add_constant(model, "z", zero);
        model.node("DequantizeLinear", {"x", "s", "z"}, {"y"}, attributes).output("y");
        return test::run(model, {x}).at(0).reals;
    };
    const Tensor x = u8({2, 2}, {0, 3, 128, 255});
    CHECK(real(x, Tensor::of({}, {0.5}), u8({}, {128}), {}) == std::vector<double>{-64, -62.5, 0, 63.5});
    CHECK(real(x, Tensor::of({2}, {0.5, 2}), u8({2}, {1, 2}), {{"axis", 1}}) ==
          std::vector<double>{-0.5, 2, 63.5, 506});
    CHECK(real(x, Tensor::of({1, 2}, {0.5, 2}), u8({1, 2}, {1, 2}), {{"axis", 0}, {"block_size", 2}}) ==
          std::vector<double>{-0.5, 2, 63.5, 506});
}

TEST_CASE("values and scales in half precision are what they stand for") {
    ModelBuilder model(19);
    onnx::TensorProto scale;
    scale.set_name("s");
    scale.set_data_type(onnx::TensorProto::FLOAT16);
    scale.add_int32_data(0x3400);  // 0.25
    *model.graph().add_initializer() = scale;
    add_constant(model, "z", u8({}, {10}));
    model.input("x", {2, 3}, onnx::TensorProto::FLOAT16).node("QuantizeLinear", {"x", "s", "z"}, {"q"});
    model.node("DequantizeLinear", {"q", "s", "z"}, {"y"})
        .output("q", test::kUint8)
        .output("y", onnx::TensorProto::FLOAT16);
    const auto outputs = test::run(model, {kX});
    CHECK(outputs[0].integers == Integers{5, 8, 12, 16, 255, 0});
    CHECK(outputs[1].reals == std::vector<double>{-1.25, -0.5, 0.5, 1.5, 61.25, -2.5});
}

TEST_CASE("a pair of QuantizeLinear and DequantizeLinear takes five steps, and no integers between them") {
    ModelBuilder model;
    model.input("x", {2, 3}).floats("s", {}, {0.25F});
    add_constant(model, "z", u8({}, {3}));
    model.node("QuantizeLinear", {"x", "s", "z"}, {"q"}).node("DequantizeLinear", {"q", "s", "z"}, {"y"}).output("y");
    CHECK(test::operators_of(model.simplified()) == "Div Round Max Min Mul");
    CHECK(test::run(model, {kX}).at(0).reals == std::vector<double>{-0.75, -0.5, 0.5, 1.5, 63, -0.75});
}

TEST_CASE("DynamicQuantizeLinear takes zero into the range, and a scale of 1 where all is zero") {
    const auto of = [](const std::vector<double>& values) {
        ModelBuilder model;
        const Tensor x = Tensor::of({1, static_cast<std::int64_t>(values.size())}, values);
        add_input(model, "x", x);
        model.node("DynamicQuantizeLinear", {"x"}, {"y", "s", "z"});
        model.output("y", test::kUint8).output("s").output("z", test::kUint8);
        return test::run(model, {x});
    };
    const auto both = of({-5.1, 20.4, 0, 1});  // scale 0.1
    CHECK(both[0].integers == Integers{0, 255, 51, 61});
    CHECK(both[1].reals[0] == doctest::Approx(0.1));
    CHECK(both[2].integers == Integers{51});
    CHECK(of({5.1, 2.55})[0].integers == Integers{255, 128});
    CHECK(of({5.1, 2.55})[2].integers == Integers{0});
    CHECK(of({-5.1, -2.55})[0].integers == Integers{0, 127});
    CHECK(of({-5.1, -2.55})[2].integers == Integers{255});
    const auto none = of({0, 0, 0});
    CHECK(none[0].integers == Integers{0, 0, 0});
    CHECK(none[1].reals == std::vector<double>{1});
    CHECK(none[2].integers == Integers{0});

    ModelBuilder scale_alone;
    const Tensor x = Tensor::of({1, 2}, {-5.1, 20.4});
    add_input(scale_alone, "x", x);
    scale_alone.node("DynamicQuantizeLinear", {"x"}, {"", "s"}).output("s");
    CHECK(test::run(scale_alone, {x}).at(0).reals[0] == doctest::Approx(0.1));
}

TEST_CASE("the layers of com.microsoft between integers round what their reals give") {
    const Tensor a = u8({1, 1, 2, 2}, {0, 100, 200, 255}), b = u8({1, 1, 2, 2}, {10, 0, 30, 90});
    struct Layer {
        std::string op;
        Attributes attributes;
        std::vector<std::string> inputs;
        Integers want;
    };
    const std::vector<std::string> two = {"a", "as", "az", "b", "bs", "bz", "ys", "yz"},
                                   one = {"a", "as", "az", "ys", "yz"};
    // a: (q - 100) / 4; b: q / 2; y: round(4 r) + 10.
    const Layer layers[] = {
        {"QLinearAdd", {}, two, {0, 10, 170, 255}},
        {"QLinearMul", {}, two, {0, 10, 255, 255}},
        {"QLinearLeakyRelu", {{"alpha", 0.1F}}, one, {0, 10, 110, 165}},
        {"QLinearSigmoid", {}, one, {10, 12, 14, 14}},
        {"QLinearGlobalAveragePool", {}, one, {49}},
        {"QLinearAveragePool", {{"kernel_shape", test::List{1, 2}}}, one, {0, 138}},
        {"QLinearConcat",
         {{"axis", 3}},
         {"ys", "yz", "a", "as", "az", "b", "bs", "bz"},
         {0, 10, 30, 10, 110, 165, 70, 190}},
        {"QLinearSoftmax", {{"axis", 2}, {"opset", 13}}, one, {10, 10, 14, 14}},
    };
    for (const Layer& layer : layers) {
        CAPTURE(layer.op);
        ModelBuilder model = test::with_microsoft();
        add_input(model, "a", a);
        add_input(model, "b", b);
        for (const char* name : {"az", "bz", "yz"}) {
            add_constant(model, name, u8({}, {name[0] == 'a' ? 100 : name[0] == 'b' ? 0 : 10}));
        }
        model.floats("as", {}, {0.25F}).floats("bs", {}, {0.5F}).floats("ys", {}, {0.25F});
        model.node(layer.op, layer.inputs, {"y"}, layer.attributes).output("y", test::kUint8);
        test::of_microsoft(model);
        CHECK(test::run(model, {a, b}).at(0).integers == layer.want);
    }
}

TEST_CASE("quantized operators that do not fit are refused") {
    const auto fault = [](const std::string& op, const std::vector<std::string>& inputs,
                          const Attributes& attributes = {}) {
        ModelBuilder model = test::with_microsoft(21);
        model.input("x", {2, 3}).input("q", {2, 3}, test::kUint8).floats("s", {3}, {1, 1, 1}).floats("one", {}, {1});
        add_constant(model, "z", u8({}, {0}));
        add_constant(model, "zi", i8({}, {0}));
        add_constant(model, "w", i8({3, 2}, {1, 2, 3, 4, 5, 6}));
        model.node(op, inputs, {"y"}, attributes, "it").output("y");
        if (op == "QLinearConcat" || op == "FusedConv") { test::of_microsoft(model); }
        return refusal([&] { convert(model.save("refused.onnx"), {}); });
    };
    CHECK(has(fault("QuantizeLinear", {"x", "s", "z"}), "the zero point [] has another shape than the scale [3]"));
    CHECK(has(fault("QuantizeLinear", {"x", "s"}, {{"axis", 0}}), "scales [3] do not fit axis 0 of [2, 3]"));
    CHECK(
        has(fault("QuantizeLinear", {"x", "one"}, {{"output_dtype", onnx::TensorProto::INT16}}), "output_dtype is 5"));
    CHECK(has(fault("DequantizeLinear", {"q", "s"}, {{"block_size", 2}}), "do not fit axis 1 in blocks of 2"));
    CHECK(has(fault("DequantizeLinear", {"q", "one", "zi"}), "'zi' is i8, but must be u8"));
    CHECK(has(fault("MatMulInteger", {"q", "x"}), "'x' is f32, but must be u8 or i8"));
    CHECK(has(fault("MatMulInteger", {"q", "w", "zi"}), "'zi' is i8, but must be u8"));
    CHECK(has(fault("QLinearMatMul", {"q", "s", "z", "w", "one", "zi", "one", "z"}), "node 'it'"));
    CHECK(has(fault("QLinearConcat", {"one", "z", "q", "one", "z", "q"}, {{"axis", 0}}), "it has 6 inputs"));
    CHECK(has(fault("FusedConv", {"x", "x"}, {{"activation", std::string("Mish")}}),
              "activation 'Mish' is not supported"));
}

}  // namespace tidegate::quantized_layers_test
