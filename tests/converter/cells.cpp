// SPDX-License-Identifier: MIT
// One step of a cell that is written out becomes LSTM, GRU and RNN: whoever wrote it, with the same answers.
#include "cell_writing.h"

namespace tidegate::cells_test {
namespace {

using namespace test;
using namespace test::written;

/// x, h and c as inputs, h' and c' as outputs.
Written lstm_model(int gates = 4) {
    Written w;
    w.weights(gates);
    w.input("x", {kBatch, kInputs}).input("h", {kBatch, kHidden}).input("c", {kBatch, kHidden});
    return w;
}
Written gru_model() {
    Written w;
    w.weights(3);
    w.input("x", {kBatch, kInputs}).input("h", {kBatch, kHidden});
    return w;
}
void show(Written& w, const States& s) { w.output(s.h).output(s.c); }

void check_lstm(const Written& w) {
    const Recognised found = recognised(w);
    CHECK(found.count("LSTM") == 1);
    CHECK(found.count("Sigmoid") + found.count("Tanh") + found.count("MatMul") + found.count("Gemm") == 0);
    CHECK(found.notes("recognised 1 LSTM cell"));
}

void check_gru(const Written& w, bool linear_before_reset) {
    const Recognised found = recognised(w);
    INFO(found.operators);
    REQUIRE(found.count("GRU") == 1);
    CHECK(found.op().linear_before_reset == linear_before_reset);
    CHECK(found.count("Sigmoid") + found.count("Tanh") + found.count("MatMul") + found.count("Gemm") == 0);
}

}  // namespace

TEST_CASE("an LSTM cell is found by the part that each gate has, not by its place") {
    std::vector<int> order = {0, 1, 2, 3};
    do {
        Written w = lstm_model();
        const auto parts = w.split(w.add(w.gemm("h", "r_tr", "b_r"), w.gemm("x", "w_t", "b")), 4);
        const auto gate = [&](int i) { return parts[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])]; };
        show(w, lstm_of(w, gate(0), gate(1), gate(2), gate(3), "c"));
        check_lstm(w);
    } while (std::ranges::next_permutation(order).found);
}

TEST_CASE("an LSTM cell is found however its sums are made") {
    const std::vector<std::function<std::string(Written&)>> sums = {
        [](Written& w) { return w.add(w.matmul("x", "w"), w.matmul("h", "r_")); },
        [](Written& w) { return w.add(w.add(w.matmul("x", "w"), "b"), w.matmul("h", "r_")); },
        [](Written& w) { return w.add(w.add(w.matmul("h", "r_"), "b_r"), w.add(w.matmul("x", "w"), "b")); },
        [](Written& w) { return w.add("b", w.add(w.gemm("x", "w_t"), w.gemm("h", "r_tr"))); },
        [](Written& w) {
            return w.op("Gemm", {"x", "w", w.matmul("h", "r_")});
        },
        [](Written& w) {
            return w.add(w.matmul(w.op("Concat", {"x", "h"}, {{"axis", 1}}), "wr_below"), "b");
        },
        [](Written& w) {
            return w.op("Gemm", {w.op("Concat", {"h", "x"}, {{"axis", -1}}), "rw_below", "b"});
        },
    };
    for (std::size_t i = 0; i < sums.size(); ++i) {
        for (const bool slices : {false, true}) {
            CAPTURE(i);
            CAPTURE(slices);
            Written w = lstm_model();
            const std::string sum = sums[i](w);
            std::vector<std::string> parts;
            if (slices) {
                for (int g = 0; g < 4; ++g) { parts.push_back(w.slice(sum, g * kHidden, (g + 1) * kHidden, 1)); }
            } else {
                parts = w.split(sum, 4);
            }
            show(w, lstm_of(w, parts[0], parts[1], parts[2], parts[3], "c"));
            check_lstm(w);
        }
    }
}

TEST_CASE("gates with matrices of their own are one cell") {
    Written w = lstm_model();
    std::vector<std::string> sums;
    for (const std::string gate : {"i", "f", "g", "o"}) {
        w.m.weights("w" + gate + gate, {kInputs, kHidden}).weights("r" + gate, {kHidden, kHidden});
        w.m.weights("bias" + gate + gate + gate, {kHidden});
        sums.push_back(
            w.add(w.add(w.matmul("x", "w" + gate + gate), w.matmul("h", "r" + gate)), "bias" + gate + gate + gate));
    }
    show(w, lstm_of(w, sums[0], sums[1], sums[2], sums[3], "c"));
    check_lstm(w);
}

TEST_CASE("inputs that stand beside each other are one input") {
    Written w = lstm_model();
    w.input("context", {kBatch, 2}).m.weights("w_context", {2, 4 * kHidden});
    const std::string sum = w.add(w.add(w.matmul("x", "w"), w.matmul("context", "w_context")), w.matmul("h", "r_"));
    const auto parts = w.split(sum, 4);
    show(w, lstm_of(w, parts[0], parts[1], parts[2], parts[3], "c"));
    check_lstm(w);
}

