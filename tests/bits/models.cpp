// SPDX-License-Identifier: MIT
#include "bits/models.h"

#include "format/maker.h"

namespace tidegate::test {

using namespace objects;

namespace {

using Type = ElementType;
constexpr std::int32_t kSteps = 3, kInputs = 7;

RecurrentT recurrent(Cell cell, std::uint32_t units) {
    RecurrentT made;
    made.cell = cell;
    made.hidden = units;
    made.directions.push_back(std::make_unique<DirectionT>());
    return made;
}

/// Tensors <name>_y and, for each of `states`, <name>_<state> and <name>_<state>_next, linked.
void cell_tensors(Maker& make, const std::string& name, std::int32_t units, const std::vector<std::string>& states) {
    make.value(name + "_y", Type::f32, {kSteps, 1, 1, units});
    make.output(name + "_y");
    for (const std::string& state : states) {
        const std::string before = name + "_" + state;
        make.value(before, Type::f32, {1, 1, units});
        make.value(before + "_next", Type::f32, {1, 1, units});
        make.state(before, before, before + "_next");
    }
}

void add_lstm(Maker& make, std::uint32_t units) {
    cell_tensors(make, "lstm", static_cast<std::int32_t>(units), {"h", "c"});
    RecurrentT lstm = recurrent(Cell::lstm, units);
    lstm.directions[0]->gates = make.matrix(4, units, kInputs, units);
    lstm.directions[0]->functions = {{Unary::sigmoid, 0, 0}, {Unary::tanh, 0, 0}, {Unary::tanh, 0, 0}};
    make.op("lstm", std::move(lstm), {"x", "", "lstm_h", "lstm_c"}, {"lstm_y", "lstm_h_next", "lstm_c_next"});
}

void add_gru(Maker& make, std::uint32_t units, bool linear_before_reset) {
    const std::string name = linear_before_reset ? "linear_gru" : "gru";
    cell_tensors(make, name, static_cast<std::int32_t>(units), {"h"});
    RecurrentT gru = recurrent(Cell::gru, units);
    gru.linear_before_reset = linear_before_reset;
    gru.directions[0]->gates = make.matrix(2, units, kInputs, units);
    gru.directions[0]->candidate_input = make.matrix(1, units, kInputs, 0);
    gru.directions[0]->candidate_state = make.matrix(1, units, units, 0);
    gru.directions[0]->functions = {{Unary::sigmoid, 0, 0}, {Unary::tanh, 0, 0}};
    make.op(name, std::move(gru), {"x", "", name + "_h", ""}, {name + "_y", name + "_h_next", ""});
}

void add_rnn(Maker& make, std::uint32_t units) {
    cell_tensors(make, "rnn", static_cast<std::int32_t>(units), {"h"});
    RecurrentT rnn = recurrent(Cell::rnn, units);
    rnn.directions[0]->gates = make.matrix(1, units, kInputs, units);
    rnn.directions[0]->functions = {{Unary::tanh, 0, 0}};
    make.op("rnn", std::move(rnn), {"x", "", "rnn_h", ""}, {"rnn_y", "rnn_h_next", ""});
}

}  // namespace

Sample cells_model(std::uint32_t units) {
    Maker make;
    make.value("x", Type::f32, {kSteps, 1, kInputs});
    make.input("x");
    add_lstm(make, units);
    add_gru(make, units, false);
    add_gru(make, units, true);
    add_rnn(make, units);
    return make.finish();
}

Sample functions_model() {
    constexpr std::int32_t kRows = 8, kCols = 67, kDense = 21;
    Maker make;
    for (const char* input : {"a", "b"}) {
        make.value(input, Type::f32, {kRows, kCols});
        make.input(input);
    }
    const auto result = [&](const std::string& name, std::int32_t cols) {
        make.value(name, Type::f32, {kRows, cols});
        make.output(name);
    };
    for (const Unary kind : EnumValuesUnary()) {
        const std::string name = EnumNameUnary(kind);
        result(name, kCols);
        UnaryOpT op;
        op.function = std::make_unique<Function>(kind, 0.7F, -0.3F);
        make.op(name, std::move(op), {"a"}, {name});
    }
    for (const Binary kind : EnumValuesBinary()) {
        const std::string name = EnumNameBinary(kind);
        result(name, kCols);
        BinaryOpT op;
        op.kind = kind;
        make.op(name, op, {"a", "b"}, {name});
    }
    for (const bool log : {false, true}) {
        const std::string name = log ? "log_softmax" : "softmax";
        result(name, kCols);
        SoftmaxT op;
        op.log = log;
        make.op(name, op, {"tanh"}, {name});
    }
    result("dense", kDense);
    DenseT dense;
    dense.matrix = make.matrix(1, kDense, kCols, 0);
    make.op("dense", std::move(dense), {"a"}, {"dense"});
    make.value("b_transposed", Type::f32, {kCols, kRows});
    TransposeT transpose;
    transpose.perm = {1, 0};
    make.op("b_transposed", transpose, {"b"}, {"b_transposed"});
    result("matmul", kRows);
    make.op("matmul", MatMulT(), {"a", "b_transposed"}, {"matmul"});
    return make.finish();
}

}  // namespace tidegate::test
