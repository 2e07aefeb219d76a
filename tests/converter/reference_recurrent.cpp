// SPDX-License-Identifier: MIT
// The reference against golden values of another implementation, which ONNX Runtime confirms: golden/make_golden.py.
#include <doctest/doctest.h>

#include <cmath>

#include "golden.h"
#include "graph/error.h"
#include "reference/evaluate.h"

namespace tidegate::reference_recurrent_test {
namespace {

constexpr std::size_t kGoldenCases = 115;

std::vector<const Tensor*> pointers(const golden::Case& c) {
    std::vector<const Tensor*> inputs;
    for (std::size_t i = 0; i < c.inputs.size(); ++i) {
        inputs.push_back(c.node.inputs[i] == kNone ? nullptr : &c.inputs[i]);
    }
    return inputs;
}

/// Both sides are double; the file has 12 digits, five to nine steps add some rounding.
double largest_error(const Tensor& computed, const Tensor& expected) {
    REQUIRE(computed.dims == expected.dims);
    double largest = 0;
    for (std::size_t i = 0; i < expected.reals.size(); ++i) {
        const double scale = std::max(1.0, std::abs(expected.reals[i]));
        largest = std::max(largest, std::abs(computed.reals[i] - expected.reals[i]) / scale);
    }
    return largest;
}

const std::vector<golden::Case>& cases() {
    static const std::vector<golden::Case> all =
        golden::read_cases(TIDEGATE_SOURCE_DIR "/tests/converter/golden/recurrent.txt");
    return all;
}

const golden::Case& case_named(const std::string& name) {
    for (const golden::Case& c : cases()) {
        if (c.name == name) { return c; }
    }
    throw std::runtime_error("no golden case '" + name + "'");
}

/// x[i.., j.., k..] with axes i and j of a rank-4 tensor swapped.
Tensor swapped(const Tensor& x, std::int64_t i, std::int64_t j) {
    std::vector<std::int64_t> perm{0, 1, 2, 3};
    std::swap(perm[static_cast<std::size_t>(i)], perm[static_cast<std::size_t>(j)]);
    return evaluate(Node{"swap", Transpose{perm}, {0}, {1}}, {&x}).front();
}

}  // namespace

TEST_CASE("the reference agrees with every golden case of RNN, LSTM and GRU") {
    REQUIRE(cases().size() == kGoldenCases);
    for (const golden::Case& c : cases()) {
        CAPTURE(c.name);
        const std::vector<Tensor> outputs = evaluate(c.node, pointers(c));
        REQUIRE(outputs.size() == c.outputs.size());
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            CAPTURE(i);
            CHECK(largest_error(outputs[i], c.outputs[i]) <= 1e-10);
        }
    }
}

TEST_CASE("the third order of Y is the first one with directions and batch rows swapped") {
    golden::Case c = case_named("lstm bidirectional lengths");
    std::get<Recurrent>(c.node.op).y_order = YOrder::time_batch_direction;
    CHECK(largest_error(evaluate(c.node, pointers(c)).front(), swapped(c.outputs[0], 1, 2)) <= 1e-10);
}

TEST_CASE("with a sequence length of 0 outputs are zeros, not the initial state") {
    const golden::Case& c = case_named("gru forward lbr 1 lengths");
    REQUIRE(c.inputs[4].integers == std::vector<std::int64_t>{4, 0, 6});
    const std::vector<Tensor> outputs = evaluate(c.node, pointers(c));
    const auto hidden = static_cast<std::size_t>(outputs[1].dims[2]);
    for (std::size_t u = 0; u < hidden; ++u) {
        CHECK(outputs[1].reals[hidden + u] == 0);  // Y_h of row 1
        CHECK(outputs[1].reals[u] != 0);           // and not of row 0
    }
    for (std::size_t t = 4; t < 6; ++t) {  // Y of row 0 past its length
        for (std::size_t u = 0; u < hidden; ++u) { CHECK(outputs[0].reals[t * 3 * hidden + u] == 0); }
    }
}

TEST_CASE("a recurrent node with operands that do not fit is refused by name") {
    golden::Case c = case_named("lstm forward peepholes");
    const auto refused = [&](const std::string& with) {
        try {
            evaluate(c.node, pointers(c));
        } catch (const ConvertError& error) {
            const std::string what = error.what();
            return what.find("node 'lstm forward peepholes' (LSTM)") == 0 && what.find(with) != std::string::npos;
        }
        return false;
    };
    SUBCASE("W of another width") {
        c.inputs[1].dims = {1, 10, 6};
        CHECK(refused("W has the shape [1, 10, 6]"));
    }
    SUBCASE("a missing R") {
        c.node.inputs[2] = kNone;
        CHECK(refused("input 2 is missing"));
    }
    SUBCASE("B of one bias only") {
        c.inputs[3] = Tensor::zeros(ElementType::f32, {1, 20});
        CHECK(refused("B has"));
    }
    SUBCASE("hidden_size against R") {
        std::get<Recurrent>(c.node.op).hidden = 4;
        CHECK(refused("hidden_size is 4"));
    }
    SUBCASE("a length beyond the steps") {
        c.node.inputs[4] = 4;
        c.inputs[4] = Tensor{ElementType::i32, {2}, {}, {5, 6}};
        CHECK(refused("sequence length 6 is outside 0..5"));
    }
    SUBCASE("too few activations") {
        std::get<Recurrent>(c.node.op).functions.pop_back();
        CHECK(refused("activations"));
    }
    SUBCASE("an initial state of another batch") {
        c.inputs[5] = Tensor::zeros(ElementType::f32, {1, 3, 5});
        CHECK(refused("initial_h has"));
    }
}

TEST_CASE("hidden_size may be missing: R says it") {
    golden::Case c = case_named("rnn forward");
    std::get<Recurrent>(c.node.op).hidden = 0;
    CHECK(largest_error(evaluate(c.node, pointers(c)).front(), c.outputs.front()) <= 1e-10);
}

}  // namespace tidegate::reference_recurrent_test
