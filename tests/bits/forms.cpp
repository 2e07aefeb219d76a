// SPDX-License-Identifier: MIT
#include "bits/forms.h"

#include "format/maker.h"
#include "format/sizes.h"

namespace tidegate::test {

using namespace objects;

namespace {

using Type = ElementType;
using Form = MatrixForm;
constexpr std::int32_t kInputs = 7;
constexpr float kUnitScale = 1.0F / 127;   ///< of h, whose magnitude is at most 1
constexpr float kInputScale = 3.0F / 127;  ///< of inputs up to 4: some are clamped

/// What recurrent ops read, [steps, series, kInputs].
struct Source {
    const char* name;
    std::int32_t steps, series;
};

/// 0: dynamic. For integers only.
struct Scales {
    float input, state;
};

enum class States { kept, none };

/// The ops of a model whose weights have one form. Matrices of one size share their bytes.
class Layers {
public:
    Layers(Form form, std::uint32_t units)
        : form_(form), units_(units), signed_units_(static_cast<std::int32_t>(units)) {}

    void set_form(Form form) { form_ = form; }

    void input(const Source& x) {
        make_.value(x.name, Type::f32, {x.steps, x.series, kInputs});
        make_.input(x.name);
    }

    void lstm(const std::string& name, const Source& x, Scales scales) {
        add(name, x, Cell::lstm, scales, States::kept, lstm_directions(scales, {false}));
    }
    void both_directions(const std::string& name, const Source& x, Scales scales) {
        add(name, x, Cell::lstm, scales, States::none, lstm_directions(scales, {false, true}));
    }
    void gru(const std::string& name, const Source& x, Scales scales, States states = States::kept) {
        Directions directions;
        directions.push_back(direction(2, scales));
        directions[0]->candidate_input = matrix(1, kInputs, 0);
        directions[0]->candidate_state = matrix(1, units_, 0);
        directions[0]->functions = {{Unary::sigmoid, 0, 0}, {Unary::tanh, 0, 0}};
        add(name, x, Cell::gru, scales, states, std::move(directions));
    }
    void linear_gru(const std::string& name, const Source& x, Scales scales, States states = States::kept) {
        gru(name, x, scales, states);
        make_.model().ops.back()->params.AsRecurrent()->linear_before_reset = true;
    }
    void rnn(const std::string& name, const Source& x, Scales scales, States states = States::kept) {
        Directions directions;
        directions.push_back(direction(1, scales));
        directions[0]->functions = {{Unary::tanh, 0, 0}};
        add(name, x, Cell::rnn, scales, states, std::move(directions));
    }

    /// Of the last axis of x; eight rows at once.
    void dense(const std::string& name, const std::string& x, std::vector<std::int32_t> x_dims, float input_scale) {
        DenseT op;
        const auto cols = static_cast<std::uint32_t>(x_dims.back());
        op.matrix = matrix(1, cols, 0);
        op.input_scale = scale(input_scale);
        x_dims.back() = signed_units_;
        make_.value(name, Type::f32, x_dims);
        make_.output(name);
        make_.op(name, std::move(op), {x}, {name});
        if (form_ == Form::i8_panels) { add_room((format::kMostLanes - 1) * format::quantized_bytes(cols)); }
    }

    Sample finish() { return make_.finish(); }

private:
    using Directions = std::vector<std::unique_ptr<DirectionT>>;

    float scale(float fixed) const { return form_ == Form::i8_panels ? fixed : 0; }

    std::unique_ptr<MatrixT> matrix(std::uint32_t gates, std::uint32_t input_cols, std::uint32_t state_cols) {
        for (const MatrixT& known : matrices_) {
            if (known.form == form_ && known.gates == gates && known.input_cols == input_cols &&
                known.state_cols == state_cols) {
                return std::make_unique<MatrixT>(known);
            }
        }
        auto made = make_.matrix(gates, units_, input_cols, state_cols, form_);
        matrices_.push_back(*made);
        return made;
    }

    std::unique_ptr<DirectionT> direction(std::uint32_t gates, Scales scales) {
        auto made = std::make_unique<DirectionT>();
        made->gates = matrix(gates, kInputs, units_);
        made->input_scale = scale(scales.input);
        made->state_scale = scale(scales.state);
        return made;
    }

    Directions lstm_directions(Scales scales, const std::vector<bool>& reverse) {
        Directions directions;
        for (const bool turned : reverse) {
            directions.push_back(direction(4, scales));
            directions.back()->reverse = turned;
            directions.back()->functions = {{Unary::sigmoid, 0, 0}, {Unary::tanh, 0, 0}, {Unary::tanh, 0, 0}};
        }
        return directions;
    }

