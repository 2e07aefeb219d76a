// SPDX-License-Identifier: MIT
// Attributes of RNN, LSTM and GRU.
#include <doctest/doctest.h>

#include "converter/onnx_builder.h"

namespace tidegate::read_recurrent_test {
namespace {

using test::AttributeValue;
using test::has;
using test::ModelBuilder;
using test::refusal;
using Attributes = std::vector<std::pair<std::string, AttributeValue>>;
using Texts = std::vector<std::string>;
using Reals = std::vector<float>;

ModelBuilder model_of(const std::string& op, const Attributes& attributes, std::int64_t opset = 17) {
    ModelBuilder model(opset);
    model.input("x", {2, 1, 3}).input("W", {1, 8, 3}).input("R", {1, 8, 2}).output("y");
    model.node(op, {"x", "W", "R"}, {"y"}, attributes, "cell");
    return model;
}

Recurrent read_cell(const std::string& op, const Attributes& attributes, std::int64_t opset = 17) {
    const Graph graph = model_of(op, attributes, opset).read();
    return std::get<Recurrent>(graph.nodes.at(0).op);
}

std::string fault(const std::string& op, const Attributes& attributes, std::int64_t opset = 17) {
    return refusal([&] { model_of(op, attributes, opset).read(); });
}

std::vector<UnaryKind> kinds(const Recurrent& cell) {
    std::vector<UnaryKind> result;
    for (const Function& function : cell.functions) { result.push_back(function.kind); }
    return result;
}

using U = UnaryKind;

}  // namespace

TEST_CASE("defaults of the three cells") {
    const Recurrent lstm = read_cell("LSTM", {});
    CHECK(lstm.cell == CellKind::lstm);
    CHECK(lstm.direction == DirectionKind::forward);
    CHECK(kinds(lstm) == std::vector{U::sigmoid, U::tanh, U::tanh});
    CHECK(lstm.hidden == 0);  // from R, when shapes are inferred
    CHECK(lstm.clip == 0);
    CHECK_FALSE(lstm.input_forget);
    CHECK_FALSE(lstm.x_batch_first);
    CHECK(lstm.y_order == YOrder::time_direction_batch);
    CHECK(kinds(read_cell("GRU", {})) == std::vector{U::sigmoid, U::tanh});
    CHECK_FALSE(read_cell("GRU", {}).linear_before_reset);
    CHECK(kinds(read_cell("RNN", {})) == std::vector{U::tanh});
    CHECK(kinds(read_cell("RNN", {{"direction", "bidirectional"}})) == std::vector{U::tanh, U::tanh});
    CHECK(kinds(read_cell("GRU", {{"direction", "bidirectional"}})).size() == 4);
}

TEST_CASE("every attribute arrives") {
    const Recurrent lstm = read_cell(
        "LSTM", {{"direction", "reverse"}, {"hidden_size", 2}, {"clip", 2.5F}, {"input_forget", 1}, {"layout", 1}});
    CHECK(lstm.direction == DirectionKind::reverse);
    CHECK(lstm.hidden == 2);
    CHECK(lstm.clip == 2.5);
    CHECK(lstm.input_forget);
    CHECK(lstm.x_batch_first);
    CHECK(lstm.state_batch_first);
    CHECK(lstm.y_order == YOrder::batch_time_direction);
    CHECK(read_cell("GRU", {{"linear_before_reset", 1}}).linear_before_reset);
    CHECK(read_cell("GRU", {{"linear_before_reset", 7}}).linear_before_reset);  // "!= 0"
}

TEST_CASE("clip may be an integer, and what is not positive is none") {
    CHECK(read_cell("LSTM", {{"clip", 3}}).clip == 3);
    CHECK(read_cell("LSTM", {{"clip", 0}}).clip == 0);
    CHECK(read_cell("LSTM", {{"clip", 0.0F}}).clip == 0);
    CHECK(read_cell("LSTM", {{"clip", -1.0F}}).clip == 0);
    CHECK(read_cell("LSTM", {{"clip", std::numeric_limits<float>::infinity()}}).clip == 0);
    CHECK(has(fault("LSTM", {{"clip", std::numeric_limits<float>::quiet_NaN()}}), "clip is not a number"));
}

TEST_CASE("all of ONNX's activations are known, whatever their case") {
    const std::vector<std::pair<std::string, U>> all = {
        {"relu", U::relu},
        {"TANH", U::tanh},
        {"Sigmoid", U::sigmoid},
        {"affine", U::affine},
        {"LeakyRelu", U::leaky_relu},
        {"thresholdedrelu", U::thresholded_relu},
        {"ScaledTanh", U::scaled_tanh},
        {"hardsigmoid", U::hard_sigmoid},
        {"Elu", U::elu},
        {"softsign", U::softsign},
        {"SoftPlus", U::softplus},
    };
    for (const auto& known : all) {
        CAPTURE(known.first);
        CHECK(kinds(read_cell("RNN", {{"activations", Texts{known.first}}})) == std::vector{known.second});
    }
    CHECK(has(fault("RNN", {{"activations", Texts{"Gelu"}}}), "activation 'Gelu' is not one of ONNX's: Relu, Tanh"));
    CHECK(has(fault("RNN", {{"activations", Texts{"Gelu"}}}), "node 'cell' (RNN)"));
}

TEST_CASE("alpha and beta go, in order, to the functions that take one; the rest gets the operators' defaults") {
    const auto functions = [](const Attributes& attributes) { return read_cell("LSTM", attributes).functions; };
    const auto f = functions({{"activations", Texts{"HardSigmoid", "Tanh", "LeakyRelu"}},
                              {"activation_alpha", Reals{0.375F, 0.25F}},
                              {"activation_beta", Reals{0.75F}}});
    CHECK(f[0].alpha == 0.375);
    CHECK(f[0].beta == 0.75);
    CHECK(f[1].alpha == 0);
    CHECK(f[2].alpha == 0.25);

    const auto d = functions({{"activations", Texts{"HardSigmoid", "LeakyRelu", "ThresholdedRelu"}}});
    CHECK(d[0].alpha == static_cast<double>(0.2F));
    CHECK(d[0].beta == 0.5);
    CHECK(d[1].alpha == static_cast<double>(0.01F));
    CHECK(d[2].alpha == 1);
    const auto e = functions({{"activations", Texts{"Elu", "Affine", "ScaledTanh"}}});
    CHECK(e[0].alpha == 1);
    CHECK(e[1].alpha == 0);
    CHECK(e[2].beta == 0);
    // A short list runs out: the later function keeps its default.
    const auto s = functions({{"activations", Texts{"Elu", "Elu", "Tanh"}}, {"activation_alpha", Reals{2}}});
    CHECK(s[0].alpha == 2);
    CHECK(s[1].alpha == 1);
}

TEST_CASE("values of alpha and beta that no function takes are refused, and so are those that are not finite") {
    CHECK(has(fault("LSTM", {{"activation_alpha", Reals{1, 1, 1}}}),
              "activation_alpha has 3 values, but the activations take 0"));
    CHECK(has(fault("RNN", {{"activations", Texts{"LeakyRelu"}}, {"activation_beta", Reals{1}}}),
              "activation_beta has 1"));
    CHECK(has(fault("RNN", {{"activations", Texts{"LeakyRelu"}},
                            {"activation_alpha", Reals{std::numeric_limits<float>::infinity()}}}),
              "activation_alpha holds a value that is not finite"));
}

TEST_CASE("the number of activations must fit cell and direction; RNN's written-out schema default is one") {
    CHECK(has(fault("LSTM", {{"activations", Texts{"Tanh"}}}), "activations has 1 names, this cell needs 3"));
    CHECK(has(fault("GRU", {{"activations", Texts{"Sigmoid", "Tanh"}}, {"direction", "bidirectional"}}),
              "activations has 2 names, this cell needs 4 (2 per direction)"));
    CHECK(kinds(read_cell("RNN", {{"activations", Texts{"Tanh", "Tanh"}}})) == std::vector{U::tanh});
    CHECK(has(fault("RNN", {{"activations", Texts(3, "Tanh")}}), "activations has 3 names, this cell needs 1"));
    CHECK(model_of("RNN", {{"activations", Texts{"Tanh", "Tanh"}}}).read().notes.empty());
    const Graph first = model_of("RNN", {{"activations", Texts{"relu", "Tanh"}}}).read();
    CHECK(kinds(std::get<Recurrent>(first.nodes.at(0).op)) == std::vector{U::relu});
    REQUIRE(first.notes.size() == 1);
    CHECK(has(first.notes[0], "node 'cell' (RNN): activations names 'relu' and 'Tanh' for one direction"));
}

TEST_CASE("unknown directions, sizes and layouts are refused") {
    CHECK(has(fault("LSTM", {{"direction", "foward"}}), "direction 'foward' is not forward, reverse or bidirectional"));
    CHECK(has(fault("LSTM", {{"hidden_size", 0}}), "hidden_size is 0"));
    CHECK(has(fault("LSTM", {{"hidden_size", -4}}), "hidden_size is -4"));
    CHECK(has(fault("LSTM", {{"layout", 2}}), "attribute 'layout' is 2; it must be 0 or 1"));
    CHECK(has(fault("LSTM", {{"input_forget", 2}}), "attribute 'input_forget' is 2"));
}

TEST_CASE("attributes belong to an operator and an opset") {
    CHECK(has(fault("LSTM", {{"layout", 1}}, 13), "attribute 'layout' is not known for this operator"));
    CHECK(has(fault("LSTM", {{"linear_before_reset", 1}}), "attribute 'linear_before_reset' is not known"));
    CHECK(has(fault("RNN", {{"input_forget", 1}}), "attribute 'input_forget' is not known"));
    CHECK(has(fault("GRU", {{"output_sequence", 1}}, 7), "attribute 'output_sequence' is not known"));
    CHECK(has(fault("LSTM", {{"hidden_size", 2.0F}}), "attribute 'hidden_size' must be of type INT"));
    CHECK(has(fault("LSTM", {{"hidden_size", 2}, {"hidden_size", 2}}), "attribute 'hidden_size' appears twice"));
}

TEST_CASE("missing inputs and outputs keep their places") {
    ModelBuilder model;
    model.input("x", {2, 1, 3}).input("W", {1, 8, 3}).input("R", {1, 8, 2}).input("h", {1, 1, 2}).output("c");
    model.node("LSTM", {"x", "W", "R", "", "", "h", ""}, {"", "", "c"});
    const Graph graph = model.read();
    CHECK(graph.nodes[0].inputs == std::vector<ValueId>{0, 1, 2, kNone, kNone, 3, kNone, kNone});
    CHECK(graph.nodes[0].outputs == std::vector<ValueId>{kNone, kNone, 4});
}

TEST_CASE("a GRU of PyTorch without linear_before_reset is converted as written, with a warning") {
    ModelBuilder model = model_of("GRU", {});
    SUBCASE("it is missing") {}
    SUBCASE("it has its default, as onnxscript 0.7.0 writes it") {
        model = model_of("GRU", {{"linear_before_reset", 0}});
    }
    model.proto.set_producer_name("pytorch");
    model.proto.set_producer_version("2.9.0");
    const Graph graph = model.read();
    CHECK(graph.producer == "pytorch 2.9.0");
    REQUIRE(graph.notes.size() == 1);
    CHECK(has(graph.notes[0], "node 'cell' (GRU): linear_before_reset is missing or 0"));
    ModelBuilder right = model_of("GRU", {{"linear_before_reset", 1}});
    right.proto.set_producer_name("pytorch");
    CHECK(right.read().notes.empty());
    CHECK(model_of("GRU", {}).read().notes.empty());
}

}  // namespace tidegate::read_recurrent_test
