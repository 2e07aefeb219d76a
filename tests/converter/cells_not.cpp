// SPDX-License-Identifier: MIT
// What is nearly a cell stays what it is.
#include "cell_writing.h"

namespace tidegate::cells_not_test {
namespace {

using namespace test;
using namespace test::written;

struct Gates {
    Written w;
    std::vector<std::string> sums;
    explicit Gates(int gates) {
        w.weights(gates);
        w.input("x", {kBatch, kInputs}).input("h", {kBatch, kHidden}).input("c", {kBatch, kHidden});
        w.input("other", {kBatch, kHidden});
        sums = w.split(w.add(w.gemm("h", "r_tr", "b_r"), w.gemm("x", "w_t", "b")), gates);
    }
    std::string sum(std::size_t i) const { return sums[i]; }
    std::string sig(std::size_t i) { return w.sigmoid(sums[i]); }
};

void check_left(Written& w, const std::vector<std::string>& outputs) {
    for (const std::string& output : outputs) { w.output(output); }
    const Recognised found = recognised(w);
    CHECK_MESSAGE(found.recurrent() == 0, found.operators);
    CHECK_FALSE(found.notes("recognised"));
}

}  // namespace

TEST_CASE("an LSTM whose formula is another one is left alone") {
    Gates g(4);
    Written& w = g.w;
    SUBCASE("o has another function than i and f") {
        const std::string o = w.op("HardSigmoid", {g.sum(3)});
        const std::string c = w.add(w.mul(g.sig(1), "c"), w.mul(g.sig(0), w.tanh(g.sum(2))));
        check_left(w, {w.mul(o, w.tanh(c)), c});
    }
    SUBCASE("a gate has no function of a cell") {
        const std::string c = w.add(w.mul(w.op("Exp", {g.sum(1)}), "c"), w.mul(g.sig(0), w.tanh(g.sum(2))));
        check_left(w, {w.mul(g.sig(3), w.tanh(c)), c});
    }
    SUBCASE("h shows another value than the new c") {
        const std::string c = w.add(w.mul(g.sig(1), "c"), w.mul(g.sig(0), w.tanh(g.sum(2))));
        check_left(w, {w.mul(g.sig(3), w.tanh("c")), c});
    }
    SUBCASE("a gate reads another state") {
        const std::string o = w.sigmoid(w.add(w.matmul("other", w.slice("r_", 0, kHidden, 1)), g.sum(3)));
        const std::string c = w.add(w.mul(g.sig(1), "c"), w.mul(g.sig(0), w.tanh(g.sum(2))));
        check_left(w, {w.mul(o, w.tanh(c)), c});
    }
    SUBCASE("a gate does not read h") {
        const std::string o = w.sigmoid(w.matmul("x", w.slice("w", 0, kHidden, 1)));
        const std::string c = w.add(w.mul(g.sig(1), "c"), w.mul(g.sig(0), w.tanh(g.sum(2))));
        check_left(w, {w.mul(o, w.tanh(c)), c});
    }
    SUBCASE("a gate counts h twice") {
        const std::string again = w.matmul("h", w.slice("r_", 0, kHidden, 1));
        const std::string o = w.sigmoid(w.add(again, g.sum(3)));
        const std::string c = w.add(w.mul(g.sig(1), "c"), w.mul(g.sig(0), w.tanh(g.sum(2))));
        check_left(w, {w.mul(o, w.tanh(c)), c});
    }
    SUBCASE("a gate is multiplied with a number") {
        w.m.floats("two", {}, {2});
        const std::string o = w.sigmoid(w.mul("two", g.sum(3)));
        const std::string c = w.add(w.mul(g.sig(1), "c"), w.mul(g.sig(0), w.tanh(g.sum(2))));
        check_left(w, {w.mul(o, w.tanh(c)), c});
    }
    SUBCASE("c is one for all rows") {
        w.input("one_c", {1, kHidden});
        const std::string c = w.add(w.mul(g.sig(1), "one_c"), w.mul(g.sig(0), w.tanh(g.sum(2))));
        check_left(w, {w.mul(g.sig(3), w.tanh(c)), c});
    }
    SUBCASE("g peeps") {
        w.m.weights("peephole", {kHidden});
        const std::string g_sum = w.add(g.sum(2), w.mul("peephole", "c"));
        const std::string c = w.add(w.mul(g.sig(1), "c"), w.mul(g.sig(0), w.tanh(g_sum)));
        check_left(w, {w.mul(g.sig(3), w.tanh(c)), c});
    }
    SUBCASE("o peeps at the c before") {
        w.m.weights("peephole", {kHidden});
        const std::string o = w.sigmoid(w.add(g.sum(3), w.mul("peephole", "c")));
        const std::string c = w.add(w.mul(g.sig(1), "c"), w.mul(g.sig(0), w.tanh(g.sum(2))));
        check_left(w, {w.mul(o, w.tanh(c)), c});
    }
    SUBCASE("a gate is shown") {
        const std::string f = g.sig(1);
        const std::string c = w.add(w.mul(f, "c"), w.mul(g.sig(0), w.tanh(g.sum(2))));
        check_left(w, {w.mul(g.sig(3), w.tanh(c)), c, f});
    }
    SUBCASE("a gate is read by something else") {
        const std::string f = g.sig(1), c = w.add(w.mul(f, "c"), w.mul(g.sig(0), w.tanh(g.sum(2))));
        check_left(w, {w.mul(g.sig(3), w.tanh(c)), c, w.op("Softmax", {f})});
    }
    SUBCASE("tanh(c') is read by something else") {
        const std::string c = w.add(w.mul(g.sig(1), "c"), w.mul(g.sig(0), w.tanh(g.sum(2)))), shown = w.tanh(c);
        check_left(w, {w.mul(g.sig(3), shown), c, w.op("Neg", {shown})});
    }
}

TEST_CASE("weights that the run gives make no cell") {
    Written w;
    w.weights(4);
    w.input("x", {kBatch, kInputs}).input("h", {kBatch, kHidden}).input("c", {kBatch, kHidden});
    w.input("given", {kHidden, 4 * kHidden});
    const auto parts = w.split(w.add(w.matmul("x", "w"), w.matmul("h", "given")), 4);
    const States s = lstm_of(w, parts[0], parts[1], parts[2], parts[3], "c");
    check_left(w, {s.h, s.c});
}

TEST_CASE("biases that differ from row to row make no cell") {
    Written w;
    w.weights(4);
    w.m.weights("rows", {kBatch, 4 * kHidden});
    w.input("x", {kBatch, kInputs}).input("h", {kBatch, kHidden}).input("c", {kBatch, kHidden});
    const auto parts = w.split(w.add(w.add(w.matmul("x", "w"), w.matmul("h", "r_")), "rows"), 4);
    const States s = lstm_of(w, parts[0], parts[1], parts[2], parts[3], "c");
    check_left(w, {s.h, s.c});
}

TEST_CASE("a GRU whose formula is another one is left alone") {
    Gates g(3);
    Written& w = g.w;
    const auto xs = w.split(w.gemm("x", "w_t", "b"), 3), hs = w.split(w.gemm("h", "r_tr", "b_r"), 3);
    const std::string z = g.sig(0), r = g.sig(1);
    const std::string n = w.tanh(w.add(xs[2], w.mul(hs[2], r)));
    SUBCASE("shares that are not 1 together") {
        w.m.floats("half", {}, {0.5F});
        check_left(w, {w.add(w.mul(w.sub("half", z), n), w.mul(z, "h"))});
    }
    SUBCASE("shares of two gates") { check_left(w, {w.add(w.mul(w.sub("one", z), n), w.mul(g.sig(2), "h"))}); }
    SUBCASE("another state is kept") { check_left(w, {w.add(w.mul(w.sub("one", z), n), w.mul(z, "other"))}); }
    SUBCASE("reset takes of another state") {
        const std::string back = w.matmul("other", w.slice("r_", 0, kHidden, 1));
        const std::string fresh = w.tanh(w.add(xs[2], w.mul(back, r)));
        check_left(w, {w.add(w.mul(w.sub("one", z), fresh), w.mul(z, "h"))});
    }
    SUBCASE("gates of two functions") {
        const std::string hard = w.op("HardSigmoid", {g.sum(1)});
        const std::string fresh = w.tanh(w.add(xs[2], w.mul(hs[2], hard)));
        check_left(w, {w.add(w.mul(w.sub("one", z), fresh), w.mul(z, "h"))});
    }
    SUBCASE("1 - z of another function than sigmoid") {
        const std::string hard = w.op("HardSigmoid", {g.sum(0)});
        const std::string hard_r = w.op("HardSigmoid", {g.sum(1)});
        const std::string fresh = w.tanh(w.add(xs[2], w.mul(hs[2], hard_r)));
        check_left(w, {w.add(w.mul(w.sub("one", hard), "h"), w.mul(hard, fresh))});
    }
    SUBCASE("the update gate is shown") { check_left(w, {w.add(w.mul(w.sub("one", z), n), w.mul(z, "h")), z}); }
    SUBCASE("r * h R is shown") {
        const std::string part = w.mul(hs[2], r), fresh = w.tanh(w.add(xs[2], part));
        check_left(w, {w.add(w.mul(w.sub("one", z), fresh), w.mul(z, "h")), part});
    }
}

TEST_CASE("dense layers are no RNN") {
    Written w;
    w.weights(1);
    w.input("x", {kBatch, kInputs}).input("h", {kBatch, kHidden});
    SUBCASE("of one input") { check_left(w, {w.tanh(w.gemm("h", "r_tr", "b_r"))}); }
    SUBCASE("whose result goes on") { check_left(w, {w.op("Neg", {rnn_step(w, "x", "h")})}); }
    SUBCASE("one behind the other, of other weights") {
        w.m.weights("r_other", {kHidden, kHidden});
        const std::string first = rnn_step(w, "x", w.op("Neg", {"h"}));
        check_left(w, {w.tanh(w.add(w.matmul("x", "w"), w.matmul(first, "r_other")))});
    }
}

}  // namespace tidegate::cells_not_test