TEST_CASE("an LSTM's functions may be others than sigmoid and tanh") {
    Written w = lstm_model();
    const auto parts = w.split(w.add(w.gemm("h", "r_tr"), w.gemm("x", "w_t")), 4);
    const auto hard = [&](const std::string& x) { return w.op("HardSigmoid", {x}, {{"alpha", 0.25F}}); };
    const std::string c = w.add(w.mul(hard(parts[0]), "c"), w.mul(w.op("Relu", {parts[1]}), hard(parts[2])));
    const std::string h = w.mul(w.op("Softsign", {c}), hard(parts[3]));
    show(w, {h, c});
    check_lstm(w);
}

TEST_CASE("gates that peep at c have peepholes") {
    for (const std::string peeping : {"ifo", "o", "if"}) {
        CAPTURE(peeping);
        Written w = lstm_model();
        const auto parts = w.split(w.add(w.gemm("h", "r_tr", "b_r"), w.gemm("x", "w_t", "b")), 4);
        const auto sum = [&](char gate, std::size_t i, const std::string& c) {
            const std::string name = std::string("peephole_") + gate + std::string(i, '_');
            w.m.weights(name, {kHidden});
            return has(peeping, {gate}) ? w.add(parts[i], w.mul(name, c)) : parts[i];
        };
        const std::string f = w.sigmoid(sum('f', 1, "c")), i = w.sigmoid(sum('i', 0, "c"));
        const std::string c = w.add(w.mul(f, "c"), w.mul(i, w.tanh(parts[2])));
        show(w, {w.mul(w.sigmoid(sum('o', 3, c)), w.tanh(c)), c});
        check_lstm(w);
    }
}

TEST_CASE("a GRU cell is found with its reset before and after the matrix") {
    SUBCASE("behind") {
        Written w = gru_model();
        w.output(gru_step(w, "x", "h"));
        check_gru(w, true);
    }
    SUBCASE("behind, without biases") {
        Written w = gru_model();
        const auto xs = w.split(w.matmul("x", "w"), 3), hs = w.split(w.matmul("h", "r_"), 3);
        const std::string z = w.sigmoid(w.add(xs[0], hs[0])), r = w.sigmoid(w.add(xs[1], hs[1]));
        const std::string n = w.tanh(w.add(w.mul(r, hs[2]), xs[2]));
        w.output(w.add(w.mul(z, "h"), w.mul(w.sub("one", z), n)));
        check_gru(w, true);
    }
    SUBCASE("before, with matrices of its own") {
        Written w = gru_model();
        w.m.weights("rzr", {kHidden, 2 * kHidden}).weights("rn", {kHidden, kHidden});
        const auto xs = w.split(w.add(w.matmul("x", "w"), "b"), 3), hs = w.split(w.matmul("h", "rzr"), 2);
        const std::string z = w.sigmoid(w.add(xs[0], hs[0])), r = w.sigmoid(w.add(xs[1], hs[1]));
        const std::string n = w.tanh(w.add(xs[2], w.matmul(w.mul("h", r), "rn")));
        w.output(w.add(w.mul(z, "h"), w.mul(w.sub("one", z), n)));
        check_gru(w, false);
    }
    SUBCASE("before, x and r * h beside each other") {
        Written w = gru_model();
        w.m.weights("gates", {kInputs + kHidden, 2 * kHidden}).weights("fresh", {kInputs + kHidden, kHidden});
        const auto gates = w.split(w.matmul(w.op("Concat", {"x", "h"}, {{"axis", 1}}), "gates"), 2);
        const std::string r = w.sigmoid(gates[0]), z = w.sigmoid(gates[1]);
        const std::string n = w.tanh(w.matmul(w.op("Concat", {"x", w.mul(r, "h")}, {{"axis", 1}}), "fresh"));
        w.output(w.add(w.mul(w.sub("one", z), n), w.mul("h", z)));
        check_gru(w, false);
    }
}

TEST_CASE("a GRU's states are blended in every way that is one, z or 1 - z with h") {
    using Blend = std::function<std::string(Written&, const std::string&, const std::string&, const std::string&)>;
    const std::vector<Blend> blends = {
        [](Written& w, auto& p, auto& q, auto& u) { return w.add(w.mul(w.sub("one", u), p), w.mul(u, q)); },
        [](Written& w, auto& p, auto& q, auto& u) { return w.add(w.mul(q, u), w.mul(p, w.sub("one", u))); },
        [](Written& w, auto& p, auto& q, auto& u) { return w.add(p, w.mul(u, w.sub(q, p))); },
        [](Written& w, auto& p, auto& q, auto& u) { return w.add(w.mul(w.sub(q, p), u), p); },
        [](Written& w, auto& p, auto& q, auto& u) { return w.sub(p, w.mul(u, w.sub(p, q))); },
        [](Written& w, auto& p, auto& q, auto& u) { return w.add(w.sub(p, w.mul(u, p)), w.mul(u, q)); },
    };
    for (std::size_t i = 0; i < blends.size(); ++i) {
        for (const bool turned : {false, true}) {
            CAPTURE(i);
            CAPTURE(turned);
            Written w = gru_model();
            const auto xs = w.split(w.gemm("x", "w_t", "b"), 3), hs = w.split(w.gemm("h", "r_tr", "b_r"), 3);
            const std::string z = w.sigmoid(w.add(hs[0], xs[0])), r = w.sigmoid(w.add(hs[1], xs[1]));
            const std::string n = w.tanh(w.add(xs[2], w.mul(hs[2], r)));
            w.output(turned ? blends[i](w, "h", n, z) : blends[i](w, n, "h", z));
            check_gru(w, true);
        }
    }
}

