// SPDX-License-Identifier: MIT
// What other converters and runtimes have been found to get wrong without a word, one test each: the answer is that of
// the equations (plain_cells.h, written apart from the converter), or the model is refused by node name.
//
// Elsewhere: random nodes with all attributes (lower_against_reference.cpp), numpy's answers to 115 cases
// (reference_recurrent.cpp), activations, alpha and beta (read_recurrent.cpp), lengths that the run chooses
// (symbolic_recurrent.cpp), chunks of every size (tests/runtime), recorded answers of ONNX Runtime and PyTorch
// (tests/models), and the exporters' patterns that fold and are absorbed (simplify_fold.cpp, simplify_recurrent.cpp).
#include <doctest/doctest.h>

#include <cmath>

#include "converter/cell_model.h"

namespace tidegate::silent_errors_test {
namespace {

using namespace test;

}  // namespace

TEST_CASE("1: a GRU that leaves linear_before_reset out is the form with 0, and not the one with 1") {
    CHECK(Cell("GRU", 1).distance() < kRounding);
    CHECK(Cell("GRU", 1, {{"linear_before_reset", 0}}).with_states().distance() < kRounding);
    Cell linear("GRU", 1, {{"linear_before_reset", 1}});
    linear.first().linear_before_reset = true;
    CHECK(linear.distance() < kRounding);
    linear.first().linear_before_reset = false;
    CHECK(linear.distance() > 0.01);  // these weights tell the forms apart
}

TEST_CASE("2: a reversed GRU runs backwards, and its activations, clip, layout and lengths count") {
    Cell reverse("GRU", 1, {{"direction", "reverse"}});
    reverse.first().reverse = true;
    CHECK(reverse.with_states().distance() < kRounding);
    reverse.first().reverse = false;
    CHECK(reverse.distance() > 0.01);

    Cell other("GRU", 1, {{"activations", Texts{"HardSigmoid", "Softsign"}}, {"clip", 0.75F}});
    other.first().functions = {[](double x) { return std::clamp(0.2 * x + 0.5, 0.0, 1.0); },
                               [](double x) { return x / (1 + std::abs(x)); }};
    other.first().clip = 0.75;
    CHECK(other.distance() < kRounding);
    other.first().clip = 0;
    CHECK(other.distance() > 0.01);

    CHECK(Cell("GRU", 2, {{"direction", "bidirectional"}}).batch_first().with_states().distance() < kRounding);
    Cell lengths("GRU", 2, {{"direction", "bidirectional"}});
    for (PlainCell& plain : lengths.plain()) { plain.lengths = {3, 5}; }
    CHECK(lengths.with_states().distance() < kRounding);
}

TEST_CASE("3: an LSTM's activations, clip, input_forget and direction are not ignored") {
    Cell activations("LSTM", 1, {{"activations", Texts{"Tanh", "Sigmoid", "Relu"}}});
    activations.first().functions = {tanh_of, sigmoid, [](double x) { return std::max(x, 0.0); }};
    CHECK(activations.distance() < kRounding);

    Cell clip("LSTM", 1, {{"clip", 0.5F}});
    clip.first().clip = 0.5;
    CHECK(clip.distance() < kRounding);
    clip.first().clip = 0;
    CHECK(clip.distance() > 0.01);

    Cell coupled("LSTM", 1, {{"input_forget", 1}});
    coupled.first().input_forget = true;
    CHECK(coupled.with_states().distance() < kRounding);
    coupled.first().input_forget = false;
    CHECK(coupled.distance() > 0.01);

    Cell reverse("LSTM", 1, {{"direction", "reverse"}});
    reverse.first().reverse = true;
    reverse.first().p = numbers(3 * kUnits, 17);
    CHECK(reverse.with_states().distance() < kRounding);
    CHECK(has(refusal([] { Cell("LSTM", 1, {{"direction", "foward"}}).distance(); }), "node 'cell' (LSTM)"));
}

TEST_CASE("4: the backward lane of a bidirectional LSTM reverses time, not features, each row by its length") {
    Cell both("LSTM", 2, {{"direction", "bidirectional"}});
    CHECK(both.with_states().distance() < kRounding);
    for (PlainCell& plain : both.plain()) { plain.lengths = {2, 4}; }
    CHECK(both.distance() < kRounding);
    CHECK(Cell("RNN", 2, {{"direction", "bidirectional"}}).with_states().distance() < kRounding);
}

TEST_CASE("5: layout 1 turns X, Y and the states of all three operators around") {
    for (const char* op : {"RNN", "GRU", "LSTM"}) {
        CAPTURE(op);
        CHECK(Cell(op, 1).batch_first().with_states().distance() < kRounding);
        CHECK(Cell(op, 2, {{"direction", "bidirectional"}}).batch_first().with_states().distance() < kRounding);
    }
}

TEST_CASE("6: clip also bounds C before h, and functions without alpha have the defaults of their own operators") {
    Cell clip("LSTM", 1, {{"clip", 0.25F}});
    clip.first().clip = 0.25;
    clip.with_states().first().c0 = numbers(kBatch * kUnits, 19, 4);  // far beyond the clip
    CHECK(clip.distance() < kRounding);

    Cell threshold("RNN", 1, {{"activations", Texts{"ThresholdedRelu"}}});
    threshold.first().functions = {[](double x) { return x > 1 ? x : 0.0; }};
    CHECK(threshold.distance() < 1e-3);                  // values grow
    for (const char* name : {"Affine", "ScaledTanh"}) {  // as ONNX Runtime: 0
        Cell cell("RNN", 1, {{"activations", Texts{name}}});
        cell.first().functions = {[](double) { return 0.0; }};
        CHECK(cell.distance() < kRounding);
    }
}

TEST_CASE("7: a run starts from the initial state, and from the last one only where a state is linked") {
    ModelBuilder model = Cell("LSTM", 1).model();
    const auto add_state = [&](const char* name) {
        model.input(name, {1, static_cast<int>(kBatch), static_cast<int>(kUnits)});
        onnx::NodeProto& node = *model.graph().mutable_node(0);
        while (node.input_size() < 7) { node.add_input(""); }
        node.set_input(std::string(name) == "h" ? 5 : 6, name);
    };
    add_state("h");
    add_state("c");
    const std::string path = model.save("states.onnx");
    const Tensor x = Tensor::of({kTime, kBatch, kInputs}, numbers(kTime * kBatch * kInputs, 1));
    const Tensor zero = Tensor::zeros(ElementType::f32, {1, kBatch, kUnits});

    const Conversion plain = convert(path, {});
    ModelRunner alone(plain.file);
    const std::vector<Tensor> first = alone.run({x, zero, zero}), again = alone.run({x, zero, zero});
    CHECK(first == again);
    const std::vector<Tensor> second = alone.run({x, first[1], first[2]});
    CHECK_FALSE(second == first);

    const Conversion linked = convert(path, with_states({{"Y_h", "h"}, {"Y_c", "c"}}));
    for (const char* kernels : {"", "scalar"}) {
        ModelRunner session(linked.file, kernels);
        CHECK(session.run({x})[0] == first[0]);
        CHECK(session.run({x})[0] == second[0]);
        session.reset();
        CHECK(session.run({x})[0] == first[0]);
    }
}

namespace {

Conversion as_int8(const ModelBuilder& model, const ConvertOptions& options = {}) {
    Quantization integers;
    integers.form = WeightForm::i8;
    return convert_again(convert(model.save("int8.onnx"), options), integers);
}

}  // namespace

TEST_CASE("8: an int8 LSTM whose input is all zeros has a scale, and gives what the equations give") {
    const Conversion conversion = as_int8(Cell("LSTM", 1).model());
    ModelRunner runner(conversion.file);
    const std::vector<Tensor> zero = runner.run({Tensor::zeros(ElementType::f32, {kTime, kBatch, kInputs})});
    Cell equations("LSTM", 1);
    equations.first().x.assign(kTime * kBatch * kInputs, 0.0);
    const PlainResult expected = PlainRun(equations.first()).run();
    for (std::size_t i = 0; i < expected.y.size(); ++i) {
        CHECK(std::isfinite(zero[0].reals[i]));
        CHECK(std::abs(zero[0].reals[i] - expected.y[i]) < 0.05);  // of int8
    }
}

TEST_CASE("9: an int8 answer depends neither on the other rows of the batch nor on how a sequence is cut") {
    ModelBuilder model = Cell("LSTM", 1).model();
    auto& shape = *model.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
    shape.mutable_dim(0)->set_dim_param("time");
    shape.mutable_dim(1)->set_dim_param("rows");
    const Conversion conversion = as_int8(model, with_dims({{"time", {1, kTime}}, {"rows", {1, kBatch}}}));
    ModelRunner runner(conversion.file);
    const std::vector<double> values = numbers(kTime * kBatch * kInputs, 1);
    std::vector<double> loud = values;  // the second row a hundred times as loud
    for (std::size_t i = 0; i < loud.size(); ++i) { loud[i] *= (i / kInputs) % kBatch == 1 ? 100 : 1; }
    const auto run = [&](const std::vector<double>& x, std::int64_t time, std::int64_t rows) {
        return runner.run({Tensor::of({time, rows, kInputs}, x)})[0].reals;
    };
    const std::vector<double> quiet_answer = run(values, kTime, kBatch), loud_answer = run(loud, kTime, kBatch);
    std::vector<double> alone;
    for (std::size_t t = 0; t < kTime; ++t) {
        for (std::size_t k = 0; k < kInputs; ++k) { alone.push_back(values[t * kBatch * kInputs + k]); }
    }
    const std::vector<double> alone_answer = run(alone, kTime, 1);
    alone.resize(3 * kInputs);
    const std::vector<double> shorter = run(alone, 3, 1);
    for (std::size_t t = 0; t < kTime; ++t) {
        for (std::size_t j = 0; j < kUnits; ++j) {
            const double expected = quiet_answer[t * kBatch * kUnits + j];
            CHECK(loud_answer[t * kBatch * kUnits + j] == expected);
            CHECK(alone_answer[t * kUnits + j] == expected);
            if (t < 3) { CHECK(shorter[t * kUnits + j] == expected); }
        }
    }
}

TEST_CASE(
    "decisions where the text is silent: names without case, a clip of 0 or less is none, a length of 0 is zeros") {
    Cell names("LSTM", 1, {{"activations", Texts{"sigmoid", "TANH", "tAnH"}}});
    CHECK(names.distance() < kRounding);
    for (const float clip : {0.0F, -1.0F}) { CHECK(Cell("GRU", 1, {{"clip", clip}}).distance() < kRounding); }
    for (const char* op : {"RNN", "GRU", "LSTM"}) {
        Cell lengths(op, 2, {{"direction", "bidirectional"}});
        for (PlainCell& plain : lengths.plain()) { plain.lengths = {0, 3}; }
        CHECK(lengths.with_states().distance() < kRounding);
    }
}

}  // namespace tidegate::silent_errors_test
