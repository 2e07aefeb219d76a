// SPDX-License-Identifier: MIT
// int8 weights in the body of a loop: measured over all of its runs.
#include "accuracy/instrument.h"
#include "accuracy/lift.h"
#include "accuracy_support.h"
#include "onnx_builder.h"

namespace tidegate::accuracy_loops_test {
namespace {

using namespace test;

/// h' = erf(x w + h r), which is no RNN, of rows of 24, over x [time, 1, 24].
ModelBuilder looped(bool with_condition) {
    ModelBuilder body;
    if (with_condition) { body.input("i", {}, onnx::TensorProto::INT64).input("c", {}, onnx::TensorProto::BOOL); }
    body.input("h", {});
    if (!with_condition) { body.input("x_t", {}); }
    body.node("MatMul", {with_condition ? "first" : "x_t", "w"}, {"drive"}, {}, "of_x");
    body.node("MatMul", {"h", "r"}, {"back"}, {}, "of_h").node("Add", {"drive", "back"}, {"sum"});
    body.node("Erf", {"sum"}, {"next"});
    if (with_condition) {
        body.floats("high", {}, {0.9F}).node("ReduceMax", {"next"}, {"top"}, {{"keepdims", 0}});
        body.node("Less", {"top", "high"}, {"goes_on"}).output("goes_on");
    }
    body.output("next");
    ModelBuilder m(17);
    std::vector<float> w(24 * 24), r(24 * 24);
    Random random(2);
    for (float& value : w) { value = static_cast<float>(random.normal(0.3)); }
    for (float& value : r) { value = static_cast<float>(random.normal(0.2)); }
    m.floats("w", {24, 24}, w).floats("r", {24, 24}, r).floats("zero", {1, 24}, std::vector<float>(24, 0));
    if (with_condition) {
        m.input("first", {1, 24});
        *m.graph().add_initializer() = integer_proto("five", {}, {5});
        m.node("Loop", {"five", "", "zero"}, {"y"}, {{"body", body.graph()}}, "loop");
    } else {
        body.output("next");
        m.input("x", {"time", 1, 24});
        m.node("Scan", {"zero", "x"}, {"y", "all"}, {{"body", body.graph()}, {"num_scan_inputs", 1}}, "scan");
        m.output("all");
    }
    return m.output("y");
}

}  // namespace

TEST_CASE("layers in a body become int8 and are measured in all of its runs") {
    for (const DimRange& time : {DimRange(6), DimRange(2, 6)}) {
        const std::string path = looped(false).save("looped.onnx");
        const Conversion fp32 = convert(path, with_dims({{"time", time}}));
        const Quantized int8 = quantized(fp32, int8_request(), path);
        REQUIRE(int8.report.not_made == "");
        REQUIRE(int8.report.layers.size() == 2);
        for (const LayerReport& layer : int8.report.layers) {
            CHECK(layer.form == WeightForm::i8);
            CHECK(layer.errors.sqnr() > 25);
            CHECK(layer.errors.sqnr() < 80);
        }
        CHECK(int8.conversion.file.size() < fp32.file.size() * 2 / 3);
    }
}

TEST_CASE("what is seen of a layer in a body is stacked, in front of the program's own steps nothing moves") {
    const Conversion fp32 = convert(looped(false).save(), with_dims({{"time", DimRange(6)}}));
    const Program seen = with_layer_outputs(*fp32.program);
    REQUIRE(seen.outputs.size() == fp32.program->outputs.size() + 2);
    CHECK(to_text(seen.tensors[static_cast<std::size_t>(seen.outputs.back().tensor)].dims) == "[6, 1, 24]");
    const Program read = with_layer_inputs(*fp32.program);
    CHECK(read.steps.size() == fp32.program->steps.size() + 2);
    CHECK(!write_program(seen, no_quantization()).empty());
    CHECK(!write_program(read, no_quantization()).empty());
}

TEST_CASE("layers in a loop that a condition may end stay fp32") {
    const std::string path = looped(true).save("ended.onnx");
    const Conversion fp32 = convert(path, {});
    CHECK(layers_of(*fp32.program).empty());
    const Quantized same = quantized(fp32, int8_request(), path);
    CHECK(same.report.layers.empty());
    CHECK(same.conversion.file.size() == fp32.file.size());
}

}  // namespace tidegate::accuracy_loops_test
