// SPDX-License-Identifier: MIT
// Loops that step a cell become layers; the loop as it was is the oracle.
#include "cell_writing.h"

namespace tidegate::cells_loops_test {
namespace {

using namespace test;
using namespace test::written;
using Axes = std::vector<std::int64_t>;

/// A body over states h (and c) and a row of x.
Written body_of(const std::vector<std::string>& states) {
    Written w;
    for (const std::string& state : states) { w.m.input(state, {}); }
    w.m.input("x_t", {});
    return w;
}

/// Scan over x [time, 2, 3] along an axis, with the body's last output stacked; the weights are of so many gates.
Written scan_of(const Written& body, int gates, const std::vector<std::string>& states, std::int64_t axis = 0,
                std::int64_t backwards = 0) {
    Written w;
    w.weights(gates);
    std::vector<ModelBuilder::Extent> dims = {kBatch, kInputs};
    dims.insert(dims.begin() + axis, std::string("time"));
    w.input("x", dims);
    std::vector<std::string> inputs, outputs;
    for (const std::string& state : states) {
        w.input(state + "0", {kBatch, kHidden});
        inputs.push_back(state + "0");
        outputs.push_back(state + "_last");
        w.output(outputs.back());
    }
    inputs.emplace_back("x");
    outputs.emplace_back("all");
    w.m.node("Scan", inputs, outputs,
             {{"body", ModelBuilder(body.m).graph()},
              {"num_scan_inputs", 1},
              {"scan_input_axes", Axes{axis}},
              {"scan_input_directions", Axes{backwards}},
              {"scan_output_axes", Axes{axis}},
              {"scan_output_directions", Axes{backwards}}},
             "stepped");
    return w.output("all");
}

Written lstm_body() {
    Written w = body_of({"h", "c"});
    const States s = lstm_step(w, "x_t", {"h", "c"});
    return w.output(s.h).output(s.c).output(s.h);
}
Written gru_body() {
    Written w = body_of({"h"});
    const std::string h = gru_step(w, "x_t", "h");
    return w.output(h).output(h);
}
Written rnn_body() {
    Written w = body_of({"h"});
    const std::string h = rnn_step(w, "x_t", "h");
    return w.output(h).output(h);
}

void check_layer(const Written& w, const std::string& layer, const ConvertOptions& options = with_dims({{"time", 4}})) {
    const Recognised found = recognised(w, options);
    INFO(found.operators);
    CHECK(found.count(layer) == 1);
    CHECK(found.count("Loop") == 0);
    CHECK(found.notes("took 1 " + layer + " node of one step out of loops"));
}

}  // namespace

TEST_CASE("a loop that steps a cell becomes the layer, along any axis and in both directions") {
    for (const std::int64_t axis : {0, 1}) {
        for (const std::int64_t backwards : {0, 1}) {
            CAPTURE(axis);
            CAPTURE(backwards);
            check_layer(scan_of(rnn_body(), 1, {"h"}, axis, backwards), "RNN");
            check_layer(scan_of(lstm_body(), 4, {"h", "c"}, axis, backwards), "LSTM");
            check_layer(scan_of(gru_body(), 3, {"h"}, axis, backwards), "GRU");
        }
    }
}

TEST_CASE("such a layer follows a changing time, also one of a single step") {
    CHECK(sweep(scan_of(gru_body(), 3, {"h"}).m, with_dims({{"time", {1, 5}}})).compared == 5);
    CHECK(sweep(scan_of(lstm_body(), 4, {"h", "c"}, 1).m, with_dims({{"time", {1, 5}}})).compared == 5);
}

TEST_CASE("the states of such a layer can be linked") {
    ConvertOptions options = with_dims({{"time", 4}});
    options.stateful = true;
    const Recognised linked = recognised(scan_of(lstm_body(), 4, {"h", "c"}), options);
    CHECK(linked.conversion.graph.states.size() == 2);
    CHECK(linked.conversion.graph.inputs.size() == 1);
}

TEST_CASE("cells one behind the other in a loop become layers one behind the other, what is left stays a loop") {
    Written body = body_of({"h", "c", "g"});
    const States s = lstm_step(body, "x_t", {"h", "c"});
    body.m.weights("w2", {3 * kHidden, kHidden}).weights("r22", {3 * kHidden, kHidden});
    const auto xs = body.split(body.gemm(s.h, "w2"), 3), hs = body.split(body.gemm("g", "r22"), 3);
    const std::string z = body.sigmoid(body.add(xs[0], hs[0])), r = body.sigmoid(body.add(xs[1], hs[1]));
    const std::string n = body.tanh(body.add(xs[2], body.mul(r, hs[2])));
    const std::string g = body.add(body.mul(z, "g"), body.mul(body.sub("one", z), n));
    SUBCASE("nothing is left") {
        body.output(s.h).output(s.c).output(g).output(g);
        const Recognised found = recognised(scan_of(body, 4, {"h", "c", "g"}), with_dims({{"time", 3}}));
        CHECK(found.count("LSTM") == 1);
        CHECK(found.count("GRU") == 1);
        CHECK(found.count("Loop") == 0);
    }
    SUBCASE("a product is left") {
        body.output(s.h).output(s.c).output(g).output(body.op("Softmax", {body.mul(g, s.h)}));
        const Recognised found = recognised(scan_of(body, 4, {"h", "c", "g"}), with_dims({{"time", 3}}));
        CHECK(found.count("LSTM") == 1);
        CHECK(found.count("GRU") == 1);
        CHECK(found.count("Loop") == 1);
    }
}

TEST_CASE("a cell whose input the loop makes of its output stays in it, as a node of one step") {
    Written body = body_of({"h", "c"});
    body.m.weights("fed", {kHidden, kInputs});
    const States s = lstm_step(body, body.add("x_t", body.matmul("h", "fed")), {"h", "c"});
    body.output(s.h).output(s.c).output(s.h);
    const Recognised found = recognised(scan_of(body, 4, {"h", "c"}), with_dims({{"time", 3}}));
    CHECK(found.count("LSTM") == 1);
    CHECK(found.count("Loop") == 1);
}

TEST_CASE("a loop that shows more of a cell than h keeps it") {
    SUBCASE("all cell states") {
        Written body = body_of({"h", "c"});
        const States s = lstm_step(body, "x_t", {"h", "c"});
        body.output(s.h).output(s.c).output(s.c);
        const Recognised found = recognised(scan_of(body, 4, {"h", "c"}), with_dims({{"time", 3}}));
        CHECK(found.count("Loop") == 1);
    }
    SUBCASE("the state before the step") {
        Written body = body_of({"h"});
        const std::string h = gru_step(body, "x_t", "h");
        body.output(h).output(body.op("Neg", {"h"}));
        const Recognised found = recognised(scan_of(body, 3, {"h"}), with_dims({{"time", 3}}));
        CHECK(found.count("Loop") == 1);
    }
    SUBCASE("another value goes on as h") {
        Written body = body_of({"h"});
        const std::string h = gru_step(body, "x_t", "h");
        body.output(body.op("Neg", {h})).output(h);
        const Recognised found = recognised(scan_of(body, 3, {"h"}), with_dims({{"time", 3}}));
        CHECK(found.count("Loop") == 1);
    }
    SUBCASE("results that are stacked the other way round") {
        Written w = scan_of(gru_body(), 3, {"h"});
        for (auto& attribute : *w.m.graph().mutable_node(0)->mutable_attribute()) {
            if (attribute.name() == "scan_output_directions") { attribute.set_ints(0, 1); }
        }
        const Recognised found = recognised(w, with_dims({{"time", 3}}));
        CHECK(found.count("Loop") == 1);
        CHECK(found.count("GRU") == 1);
    }
}

TEST_CASE("an LSTM node of one step in a loop, as scripted LSTMCell is written, leaves it") {
    Written body = body_of({"h", "c"});
    body.m.weights("W", {1, 4 * kHidden, kInputs}).weights("R", {1, 4 * kHidden, kHidden});
    const std::string zero = body.list({0});
    const auto wide = [&](const std::string& x) { return body.op("Unsqueeze", {x, zero}); };
    const std::string x = wide("x_t"), h = wide("h"), c = wide("c"), next_h = body.fresh(), next_c = body.fresh();
    body.m.node("LSTM", {x, "W", "R", "", "", h, c}, {"", next_h, next_c}, {{"hidden_size", kHidden}});
    const std::string out_h = body.op("Squeeze", {next_h, zero}), out_c = body.op("Squeeze", {next_c, zero});
    body.output(out_h).output(out_c).output(body.op("Identity", {out_h}));
    check_layer(scan_of(body, 4, {"h", "c"}), "LSTM");
}

TEST_CASE("a Loop that gathers its steps by a counter and stops by a condition that it knows is walked too") {
    Written body;
    body.m.input("i", {}, kI64).input("go", {}, onnx::TensorProto::BOOL).input("h", {});
    const std::string h = gru_step(body, body.op("Gather", {"x", "i"}, {{"axis", 1}}), "h");
    body.m.node("Identity", {"go"}, {"goes"});
    body.m.output("goes", onnx::TensorProto::BOOL);
    body.output(h).output(h);
    Written w;
    w.weights(3);
    w.input("x", {kBatch, 4, kInputs}).input("h0", {kBatch, kHidden});
    *w.m.graph().add_initializer() = integer_proto("most", {}, {4});
    onnx::TensorProto yes = integer_proto("yes", {}, {});
    yes.set_data_type(onnx::TensorProto::BOOL);
    yes.clear_int64_data();
    yes.add_int32_data(1);
    *w.m.graph().add_initializer() = yes;
    w.m.node("Loop", {"most", "yes", "h0"}, {"last", "all"}, {{"body", ModelBuilder(body.m).graph()}});
    check_layer(w.output("last").output("all"), "GRU", {});
}

}  // namespace tidegate::cells_loops_test
