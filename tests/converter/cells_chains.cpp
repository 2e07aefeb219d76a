// SPDX-License-Identifier: MIT
// Steps that follow each other: one node over time where nothing stands between them, else steps of the same weights.
#include "cell_writing.h"
#include "format/file.h"
#include "format/model_generated.h"

namespace tidegate::cells_chains_test {
namespace {

using namespace test;
using namespace test::written;
constexpr int kSteps = 4;

enum class Cut { gather, slice, split, from_batch };

/// The steps of x [4, 2, 3], or of [2, 4, 3], as rows [2, 3].
std::vector<std::string> steps_of(Written& w, Cut cut) {
    const bool batch_first = cut == Cut::from_batch;
    w.input("x", batch_first ? std::vector<ModelBuilder::Extent>{kBatch, kSteps, kInputs}
                             : std::vector<ModelBuilder::Extent>{kSteps, kBatch, kInputs});
    std::vector<std::string> steps;
    const auto parts = cut == Cut::split ? w.split("x", kSteps, 0) : std::vector<std::string>{};
    for (int t = 0; t < kSteps; ++t) {
        if (cut == Cut::slice) { steps.push_back(w.op("Squeeze", {w.slice("x", t, t + 1, 0), w.list({0})})); }
        if (cut == Cut::split) { steps.push_back(w.op("Squeeze", {parts[static_cast<std::size_t>(t)], w.list({0})})); }
        if (cut == Cut::gather || cut == Cut::from_batch) {
            *w.m.graph().add_initializer() = integer_proto("at" + std::to_string(t), {}, {t});
            steps.push_back(w.op("Gather", {"x", "at" + std::to_string(t)}, {{"axis", batch_first ? 1 : 0}}));
        }
    }
    return steps;
}

std::string stacked(Written& w, const std::vector<std::string>& parts, std::int64_t axis) {
    std::vector<std::string> wide;
    for (const std::string& part : parts) { wide.push_back(w.op("Unsqueeze", {part, w.list({axis})})); }
    return w.op("Concat", wide, {{"axis", axis}});
}

States states_of(Written& w) {
    w.input("h", {kBatch, kHidden}).input("c", {kBatch, kHidden});
    return {"h", "c"};
}

}  // namespace

TEST_CASE("an unrolled LSTM becomes one node, however its steps are cut off and put together") {
    for (const Cut cut : {Cut::gather, Cut::slice, Cut::split, Cut::from_batch}) {
        for (const std::int64_t axis : {0, 1, 2}) {
            CAPTURE(static_cast<int>(cut));
            CAPTURE(axis);
            Written w;
            w.weights(4);
            States s = states_of(w);
            std::vector<std::string> shown;
            for (const std::string& x : steps_of(w, cut)) {
                s = lstm_step(w, x, s);
                shown.push_back(s.h);
            }
            w.output(stacked(w, shown, axis)).output(s.h).output(s.c);
            const Recognised found = recognised(w);
            INFO(found.operators);
            CHECK(found.count("LSTM") == 1);
            CHECK(found.count("Concat") + found.count("Slice") + found.count("Gather") + found.count("Split") == 0);
            CHECK(found.notes("recognised 4 LSTM cells"));
            CHECK(found.notes("joined 4 LSTM nodes of one step to 1 LSTM node of many"));
        }
    }
}

TEST_CASE("steps beside each other in one row are as good as stacked ones") {
    Written w;
    w.weights(3);
    w.input("h", {kBatch, kHidden});
    std::string h = "h";
    std::vector<std::string> shown;
    for (const std::string& x : steps_of(w, Cut::gather)) { shown.push_back(h = gru_step(w, x, h)); }
    w.output(w.op("Concat", shown, {{"axis", 1}}));
    const Recognised found = recognised(w);
    CHECK(found.count("GRU") == 1);
    CHECK(found.count("Concat") == 0);
}

TEST_CASE("steps from the last to the first are a node in reverse") {
    Written w;
    w.weights(1);
    w.input("h", {kBatch, kHidden});
    std::vector<std::string> xs = steps_of(w, Cut::gather), shown;
    std::string h = "h";
    for (std::size_t t = xs.size(); t-- > 0;) { shown.insert(shown.begin(), h = rnn_step(w, xs[t], h)); }
    w.output(stacked(w, shown, 0)).output(h);
    const Recognised found = recognised(w);
    REQUIRE(found.count("RNN") == 1);
    CHECK(found.op().direction == DirectionKind::reverse);
    CHECK(found.count("Concat") == 0);
}

TEST_CASE("stacked layers that are written step by step become a node each") {
    Written w;
    w.weights(4, kHidden);
    w.m.weights("x_in", {kInputs, kHidden});
    States first = states_of(w);
    w.input("h2", {kBatch, kHidden}).input("c2", {kBatch, kHidden});
    States second = {"h2", "c2"};
    for (const std::string& x : steps_of(w, Cut::gather)) {
        first = lstm_step(w, w.matmul(x, "x_in"), first);
        second = lstm_step(w, first.h, second);
    }
    w.output(second.h).output(first.c);
    const Recognised found = recognised(w);
    CHECK(found.count("LSTM") == 2);
    CHECK(found.notes("joined 8 LSTM nodes of one step to 2 LSTM nodes of many"));
}

TEST_CASE("inputs that were multiplied all at once are steps' inputs again") {
    for (const bool slices : {false, true}) {
        Written w;
        w.weights(4);
        States s = states_of(w);
        w.input("x", {kBatch, kSteps, kInputs});
        const std::string all = w.add(w.matmul("x", "w"), "b");
        for (int t = 0; t < kSteps; ++t) {
            *w.m.graph().add_initializer() = integer_proto("at" + std::to_string(t), {}, {t});
            const std::string part = slices ? w.op("Squeeze", {w.slice(all, t, t + 1, 1), w.list({1})})
                                            : w.op("Gather", {all, "at" + std::to_string(t)}, {{"axis", 1}});
            const auto parts = w.split(w.add(part, w.gemm(s.h, "r_tr", "b_r")), 4);
            s = lstm_of(w, parts[0], parts[1], parts[2], parts[3], s.c);
        }
        w.output(s.h).output(s.c);
        const Recognised found = recognised(w);
        INFO(found.operators);
        CHECK(found.count("LSTM") == 1);
        CHECK(found.count("MatMul") + found.count("Slice") + found.count("Gather") == 0);
    }
}

TEST_CASE("slices of products that also name their columns are slices of fewer or more columns") {
    for (const int inputs : {2, 7 * kHidden}) {
        Written w;
        w.weights(1, inputs);
        w.input("x", {kSteps, kBatch, inputs}).input("h", {kBatch, kHidden});
        const std::string all = w.matmul("x", "w");
        std::string h = "h";
        for (int t = 0; t < kSteps; ++t) {
            const std::string part = w.op("Slice", {all, w.list({t, 0}), w.list({t + 1, kHidden}), w.list({0, -1})});
            const std::string rows = w.op("Squeeze", {part, w.list({0})});
            h = w.tanh(w.add(rows, w.matmul(h, "r_")));
        }
        const Recognised found = recognised(w.output(h));
        INFO(found.operators);
        CHECK(found.count("RNN") == 1);
        CHECK(found.count("Concat") + found.count("Slice") + found.count("MatMul") == 0);
    }
}

TEST_CASE("a state of zeros that was folded away is none") {
    const auto zeros = [](Written& w) { w.m.floats("zeros", {kBatch, kHidden}, std::vector<float>(kBatch * kHidden)); };
    SUBCASE("LSTM") {
        Written w;
        w.weights(4);
        zeros(w);
        States s = {"zeros", "zeros"};
        for (const std::string& x : steps_of(w, Cut::split)) { s = lstm_step(w, x, s); }
        const Recognised found = recognised(w.output(s.h));
        REQUIRE(found.count("LSTM") == 1);
        CHECK(found.layer().inputs[5] == kNone);
        CHECK(found.layer().inputs[6] == kNone);
    }
    const auto check_one_state = [&](int gates, const char* kind, const auto& step) {
        Written w;
        w.weights(gates);
        zeros(w);
        std::string h = "zeros";
        for (const std::string& x : steps_of(w, Cut::split)) { h = step(w, x, h); }
        const Recognised found = recognised(w.output(h));
        REQUIRE(found.count(kind) == 1);
        CHECK(found.layer().inputs[5] == kNone);
    };
    SUBCASE("GRU") {
        check_one_state(3, "GRU", [](Written& w, const auto& x, const auto& h) { return gru_step(w, x, h); });
    }
    SUBCASE("RNN") {
        check_one_state(1, "RNN", [](Written& w, const auto& x, const auto& h) { return rnn_step(w, x, h); });
    }
}

TEST_CASE("a first step from a constant state that is not zero stays as it is") {
    Written w;
    w.weights(4);
    w.m.weights("start", {kBatch, kHidden});
    States s = {"start", "start"};
    for (const std::string& x : steps_of(w, Cut::split)) { s = lstm_step(w, x, s); }
    const Recognised found = recognised(w.output(s.h));
    CHECK(found.count("LSTM") == 1);  // of three steps
    CHECK(found.notes("recognised 3 LSTM cells"));
}

TEST_CASE("a loop through the output keeps its steps apart, with their weights stored once") {
    const auto fed_back = [](int steps) {
        Written w;
        w.weights(4);
        w.m.weights("readout", {kHidden, kInputs});
        States s = states_of(w);
        w.input("x", {kBatch, kInputs});
        std::string x = "x";
        for (int t = 0; t < steps; ++t) {
            s = lstm_step(w, x, s);
            x = w.matmul(s.h, "readout");
        }
        return recognised(w.output(x));
    };
    const Recognised two = fed_back(2), six = fed_back(6);
    CHECK(two.count("LSTM") == 2);
    CHECK(six.count("LSTM") == 6);
    CHECK(six.conversion.parameters == two.conversion.parameters);
    const auto weight_bytes = [](const Conversion& conversion) {
        return format::GetModel(conversion.file.data() + sizeof(format::FileHeader))->weights()->size();
    };
    CHECK(weight_bytes(six.conversion) == weight_bytes(two.conversion));
    Quantization int8;
    int8.form = WeightForm::i8;
    CHECK(weight_bytes(convert_again(six.conversion, int8)) == weight_bytes(convert_again(two.conversion, int8)));
}

TEST_CASE("cell states that are shown, and other weights, end a node") {
    SUBCASE("a cell state in between") {
        Written w;
        w.weights(4);
        States s = states_of(w);
        std::vector<std::string> cs;
        for (const std::string& x : steps_of(w, Cut::gather)) {
            s = lstm_step(w, x, s);
            cs.push_back(s.c);
        }
        w.output(s.h).output(cs[1]);
        CHECK(recognised(w).count("LSTM") == 2);
    }
    SUBCASE("two sets of weights") {
        Written w;
        w.weights(1);
        w.m.weights("r_2nd", {kHidden, kHidden});
        w.input("h", {kBatch, kHidden});
        const auto xs = steps_of(w, Cut::gather);
        std::string h = rnn_step(w, xs[1], rnn_step(w, xs[0], "h"));
        h = w.tanh(w.add(w.matmul(h, "r_2nd"), w.matmul(xs[2], "w")));
        w.output(w.tanh(w.add(w.matmul(h, "r_2nd"), w.matmul(xs[3], "w"))));
        const Recognised found = recognised(w);
        CHECK(found.count("RNN") == 2);
    }
}

TEST_CASE("nodes of one step, as PyTorch's LSTM in a Python loop, are joined too") {
    Written w;
    w.m.weights("W", {1, 4 * kHidden, kInputs}).weights("R", {1, 4 * kHidden, kHidden});
    w.input("h", {1, kBatch, kHidden}).input("c", {1, kBatch, kHidden}).input("x", {kSteps, kBatch, kInputs});
    std::string h = "h", c = "c";
    std::vector<std::string> shown;
    for (int t = 0; t < kSteps; ++t) {
        const std::string y = w.fresh(), next_h = w.fresh(), next_c = w.fresh();
        w.m.node("LSTM", {w.slice("x", t, t + 1, 0), "W", "R", "", "", h, c}, {y, next_h, next_c},
                 {{"hidden_size", kHidden}});
        shown.push_back(y);
        h = next_h;
        c = next_c;
    }
    w.output(w.op("Concat", shown, {{"axis", 0}})).output(h).output(c);
    const Recognised found = recognised(w);
    CHECK(found.operators == "LSTM");
}

}  // namespace tidegate::cells_chains_test
