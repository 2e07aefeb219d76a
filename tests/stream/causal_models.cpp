// SPDX-License-Identifier: MIT
// Causal models over time, step by step, beside the whole.
#include "streams.h"

namespace tidegate::test {
namespace {

using Extent = ModelBuilder::Extent;

/// X [time, 1, in] -> Y squeezed to [time, 1, hidden].
ModelBuilder& cell(ModelBuilder& model, const std::string& op, const std::string& x, const std::string& y, int in,
                   int hidden, const std::string& y_h = "") {
    const int gates = op == "LSTM" ? 4 : op == "GRU" ? 3 : 1;
    model.weights(y + ".W", {1, gates * hidden, in}).weights(y + ".R", {1, gates * hidden, hidden});
    model.weights(y + ".B", {1, 2 * gates * hidden});
    std::vector<std::string> outputs = {y + ".Y"};
    if (!y_h.empty()) { outputs.push_back(y_h); }
    model.node(op, {x, y + ".W", y + ".R", y + ".B"}, outputs, {{"hidden_size", std::int64_t{hidden}}}, "cell_" + y);
    return model.integers(y + ".axis", {1}).node("Squeeze", {y + ".Y", y + ".axis"}, {y});
}

ModelBuilder& conv(ModelBuilder& model, const std::string& x, const std::string& y, int in, int out, int kernel,
                   std::vector<std::int64_t> pads, std::int64_t dilation = 1) {
    model.weights(y + ".w", {out, in, kernel}).weights(y + ".b", {out});
    return model.node("Conv", {x, y + ".w", y + ".b"}, {y},
                      {{"pads", std::move(pads)}, {"dilations", std::vector<std::int64_t>{dilation}}}, "conv_" + y);
}

ModelBuilder& slice(ModelBuilder& model, const std::string& x, const std::string& y, std::int64_t start,
                    std::int64_t end, std::int64_t axis) {
    model.integers(y + ".s", {start}).integers(y + ".e", {end}).integers(y + ".a", {axis});
    return model.node("Slice", {x, y + ".s", y + ".e", y + ".a"}, {y}, {}, "slice_" + y);
}

constexpr std::int64_t kEnd = INT64_MAX;

}  // namespace

TEST_CASE("recurrent layers stream, many to many and many to one") {
    for (const std::string first : {"LSTM", "GRU", "RNN"}) {
        CAPTURE(first);
        ModelBuilder model;
        model.input("x", {"time", 1, 3});
        cell(model, first, "x", "a", 3, 5);
        cell(model, "GRU", "a", "y", 5, 4, "last");
        check_streams(model.output("y").output("last"));
    }
}

TEST_CASE("the last step of a stream is the last of the whole so far") {
    ModelBuilder model;
    model.input("x", {1, "time", 3}).node("Transpose", {"x"}, {"t"}, {{"perm", std::vector<std::int64_t>{1, 0, 2}}});
    cell(model, "LSTM", "t", "a", 3, 5);
    *model.graph().add_initializer() = integer_proto("minus_one", {}, {-1});
    model.node("Gather", {"a", "minus_one"}, {"y"}, {{"axis", std::int64_t{0}}});
    slice(model, "a", "three", -3, kEnd, 0);
    model.weights("head", {5, 2}).node("MatMul", {"y", "head"}, {"z"});
    check_streams(ModelBuilder(model).output("z"));
    CHECK(compare_stream(ModelBuilder(model).output("three"), {.warm_up = 2}) == 1);
    CHECK(compare_stream(ModelBuilder(model).output("three"), {.chunk = 2, .warm_up = 2}) == 1);
}

TEST_CASE("causal convolutions stream, padded in front, dilated, with residuals") {
    ModelBuilder model;
    model.input("x", {1, 3, "time"});
    conv(model, "x", "a", 3, 4, 3, {2, 0});
    model.node("Relu", {"a"}, {"ra"});
    conv(model, "ra", "b", 4, 4, 3, {4, 0}, 2);
    model.node("Add", {"ra", "b"}, {"y"});
    check_streams(model.output("y"));
}

TEST_CASE("convolutions that are padded on both sides and cut stream") {
    ModelBuilder model;
    model.input("x", {1, 3, "time"});
    conv(model, "x", "a", 3, 4, 3, {4, 4}, 2);
    slice(model, "a", "cut", 0, -4, 2);
    model.node("Tanh", {"cut"}, {"ra"});
    conv(model, "ra", "b", 4, 4, 2, {1, 1});
    slice(model, "b", "cut_b", 0, -1, 2);
    model.node("Add", {"ra", "cut_b"}, {"y"});
    check_streams(model.output("y"));
}

TEST_CASE("valid convolutions warm up; what is ahead of them waits") {
    ModelBuilder model;
    model.input("x", {1, 3, "time"});
    conv(model, "x", "a", 3, 3, 3, {0, 0}, 2);
    slice(model, "x", "late", 4, kEnd, 2);
    slice(model, "x", "early", 0, -4, 2);
    model.node("Add", {"a", "late"}, {"s"}).node("Mul", {"s", "early"}, {"y"});
    check_streams(model.output("y"), {.warm_up = 4});
}

TEST_CASE("a recurrent layer behind a warm-up begins when its input does") {
    ModelBuilder model;
    model.input("x", {1, 3, "time"});
    conv(model, "x", "a", 3, 3, 3, {0, 0});
    model.node("Transpose", {"a"}, {"t"}, {{"perm", std::vector<std::int64_t>{2, 0, 1}}});
    cell(model, "LSTM", "t", "y", 3, 5, "last");
    check_streams(model.output("y").output("last"), {.warm_up = 2});
    CHECK(has(refusal([&] { convert(model.save("stream.onnx"), streamed("time", 4)); }),
              "no multiple of the 4 steps of a run"));
}

TEST_CASE("padding behind a warm-up takes its place") {
    ModelBuilder model;
    model.input("x", {1, 3, "time"});
    conv(model, "x", "a", 3, 3, 3, {0, 0});
    model.node("Tanh", {"a"}, {"ra"});
    conv(model, "ra", "b", 3, 3, 3, {2, 0});
    model.output("b");
    CHECK(compare_stream(model, {.warm_up = 2}) == 1);
    CHECK(compare_stream(model, {.chunk = 4, .warm_up = 2}) == 1);
    ModelBuilder whole;  // padded to the length of x again
    whole.input("x", {1, 3, "time"});
    conv(whole, "x", "a", 3, 3, 3, {0, 0});
    conv(whole, "a", "b", 3, 3, 3, {4, 0});
    whole.node("Add", {"b", "x"}, {"y"});
    check_streams(whole.output("y"));
}

TEST_CASE("Pad in front of a convolution, with moves between, streams without delay") {
    ModelBuilder model;
    model.input("x", {1, "time", 3}).integers("pads", {0, 2, 0, 0, 0, 0}).floats("fill", {}, {0.5F});
    model.node("Pad", {"x", "pads", "fill"}, {"p"}).node("Relu", {"p"}, {"r"});
    model.node("Transpose", {"r"}, {"t"}, {{"perm", std::vector<std::int64_t>{0, 2, 1}}});
    model.integers("two", {2}).node("Unsqueeze", {"t", "two"}, {"u"});
    model.weights("w", {4, 3, 1, 3}).node("Conv", {"u", "w"}, {"c"});
    model.node("Squeeze", {"c", "two"}, {"y"});
    check_streams(model.output("y"));
}

TEST_CASE("zeros joined in front of time are padding") {
    ModelBuilder model;
    model.input("x", {1, 3, "time"}).floats("zeros", {1, 3, 2}, std::vector<float>(6, 0.0F));
    model.node("Concat", {"zeros", "x"}, {"p"}, {{"axis", std::int64_t{2}}});
    conv(model, "p", "y", 3, 2, 3, {0, 0});
    check_streams(model.output("y"));
}

TEST_CASE("convolutions over time and frequency stream, and back") {
    ModelBuilder model;
    model.input("x", {1, 2, "time", 9});
    model.weights("w", {4, 2, 2, 3}).weights("b", {4});
    model.node("Conv", {"x", "w", "b"}, {"a"},
               {{"pads", std::vector<std::int64_t>{1, 1, 0, 1}}, {"strides", std::vector<std::int64_t>{1, 2}}});
    model.floats("slope", {4, 1, 1}, {0.1F, 0.2F, 0.3F, 0.4F}).node("PRelu", {"a", "slope"}, {"p"});
    model.weights("d", {4, 1, 3, 3});
    model.node("Conv", {"p", "d"}, {"depth"},
               {{"pads", std::vector<std::int64_t>{4, 1, 0, 1}},
                {"dilations", std::vector<std::int64_t>{2, 1}},
                {"group", std::int64_t{4}}});
    model.weights("back", {4, 2, 3, 3});
    model.node("ConvTranspose", {"depth", "back"}, {"long"},
               {{"pads", std::vector<std::int64_t>{0, 1, 0, 1}}, {"strides", std::vector<std::int64_t>{1, 2}}});
    slice(model, "long", "y", 0, -2, 2);
    check_streams(model.output("y"));
}

TEST_CASE("pools of stride 1 stream") {
    ModelBuilder model;
    model.input("x", {1, 3, "time"});
    model.node("MaxPool", {"x"}, {"a"}, {{"kernel_shape", std::vector<std::int64_t>{3}}});
    model.node("AveragePool", {"x"}, {"b"}, {{"kernel_shape", std::vector<std::int64_t>{3}}});
    model.node("Sub", {"a", "b"}, {"y"});
    check_streams(model.output("y"), {.warm_up = 2});
}

TEST_CASE("embeddings and what is computed for each step stream") {
    ModelBuilder model;
    model.input("words", {1, "time"}, onnx::TensorProto::INT64).weights("table", {9, 6});
    model.node("Gather", {"table", "words"}, {"e"});
    model.weights("scale", {6}).node("LayerNormalization", {"e", "scale"}, {"n"}).node("Softmax", {"n"}, {"s"});
    model.node("Transpose", {"s"}, {"t"}, {{"perm", std::vector<std::int64_t>{1, 0, 2}}});
    cell(model, "GRU", "t", "y", 6, 4);
    model.node("ReduceMax", {"y"}, {"m"}, {{"axes", std::vector<std::int64_t>{2}}, {"keepdims", std::int64_t{0}}});
    model.node("ArgMax", {"y"}, {"best"}, {{"axis", std::int64_t{2}}});
    check_streams(model.output("y").output("m").output("best", onnx::TensorProto::INT64));
}

TEST_CASE("positions count on, and a table of them ends the stream") {
    ModelBuilder model;
    model.input("x", {1, "time", 3}).weights("table", {16, 3}).weights("rows", {1, 20, 3});
    *model.graph().add_initializer() = integer_proto("zero", {}, {0});
    *model.graph().add_initializer() = integer_proto("one", {}, {1});
    model.node("Shape", {"x"}, {"shape"}).node("Gather", {"shape", "one"}, {"length"});
    model.node("Range", {"zero", "length", "one"}, {"index"}).node("Gather", {"table", "index"}, {"places"});
    model.node("Add", {"x", "places"}, {"a"});
    model.integers("first", {0}).integers("axis", {1}).node("Unsqueeze", {"length", "first"}, {"end"});
    model.node("Slice", {"rows", "first", "end", "axis"}, {"r"}).node("Add", {"a", "r"}, {"y"});
    model.output("y");
    check_streams(model);
    const Conversion steps = convert(model.save("stream.onnx"), streamed("time"));
    CHECK(steps.graph.stream->most == 16);
    ModelRunner runner(steps.file);
    const Tensor x = Tensor::zeros(ElementType::f32, {1, 1, 3});
    for (int i = 0; i < 16; ++i) { runner.run({x}); }
    CHECK(has(refusal([&] { runner.run({x}); }), "reset"));
}

TEST_CASE("the length of the exporter's example is any length, unless more of it is in the model") {
    ModelBuilder model;
    model.input("x", {6, 1, 3});
    cell(model, "LSTM", "x", "y", 3, 4);
    model.output("y");
    const Conversion steps = convert(model.save("stream.onnx"), streamed("x:0"));
    CHECK(check_stream(steps).difference.empty());
    const Conversion whole = convert(model.save("stream.onnx"), {});
    Random random(3);
    const std::vector<Tensor> inputs = inputs_for(whole.graph, random);
    ModelRunner whole_runner(whole.file), runner(steps.file);
    CHECK(same_bits(run_steps(runner, *steps.graph.stream, inputs)[0], whole_runner.run(inputs)[0]));

    model.integers("row", {1, 24}).node("Reshape", {"y", "row"}, {"r"}, {}, "all_in_a_row").output("r");
    CHECK(has(refusal([&] { convert(model.save("stream.onnx"), streamed("x:0")); }), "all_in_a_row"));
}

TEST_CASE("running sums stream, inclusive and exclusive, behind a warm-up too") {
    ModelBuilder model;
    model.input("x", {1, 3, "time"}).integers("axis", {2});
    model.node("CumSum", {"x", "axis"}, {"a"});
    model.node("CumSum", {"x", "axis"}, {"b"}, {{"exclusive", std::int64_t{1}}});
    model.node("Mul", {"a", "b"}, {"y"});
    check_streams(ModelBuilder(model).output("y"));
    conv(model, "x", "c", 3, 3, 3, {0, 0});
    model.node("CumSum", {"c", "axis"}, {"z"});
    check_streams(model.output("z"), {.warm_up = 2});
}

TEST_CASE("a recurrent layer over frequency, for each step, keeps no state and may be bidirectional") {
    ModelBuilder model;
    model.input("x", {1, "time", 5, 3});
    model.integers("rows", {-1, 5, 3}).node("Reshape", {"x", "rows"}, {"r"});
    model.node("Transpose", {"r"}, {"t"}, {{"perm", std::vector<std::int64_t>{1, 0, 2}}});
    model.weights("W", {2, 12, 3}).weights("R", {2, 12, 4});
    model.node("GRU", {"t", "W", "R"}, {"y4"},
               {{"hidden_size", std::int64_t{4}}, {"direction", std::string("bidirectional")}});
    model.node("Transpose", {"y4"}, {"y5"}, {{"perm", std::vector<std::int64_t>{2, 0, 1, 3}}});
    model.integers("back", {1, -1, 5, 8}).node("Reshape", {"y5", "back"}, {"y"});
    check_streams(model.output("y"));
}

TEST_CASE("elements that wait keep every bit: zeros with a sign, and what is smaller than a state may be") {
    ModelBuilder model;
    model.input("x", {1, 2, "time"}).floats("tiny", {}, {-1e-25F});
    model.node("Mul", {"x", "tiny"}, {"a"}).node("Mul", {"a", "tiny"}, {"b"}).node("Neg", {"x"}, {"n"});
    slice(model, "b", "late", 1, kEnd, 2);
    slice(model, "b", "early", 0, -1, 2);
    slice(model, "n", "was", 0, -1, 2);
    model.node("Neg", {"x"}, {"m"});
    slice(model, "m", "is", 1, kEnd, 2);
    model.node("Add", {"late", "early"}, {"y"}).node("Min", {"was", "is"}, {"z"});
    const auto zeros = [](std::vector<Tensor>& inputs) {
        for (std::size_t i = 0; i < inputs[0].reals.size(); i += 3) { inputs[0].reals[i] = 0; }
        for (double& x : inputs[0].reals) { x = static_cast<double>(static_cast<float>(x * 1e13)); }
    };
    CHECK(compare_stream(model.output("y").output("z"), {.warm_up = 1}, zeros) == 2);
}

TEST_CASE("integer and half weights stream as they run") {
    ModelBuilder model;
    model.input("x", {1, 8, "time"});
    conv(model, "x", "a", 8, 16, 3, {2, 0});
    model.node("Transpose", {"a"}, {"t"}, {{"perm", std::vector<std::int64_t>{2, 0, 1}}});
    cell(model, "LSTM", "t", "y", 16, 12);
    model.output("y");
    for (const WeightForm form : {WeightForm::i8, WeightForm::f16}) {
        ConvertOptions options;
        options.quantization.form = form;
        check_streams(model, {.options = options});
    }
}

TEST_CASE("states that are given go on beside those that are found") {
    ModelBuilder model;
    model.input("x", {"time", 1, 3}).input("h0", {1, 1, 4}).weights("W", {1, 12, 3}).weights("R", {1, 12, 4});
    model.node("GRU", {"x", "W", "R", "", "", "h0"}, {"Y", "hn"}, {{"hidden_size", std::int64_t{4}}});
    cell(model.integers("axis", {1}).node("Squeeze", {"Y", "axis"}, {"s"}), "LSTM", "s", "y", 4, 5);
    model.output("y").output("hn");
    CHECK(compare_stream(model, {.options = with_states({{"hn", "h0"}})}) == 1);
    const Conversion found = convert(model.save("stream.onnx"), streamed("time"));
    CHECK(found.graph.states.size() == 3);
    CHECK(found.graph.inputs.size() == 1);
}

}  // namespace tidegate::test
