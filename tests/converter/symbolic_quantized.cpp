// SPDX-License-Identifier: MIT
// Quantized operators over a time and a batch that change, at every length.
#include "quantized_support.h"
#include "symbolic_support.h"

namespace tidegate::symbolic_quantized_test {
namespace {

using namespace test;

Tensor one(ElementType type, std::int64_t value) { return {type, {}, {}, {value}}; }

}  // namespace

TEST_CASE("integers of a changing time and batch: dynamic, static, of values and of weights") {
    ModelBuilder m(17);
    m.input("x", {"batch", "time", 4}).floats("s", {}, {0.05F}).floats("by", {4}, {0.05F, 0.01F, 0.02F, 0.1F});
    add_constant(m, "w", integers(ElementType::i8, {4, 5}, 1));
    add_constant(m, "z", one(ElementType::u8, 120));
    add_constant(m, "wz", one(ElementType::i8, 0));
    add_constant(m, "zs", integers(ElementType::u8, {4}, 2));
    m.node("DynamicQuantizeLinear", {"x"}, {"q", "qs", "qz"}).node("MatMulInteger", {"q", "w", "qz"}, {"y0"});
    m.node("Cast", {"y0"}, {"real"}, {{"to", 1}}).node("Mul", {"real", "qs"}, {"y1"});
    m.node("Transpose", {"q"}, {"turned"}, {{"perm", List{0, 2, 1}}});
    m.node("MatMulInteger", {"q", "turned", "qz", "qz"}, {"y2"});
    m.node("QuantizeLinear", {"x", "by", "zs"}, {"p"}, {{"axis", -1}});
    m.node("DequantizeLinear", {"p", "by", "zs"}, {"y3"}, {{"axis", 2}});
    m.node("QuantizeLinear", {"x", "s", "z"}, {"r"});
    m.node("QLinearMatMul", {"r", "s", "z", "w", "s", "wz", "s", "z"}, {"y4"});
    m.output("y0", kInt32).output("y1").output("y2", kInt32).output("y3").output("y4", kUint8);
    CHECK(sweep(m.save("symbolic_quantized.onnx"), kTimeAndBatch).compared == 21);
}

TEST_CASE("ConvInteger, QLinearConv and computed statistics over a changing time and batch") {
    ModelBuilder m(17);
    m.input("x", {"batch", 3, "time"}).input("v", {3}).floats("s", {}, {0.05F}).floats("ws", {2}, {0.05F, 0.01F});
    m.weights("c", {3});
    add_constant(m, "w", integers(ElementType::i8, {2, 3, 3}, 3));
    add_constant(m, "z", one(ElementType::u8, 120));
    add_constant(m, "wz", Tensor{ElementType::i8, {2}, {}, {0, 0}});
    add_constant(m, "b", Tensor{ElementType::i32, {2}, {}, {500, -70}});
    const Attributes same = {{"pads", List{1, 1}}};
    m.node("QuantizeLinear", {"x", "s", "z"}, {"q"}).node("ConvInteger", {"q", "w", "z"}, {"y0"}, same);
    m.node("QLinearConv", {"q", "s", "z", "w", "ws", "wz", "s", "z", "b"}, {"y1"}, same);
    m.node("Abs", {"v"}, {"variance"}).node("BatchNormalization", {"x", "c", "c", "v", "variance"}, {"y2"});
    m.output("y0", kInt32).output("y1", kUint8).output("y2");
    CHECK(sweep(m.save("symbolic_quantized_conv.onnx"), kTimeAndBatch).compared == 21);
}

}  // namespace tidegate::symbolic_quantized_test
