// SPDX-License-Identifier: MIT
// --stateful: the oracle is the model without it, fed by hand with its own states.
#include <doctest/doctest.h>

#include "converter/simplify_support.h"

namespace tidegate::simplify_stateful_test {
namespace {

using test::has;
using test::ModelBuilder;
using test::operators_of;
using test::refusal;
using List = std::vector<std::int64_t>;

ConvertOptions stateful() {
    ConvertOptions options;
    options.stateful = true;
    return options;
}

std::string fault(const ModelBuilder& model) {
    return refusal([&] { model.simplified(stateful()); });
}

/// Two LSTM layers; h0 and c0 are [2,1,3], sliced or split per layer and joined again in `order`.
ModelBuilder two_layers(const std::vector<int>& order, bool split) {
    ModelBuilder model;
    model.input("x", {1, 1, 2}).input("h0", {2, 1, 3}).input("c0", {2, 1, 3}).output("y").output("hn").output("cn");
    model.integers("zero", {0}).integers("one", {1}).integers("two", {2});
    for (const std::string layer : {"0", "1"}) {
        model.weights("W" + layer, {1, 12, layer == "0" ? 2 : 3}).weights("R" + layer, {1, 12, 3});
    }
    for (const std::string state : {"h", "c"}) {
        if (split) {
            model.node("Split", {state + "0"}, {state + "_0", state + "_1"}, {{"axis", 0}});
        } else {
            model.node("Slice", {state + "0", "zero", "one", "zero"}, {state + "_0"});
            model.node("Slice", {state + "0", "one", "two", "zero"}, {state + "_1"});
        }
    }
    model.node("LSTM", {"x", "W0", "R0", "", "", "h_0", "c_0"}, {"Y0", "h0n", "c0n"}, {}, "layer0");
    model.node("Squeeze", {"Y0", "one"}, {"x1"});
    model.node("LSTM", {"x1", "W1", "R1", "", "", "h_1", "c_1"}, {"Y1", "h1n", "c1n"}, {}, "layer1");
    model.node("Squeeze", {"Y1", "one"}, {"y"});
    const auto joined = [&](const std::string& s) {
        std::vector<std::string> names;
        for (const int layer : order) { names.push_back(s + std::to_string(layer) + "n"); }
        return names;
    };
    model.node("Concat", joined("h"), {"hn"}, {{"axis", 0}}).node("Concat", joined("c"), {"cn"}, {{"axis", 0}});
    return model;
}

/// Runs both graphs for some steps: `plain` with its states fed from outputs to inputs by position (first states
/// first), `linked` with the session's. Every step's first output must be the same.
void check_stream(const Graph& plain, const Graph& linked, std::size_t states) {
    REQUIRE(linked.inputs.size() + states == plain.inputs.size());
    std::vector<Tensor> fed;
    for (std::size_t i = linked.inputs.size(); i < plain.inputs.size(); ++i) {
        const Value& value = plain.values[static_cast<std::size_t>(plain.inputs[i].value)];
        fed.push_back(Tensor::zeros(value.type, value.dims->constants()));
    }
    std::vector<Tensor> session = initial_states(linked);
    std::vector<Tensor> none;
    for (int step = 0; step < 5; ++step) {
        const Value& x = linked.values[static_cast<std::size_t>(linked.inputs[0].value)];
        const Tensor input = test::filled(x.type, x.dims->constants(), step);
        std::vector<Tensor> inputs = {input};
        inputs.insert(inputs.end(), fed.begin(), fed.end());
        const std::vector<Tensor> expected = evaluate(plain, inputs, none);
        const std::vector<Tensor> found = evaluate(linked, {input}, session);
        CAPTURE(step);
        CHECK(found[0] == expected[0]);
        for (std::size_t i = 0; i < states; ++i) { fed[i] = expected[i + 1]; }
    }
    for (const Tensor& state : session) { CHECK_FALSE(state == Tensor::zeros(state.type, state.dims)); }
}

/// One cell with everything that --stateful refuses or accepts.
ModelBuilder one_cell(const std::string& op, const std::vector<std::string>& inputs,
                      const std::vector<std::pair<std::string, test::AttributeValue>>& attributes = {},
                      int directions = 1) {
    ModelBuilder model;
    const int gates = op == "LSTM" ? 4 : op == "GRU" ? 3 : 1;
    model.input("x", {2, 1, 2}).input("h0", {directions, 1, 3}).output("y").output("hn");
    model.weights("W", {directions, gates * 3, 2}).weights("R", {directions, gates * 3, 3}).weights("h1", {1, 1, 3});
    model.node(op, inputs, {"y", "hn"}, attributes, "cell");
    return model;
}

}  // namespace

TEST_CASE("states of stacked layers are linked through Slice or Split and Concat") {
    for (const bool split : {false, true}) {
        CAPTURE(split);
        const ModelBuilder model = two_layers({0, 1}, split);
        const Graph linked = model.simplified(stateful());
        REQUIRE(linked.states.size() == 2);
        CHECK(linked.states[0].name == "h0");
        CHECK(linked.states[1].name == "c0");
        CHECK(linked.inputs.size() == 1);
        CHECK(linked.outputs.size() == 1);
        CHECK(linked.notes == std::vector<std::string>{"state 'h0': output 'hn' feeds input 'h0', starts at zero",
                                                       "state 'c0': output 'cn' feeds input 'c0', starts at zero"});
        check_stream(model.simplified(), linked, 2);
    }
}

TEST_CASE("an output that joins the layers in another order is not the input's next value") {
    const std::string text = fault(two_layers({1, 0}, false));
    CHECK(has(text, "4 problems"));
    CHECK(
        has(text,
            "node 'layer0' (LSTM): its initial_h comes from input 'h0', but no output returns it element for element; "
            "link it with --state OUTPUT=h0"));
}

TEST_CASE("an output that permutes single units of a state is not its next value") {
    ModelBuilder model;
    model.input("x", {1, 1, 2}).input("h0", {1, 1, 3}).output("y").output("hn").integers("order", {0, 2, 1});
    model.weights("W", {1, 3, 2}).weights("R", {1, 3, 3});
    model.node("RNN", {"x", "W", "R", "", "", "h0"}, {"y", "h"}).node("Gather", {"h", "order"}, {"hn"}, {{"axis", 2}});
    CHECK(has(fault(model), "but no output returns it element for element"));
}

TEST_CASE("a state that is transposed, squeezed and gathered on its way is found") {
    ModelBuilder model;
    model.input("x", {1, 2, 2}).input("s", {2, 2, 3}).output("y").output("t").integers("one", {1});
    *model.graph().add_initializer() = test::integer_proto("h_index", {}, {1});
    *model.graph().add_initializer() = test::integer_proto("c_index", {}, {-2});
    model.weights("W", {1, 12, 2}).weights("R", {1, 12, 3}).integers("zero", {0});
    model.node("Gather", {"s", "h_index"}, {"h"}, {{"axis", 1}}).node("Gather", {"s", "c_index"}, {"c"}, {{"axis", 1}});
    model.node("Unsqueeze", {"h", "zero"}, {"h3"}).node("Unsqueeze", {"c", "zero"}, {"c3"});
    model.node("LSTM", {"x", "W", "R", "", "", "h3", "c3"}, {"Y", "hn", "cn"}).node("Squeeze", {"Y", "one"}, {"y"});
    model.node("Concat", {"cn", "hn"}, {"both"}, {{"axis", 0}});
    model.node("Transpose", {"both"}, {"t"}, {{"perm", List{1, 0, 2}}});
    const Graph linked = model.simplified(stateful());
    REQUIRE(linked.states.size() == 1);
    check_stream(model.simplified(), linked, 1);
}

TEST_CASE("missing, zero and constant initial states become states of the node") {
    for (const char* op : {"RNN", "GRU"}) {
        const Graph linked = one_cell(op, {"x", "W", "R"}).simplified(stateful());
        REQUIRE(linked.states.size() == 1);
        CHECK(linked.states[0].name == "cell.h");
        CHECK(linked.states[0].initial == nullptr);
        CHECK(linked.outputs.size() == 2);
        CHECK(linked.inputs.size() == 2);  // h0, which nothing reads, stays
    }
    const ModelBuilder model = one_cell("LSTM", {"x", "W", "R", "", "", "h1"});
    const Graph linked = model.simplified(stateful());
    REQUIRE(linked.states.size() == 2);
    REQUIRE(linked.states[0].initial != nullptr);
    CHECK(linked.states[1].name == "cell.c");
    CHECK(linked.states[1].initial == nullptr);
    CHECK(linked.notes == std::vector<std::string>{"state 'cell.h': initial_h of node 'cell', starts at a constant",
                                                   "state 'cell.c': initial_c of node 'cell', starts at zero"});

    // Two runs of 2 steps are one run of 4.
    ModelBuilder whole;
    whole.input("x", {4, 1, 2}).output("y").weights("W", {1, 12, 2}).weights("R", {1, 12, 3}).weights("h1", {1, 1, 3});
    whole.node("LSTM", {"x", "W", "R", "", "", "h1"}, {"y"});
    const Tensor x = test::filled(ElementType::f32, {4, 1, 2}, 1);
    std::vector<Tensor> none;
    const std::vector<double> expected = evaluate(whole.simplified(), {x}, none)[0].reals;
    std::vector<Tensor> session = initial_states(linked);
    const Tensor h0 = Tensor::zeros(ElementType::f32, {1, 1, 3});
    std::vector<double> found;
    for (const int half : {0, 1}) {
        const auto begin = x.reals.begin() + half * 4;
        const Tensor part = Tensor::of({2, 1, 2}, {begin, begin + 4});
        const std::vector<double> y = evaluate(linked, {part, h0}, session)[0].reals;
        found.insert(found.end(), y.begin(), y.end());
    }
    CHECK(found == expected);
}

TEST_CASE("backward passes and sequence lengths are refused by node") {
    CHECK(has(fault(one_cell("GRU", {"x", "W", "R", "", "", "h0"}, {{"direction", "reverse"}})),
              "node 'cell' (GRU): --stateful needs direction forward"));
    CHECK(has(fault(one_cell("GRU", {"x", "W", "R", "", "", "h0"}, {{"direction", "bidirectional"}}, 2)),
              "node 'cell' (GRU): --stateful needs direction forward"));
    ModelBuilder lengths = one_cell("GRU", {"x", "W", "R", "", "n", "h0"});
    lengths.input("n", {1}, onnx::TensorProto::INT32);
    CHECK(has(fault(lengths), "node 'cell' (GRU): --stateful and sequence_lens do not go together"));
}

TEST_CASE("a state that is computed, that is shared, or that no output returns is refused") {
    ModelBuilder computed;
    computed.input("x", {1, 1, 2}).input("z", {1, 1, 3}).output("y").weights("W", {1, 3, 2}).weights("R", {1, 3, 3});
    computed.node("Tanh", {"z"}, {"h"}).node("RNN", {"x", "W", "R", "", "", "h"}, {"y"}, {}, "cell");
    CHECK(has(fault(computed), "node 'cell' (RNN): its initial_h is computed by other operators"));

    ModelBuilder shared;
    shared.input("x", {1, 1, 2}).input("s", {1, 1, 3}).output("y").output("hn").weights("W", {1, 12, 2});
    shared.weights("R", {1, 12, 3}).node("LSTM", {"x", "W", "R", "", "", "s", "s"}, {"y", "hn"}, {}, "cell");
    CHECK(has(fault(shared), "node 'cell' (LSTM): its initial_c shares elements of input 's' with another state"));

    ModelBuilder lost;
    lost.input("x", {1, 1, 2}).input("s", {1, 1, 3}).output("y").weights("W", {1, 3, 2}).weights("R", {1, 3, 3});
    lost.node("RNN", {"x", "W", "R", "", "", "s"}, {"y"}, {}, "cell");
    CHECK(has(fault(lost), "its initial_h comes from input 's', but no output returns it element for element"));

    ModelBuilder none;
    none.input("x", {1}).output("y").node("Relu", {"x"}, {"y"});
    CHECK(has(fault(none), "--stateful: the model has no state to link"));
}

TEST_CASE("an output that only passes an input through is no state") {
    ModelBuilder model = one_cell("RNN", {"x", "W", "R", "", "", "h0"});
    model.input("z", {1}).output("z_out").node("Identity", {"z"}, {"z_out"});
    const Graph linked = model.simplified(stateful());
    CHECK(linked.states.size() == 1);
    CHECK(linked.outputs.size() == 2);
}

TEST_CASE("--state and --stateful go together: what is linked by hand is left alone") {
    ConvertOptions options = stateful();
    options.states = {{"hn", "h0"}};
    const Graph linked = two_layers({0, 1}, false).simplified(options);
    REQUIRE(linked.states.size() == 2);
    CHECK(linked.states[0].name == "h0");
    CHECK(linked.states[1].name == "c0");
}

}  // namespace tidegate::simplify_stateful_test