    /// Output <name>_y; h, and an LSTM's c, stay in the session if they are kept.
    void add(const std::string& name, const Source& x, Cell cell, Scales scales, States states, Directions directions) {
        const auto count = static_cast<std::int32_t>(directions.size());
        RecurrentT op;
        op.cell = cell;
        op.hidden = units_;
        op.directions = std::move(directions);
        make_.value(name + "_y", Type::f32, {x.steps, count, x.series, signed_units_});
        make_.output(name + "_y");
        std::vector<std::string> inputs = {x.name, "", "", ""}, outputs = {name + "_y", "", ""};
        if (states == States::kept) {
            inputs[2] = state(name + "_h", x.series, scale(scales.state) != 0 ? 1.0F : 0.0F);
            outputs[1] = inputs[2] + "_next";
        }
        if (states == States::kept && cell == Cell::lstm) {
            inputs[3] = state(name + "_c", x.series, 0);
            outputs[2] = inputs[3] + "_next";
        }
        make_.op(name, std::move(op), inputs, outputs);
        make_room(x);
    }

    std::string state(const std::string& name, std::int32_t series, float limit) {
        for (const std::string& end : {name, name + "_next"}) {
            make_.value(end, Type::f32, {1, series, signed_units_});
        }
        make_.state(name, name, name + "_next");
        make_.model().states.back()->limit = limit;
        return name;
    }

    /// For eight series at once, or the sums of eight steps.
    void make_room(const Source& x) {
        const MatrixT& gates = *make_.model().ops.back()->params.AsRecurrent()->directions[0]->gates;
        const format::RecurrentSize size{gates.gates, units_, kInputs, form_ == Form::i8_panels};
        if (x.series > 1) {
            add_room(format::kMostLanes * format::series_lane_bytes(size));
        } else if (x.steps > 1) {
            add_room(format::kMostLanes * format::step_lane_bytes(size));
        }
    }
    void add_room(std::uint64_t bytes) {
        const auto scratch = static_cast<std::size_t>(make_.model().ops.back()->scratch);
        Buffer& buffer = make_.model().buffers[scratch];
        buffer.mutate_bytes(buffer.bytes() + bytes);
    }

    Maker make_;
    Form form_;
    std::uint32_t units_;
    std::int32_t signed_units_;
    std::vector<MatrixT> matrices_;
};

}  // namespace

Sample form_model(Form form, std::uint32_t units) {
    constexpr Source kSequence{"x", 10, 1}, kBatch{"batch", 2, 10}, kStep{"step", 1, 1};
    const auto cols = static_cast<std::int32_t>(units);
    Layers layers(form, units);
    for (const Source& source : {kSequence, kBatch, kStep}) { layers.input(source); }
    layers.lstm("lstm", kSequence, {0, kUnitScale});
    layers.linear_gru("linear_gru", kSequence, {kInputScale, 0});
    layers.gru("gru", kSequence, {0, 0});
    layers.rnn("rnn", kSequence, {kInputScale, kUnitScale});
    layers.both_directions("both", kSequence, {0, 0});
    layers.lstm("lstms", kBatch, {kInputScale, 0});
    layers.linear_gru("linear_grus", kBatch, {0, kUnitScale});
    layers.gru("grus", kBatch, {kInputScale, kUnitScale}, States::none);
    layers.rnn("rnns", kBatch, {0, 0}, States::none);
    layers.lstm("lstm_stream", kStep, {0, kUnitScale});
    layers.linear_gru("gru_stream", kStep, {kInputScale, 0});
    layers.dense("dense", "lstms_y", {2, 1, 10, cols}, 0);
    layers.dense("dense_of_rnn", "rnn_y", {10, 1, 1, cols}, kUnitScale);
    return layers.finish();
}

Sample lstm_stream_model(Form form, std::uint32_t units) {
    constexpr Source kStep{"step", 1, 1};
    Layers layers(form, units);
    layers.input(kStep);
    layers.lstm("lstm", kStep, {0, kUnitScale});
    return layers.finish();
}

Sample series_model(Form form, std::uint32_t units, std::int32_t steps, std::int32_t series) {
    const Source x{"x", steps, series};
    Layers layers(form, units);
    layers.input(x);
    layers.lstm("lstm", x, {0, 0});
    layers.linear_gru("linear_gru", x, {0, kUnitScale});
    layers.gru("gru", x, {kInputScale, 0});
    layers.rnn("rnn", x, {kInputScale, kUnitScale});
    return layers.finish();
}

Sample products_model(std::uint32_t units) {
    constexpr Source kX{"x", 3, 2};
    Layers layers(Form::i8_panels, units);
    layers.input(kX);
    layers.dense("dense", "x", {3, 2, kInputs}, 0);
    layers.dense("fixed_dense", "x", {3, 2, kInputs}, kInputScale);
    layers.rnn("rnn", kX, {0, 0}, States::none);
    layers.rnn("fixed_rnn", kX, {kInputScale, kUnitScale}, States::none);
    layers.set_form(Form::f16_panels);
    layers.dense("half_dense", "x", {3, 2, kInputs}, 0);
    layers.rnn("half_rnn", kX, {0, 0}, States::none);
    return layers.finish();
}

}  // namespace tidegate::test