TEST_CASE("cells of different width that read one matrix from the same columns on have weights of their own") {
    Written w;
    w.m.weights("wide", {kInputs, 20}).weights("r_5", {5, 15}).weights("r_10", {10, 30}).floats("one", {}, {1});
    w.input("x", {kBatch, kInputs}).input("h_5", {kBatch, 5}).input("h_10", {kBatch, 10});
    const std::string sums = w.matmul("x", "wide");
    for (const int units : {5, 10}) {
        const std::string width = std::to_string(units), h = "h_" + width;
        const auto of_h = w.split(w.matmul(h, "r_" + width), 3);
        const auto of_x = [&](int first) { return w.slice(sums, first, first + units, 1); };
        const std::string z = w.sigmoid(w.add(of_x(0), of_h[0])), r = w.sigmoid(w.add(of_x(5), of_h[1]));
        const std::string n = w.tanh(w.add(w.mul(r, of_h[2]), of_x(10)));
        w.output(w.add(w.mul(z, h), w.mul(w.sub("one", z), n)));
    }
    CHECK(recognised(w).recurrent() == 2);
}

TEST_CASE("an RNN cell is found where its state comes in and goes out") {
    for (const std::string function : {"Tanh", "Relu"}) {
        Written w;
        w.weights(1);
        w.input("x", {kBatch, kInputs}).input("h", {kBatch, kHidden});
        w.output(rnn_step(w, "x", "h", function));
        const Recognised found = recognised(w);
        CHECK(found.operators == "Reshape Reshape RNN Reshape");
    }
}

TEST_CASE("which of two equal inputs of an LSTM is h is told by the state that goes with it") {
    Written w;
    w.weights(4, kHidden);
    w.input("x", {kBatch, kHidden}).input("h", {kBatch, kHidden}).input("c", {kBatch, kHidden});
    const States s = lstm_step(w, "x", {"h", "c"});
    show(w, s);
    w.output(w.op("Neg", {s.h}));
    const Recognised open = recognised(w);
    CHECK(open.recurrent() == 0);  // it could be either: a session must not link x
    CHECK(open.notes("1 LSTM cell stays written out, as its state may be "));
    for (const char* name : {"'x'", "'h'", "--state OUTPUT=INPUT"}) { CHECK(open.notes(name)); }
    const Recognised linked = recognised(w, with_states({{s.h, "h"}, {s.c, "c"}}));
    REQUIRE(linked.recurrent() == 1);
    CHECK(linked.conversion.graph.states.size() == 2);
    CHECK_FALSE(linked.notes("stays written out"));
}

TEST_CASE("states of a cell are linked like those of a node") {
    Written w = lstm_model();
    const States s = lstm_step(w, "x", {"h", "c"});
    show(w, s);
    w.output(w.op("Neg", {s.h}));
    ConvertOptions options;
    options.stateful = true;
    const Recognised found = recognised(w, options);
    CHECK(found.conversion.graph.states.size() == 2);
    CHECK(found.conversion.graph.inputs.size() == 1);
}

TEST_CASE("batches of any size, states of more axes, and vectors have cells too") {
    Written w;
    w.weights(4);
    w.input("x", {"batch", kInputs}).input("h", {"batch", kHidden}).input("c", {"batch", kHidden});
    show(w, lstm_step(w, "x", {"h", "c"}));
    CHECK(sweep(w.m, with_dims({{"batch", {1, 3}}})).compared == 3);

    Written deep;
    deep.weights(4);
    deep.input("x", {2, 3, kInputs}).input("h", {2, 3, kHidden}).input("c", {2, 3, kHidden});
    const auto parts = deep.split(deep.add(deep.matmul("x", "w"), deep.matmul("h", "r_")), 4);
    show(deep, lstm_of(deep, parts[0], parts[1], parts[2], parts[3], "c"));
    CHECK(recognised(deep).recurrent() == 1);

    Written flat;
    flat.weights(3);
    flat.input("x", {kInputs}).input("h", {kHidden});
    const auto xs = flat.split(flat.matmul("x", "w"), 3), hs = flat.split(flat.matmul("h", "r_"), 3);
    const std::string z = flat.sigmoid(flat.add(xs[0], hs[0])), r = flat.sigmoid(flat.add(xs[1], hs[1]));
    const std::string n = flat.tanh(flat.add(flat.mul(r, hs[2]), xs[2]));
    flat.output(flat.add(flat.mul(z, "h"), flat.mul(flat.sub("one", z), n)));
    CHECK(recognised(flat).recurrent() == 1);
}

}  // namespace tidegate::cells_test
