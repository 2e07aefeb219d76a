// SPDX-License-Identifier: MIT
#include "bits/models.h"

#include "format/maker.h"
#include "format/sizes.h"

namespace tidegate::test {

using namespace objects;

namespace {

using Type = ElementType;
constexpr std::int32_t kSteps = 4, kFeatures = 7;

/// The cells of one model, whose matrices share weights: each takes the same ones from another column on, so that a
/// model of many cells is not much larger than its LSTM.
class Cells {
public:
    explicit Cells(std::uint32_t units) : units_(units), signed_units_(static_cast<std::int32_t>(units)) {
        pool_ = make_.weights(panel_rows(4) * (kFeatures + units) + kSkews * format::kPanelRows);
        make_.value("x", Type::f32, {kSteps, 1, kFeatures});
        make_.input("x");
    }

    void add_lstm() {
        RecurrentT lstm = recurrent(Cell::lstm);
        lstm.directions.push_back(lstm_direction(false));
        tensors("lstm", {"h", "c"});
        make_.op("lstm", std::move(lstm), {"x", "", "lstm_h", "lstm_c"}, {"lstm_y", "lstm_h_next", "lstm_c_next"});
    }

    void add_gru(bool linear_before_reset) {
        const std::string name = linear_before_reset ? "linear_gru" : "gru";
        RecurrentT gru = recurrent(Cell::gru);
        gru.linear_before_reset = linear_before_reset;
        auto direction = std::make_unique<DirectionT>();
        direction->gates = matrix(2, kFeatures, units_);
        direction->candidate_input = matrix(1, kFeatures, 0);
        direction->candidate_state = matrix(1, units_, 0);
        direction->functions = {{Unary::sigmoid, 0, 0}, {Unary::tanh, 0, 0}};
        gru.directions.push_back(std::move(direction));
        tensors(name, {"h"});
        make_.op(name, std::move(gru), {"x", "", name + "_h", ""}, {name + "_y", name + "_h_next", ""});
    }

    void add_rnn() {
        RecurrentT rnn = recurrent(Cell::rnn);
        auto direction = std::make_unique<DirectionT>();
        direction->gates = matrix(1, kFeatures, units_);
        direction->functions = {{Unary::tanh, 0, 0}};
        rnn.directions.push_back(std::move(direction));
        tensors("rnn", {"h"});
        make_.op("rnn", std::move(rnn), {"x", "", "rnn_h", ""}, {"rnn_y", "rnn_h_next", ""});
    }

    /// An LSTM in both directions, then a dense layer and a softmax of its forward half.
    void add_both_directions() {
        RecurrentT lstm = recurrent(Cell::lstm);
        lstm.directions.push_back(lstm_direction(false));
        lstm.directions.push_back(lstm_direction(true));
        make_.value("both_y", Type::f32, {kSteps, 2, 1, signed_units_});
        make_.op("both", std::move(lstm), {"x", "", "", ""}, {"both_y", "", ""});
        make_.output("both_y");
        DenseT dense;
        dense.matrix = matrix(1, units_, 0);
        for (const char* name : {"dense", "softmax"}) make_.value(name, Type::f32, {kSteps, 2, 1, signed_units_});
        make_.op("dense", std::move(dense), {"both_y"}, {"dense"});
        make_.op("softmax", SoftmaxT(), {"dense"}, {"softmax"});
        make_.output("softmax");
    }

    /// Room for the sums of three of the four steps: W x is then made for several steps at once.
    void make_room_for_sums() {
        for (const auto& op : make_.model().ops) {
            if (op->scratch < 0) continue;
            const std::uint32_t gates = op->params.AsRecurrent()->directions[0]->gates->gates;
            objects::Buffer& buffer = make_.model().buffers[static_cast<std::size_t>(op->scratch)];
            const format::RecurrentSize size{gates, units_, kFeatures, false};
            buffer.mutate_bytes(buffer.bytes() + 3 * format::step_lane_bytes(size));
        }
    }

    Sample finish() { return make_.finish(); }

private:
    static constexpr std::size_t kSkews = 16;

    std::size_t panel_rows(std::uint32_t gates) const {
        return static_cast<std::size_t>(format::panel_count(gates, units_)) * format::kPanelRows;
    }

    RecurrentT recurrent(Cell cell) const {
        RecurrentT made;
        made.cell = cell;
        made.hidden = units_;
        return made;
    }

    std::unique_ptr<DirectionT> lstm_direction(bool reverse) {
        auto direction = std::make_unique<DirectionT>();
        direction->reverse = reverse;
        direction->gates = matrix(4, kFeatures, units_);
        direction->functions = {{Unary::sigmoid, 0, 0}, {Unary::tanh, 0, 0}, {Unary::tanh, 0, 0}};
        return direction;
    }

    std::unique_ptr<MatrixT> matrix(std::uint32_t gates, std::uint32_t input_cols, std::uint32_t state_cols) {
        auto made = std::make_unique<MatrixT>();
        made->gates = gates;
        made->units = units_;
        made->input_cols = input_cols;
        made->state_cols = state_cols;
        made->panels = pool_ + sizeof(float) * format::kPanelRows * (skew_++ % kSkews);
        made->bias = make_.weights(panel_rows(gates));
        return made;
    }

    /// <name>_y and, for each of `states`, <name>_<state> and <name>_<state>_next, linked.
    void tensors(const std::string& name, const std::vector<std::string>& states) {
        make_.value(name + "_y", Type::f32, {kSteps, 1, 1, signed_units_});
        make_.output(name + "_y");
        for (const std::string& state : states) {
            const std::string before = name + "_" + state;
            make_.value(before, Type::f32, {1, 1, signed_units_});
            make_.value(before + "_next", Type::f32, {1, 1, signed_units_});
            make_.state(before, before, before + "_next");
        }
    }

    Maker make_;
    std::uint32_t units_;
    std::int32_t signed_units_;
    std::uint64_t pool_ = 0;
    std::size_t skew_ = 0;
};

}  // namespace

Sample cells_model(std::uint32_t units) {
    Cells cells(units);
    cells.add_lstm();
    cells.add_gru(false);
    cells.add_gru(true);
    cells.add_rnn();
    cells.add_both_directions();
    if (units > 16) { cells.make_room_for_sums(); }
    return cells.finish();
}

Sample tiny_products_model() {
    constexpr std::int32_t kRows = 16, kCols = 2, kUnits = 37;
    Maker make;
    make.value("x", Type::f32, {kRows, kCols});
    make.input("x");
    make.value("y", Type::f32, {kRows, kUnits});
    make.output("y");
    DenseT dense;
    dense.matrix = make.matrix(1, kUnits, kCols, 0);
    auto* weights = reinterpret_cast<float*>(make.model().weights.data() + dense.matrix->panels);
    auto* bias = reinterpret_cast<float*>(make.model().weights.data() + dense.matrix->bias);
    const std::size_t rows = static_cast<std::size_t>(format::panel_count(1, kUnits)) * format::kPanelRows;
    for (std::size_t i = 0; i < rows * kCols; ++i) weights[i] *= 0x1p-110F;
    for (std::size_t i = 0; i < rows; ++i) bias[i] = 0;
    make.op("dense", std::move(dense), {"x"}, {"y"});
    return make.finish();
}

Sample functions_model() {
    constexpr std::int32_t kRows = 4, kCols = 67, kDense = 21;
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
        BinaryOpT op;
        op.kind = kind;
        result(name, kCols);
        if (kind < Binary::equal) {
            make.op(name, op, {"a", "b"}, {name});
            continue;
        }
        const bool is_logical = kind >= Binary::logical_and;
        make.value("is_" + name, Type::boolean, {kRows, kCols});
        make.op(name, op, {is_logical ? "is_less" : "a", is_logical ? "is_equal" : "b"}, {"is_" + name});
        make.op("cast_" + name, CastT(), {"is_" + name}, {name});
    }
    result("select", kCols);
    make.op("select", SelectT(), {"is_less", "a", "b"}, {"select"});
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

Sample reductions_model() {
    const std::vector<std::int32_t> dims = {3, 37, 21};
    Maker make;
    make.value("x", Type::f32, dims);
    make.input("x");
    for (const ReduceKind kind : EnumValuesReduceKind()) {
        for (const std::uint32_t axis : {0U, 1U, 2U}) {
            const std::string name = EnumNameReduceKind(kind) + std::to_string(axis);
            std::vector<std::int32_t> reduced = dims;
            reduced[axis] = 1;
            make.value(name, Type::f32, reduced);
            make.output(name);
            ReduceT op;
            op.kind = kind;
            op.axis = axis;
            make.op(name, op, {"x"}, {name});
        }
    }
    make.value("sums", Type::f32, dims);
    make.output("sums");
    CumSumT sums;
    sums.axis = 1;
    make.op("sums", sums, {"x"}, {"sums"});
    return make.finish();
}

}  // namespace tidegate::test
