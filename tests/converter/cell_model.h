// SPDX-License-Identifier: MIT
// A model of one recurrent node beside the same as equations.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "converter/onnx_builder.h"
#include "converter/plain_cells.h"
#include "verify/run_model.h"

namespace tidegate::test {

using Attributes = std::vector<std::pair<std::string, AttributeValue>>;
using Texts = std::vector<std::string>;

inline constexpr std::size_t kTime = 5, kBatch = 2, kInputs = 3, kUnits = 5;
inline constexpr double kRounding = 2e-5;

inline double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
inline double tanh_of(double x) { return std::tanh(x); }

inline std::vector<double> numbers(std::size_t count, std::size_t salt, double scale = 1) {
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i) {
        values[i] =
            static_cast<double>(static_cast<float>(scale * (static_cast<double>((i * 37 + salt * 11) % 29) - 14) / 16));
    }
    return values;
}

inline std::vector<float> floats_of(const std::vector<double>& values) { return {values.begin(), values.end()}; }

/// An ONNX model of one recurrent node and, per direction, the same as equations.
class Cell {
public:
    Cell(std::string op, std::size_t directions, Attributes attributes = {})
        : op_(std::move(op)), attributes_(std::move(attributes)) {
        const std::size_t gates = op_ == "LSTM" ? 4 : op_ == "GRU" ? 3 : 1, rows = gates * kUnits;
        x_ = numbers(kTime * kBatch * kInputs, 1);
        for (std::size_t d = 0; d < directions; ++d) {
            PlainCell plain{op_,
                            kTime,
                            kBatch,
                            kInputs,
                            kUnits,
                            x_,
                            numbers(rows * kInputs, 3 + d),
                            numbers(rows * kUnits, 5 + d),
                            numbers(2 * rows, 7 + d),
                            {},
                            {},
                            {},
                            {},
                            {}};
            plain.functions =
                op_ == "RNN" ? std::vector<Scalar>{tanh_of} : std::vector<Scalar>{sigmoid, tanh_of, tanh_of};
            plain.reverse = d == 1;
            plain_.push_back(std::move(plain));
        }
    }

    std::vector<PlainCell>& plain() { return plain_; }
    PlainCell& first() { return plain_[0]; }
    Cell& batch_first() {
        batch_first_ = true;
        attributes_.emplace_back("layout", 1);
        return *this;
    }
    /// Distinct initial states.
    Cell& with_states() {
        for (std::size_t d = 0; d < plain_.size(); ++d) {
            plain_[d].h0 = numbers(kBatch * kUnits, 11 + d, 0.5);
            if (op_ == "LSTM") { plain_[d].c0 = numbers(kBatch * kUnits, 13 + d); }
        }
        return *this;
    }

    ModelBuilder model() const {
        ModelBuilder model;
        const int t = static_cast<int>(kTime), b = static_cast<int>(kBatch), i = static_cast<int>(kInputs);
        model.input("x", batch_first_ ? std::vector<ModelBuilder::Extent>{b, t, i}
                                      : std::vector<ModelBuilder::Extent>{t, b, i});
        const auto d = static_cast<std::int64_t>(plain_.size());
        const auto rows = static_cast<std::int64_t>(plain_[0].w.size() / kInputs);
        add(model, "W", {d, rows, static_cast<std::int64_t>(kInputs)}, &PlainCell::w);
        add(model, "R", {d, rows, static_cast<std::int64_t>(kUnits)}, &PlainCell::r);
        add(model, "B", {d, 2 * rows}, &PlainCell::b);
        Texts inputs = {"x", "W", "R", "B", "", "", "", ""};
        if (!plain_[0].lengths.empty()) {
            onnx::TensorProto lengths;
            lengths.set_name("lengths");
            lengths.set_data_type(onnx::TensorProto::INT32);
            lengths.add_dims(static_cast<std::int64_t>(kBatch));
            for (const std::size_t length : plain_[0].lengths) {
                lengths.add_int32_data(static_cast<std::int32_t>(length));
            }
            *model.graph().add_initializer() = lengths;
            inputs[4] = "lengths";
        }
        if (!plain_[0].h0.empty()) { add_state(model, inputs[5] = "h0", &PlainCell::h0); }
        if (!plain_[0].c0.empty()) { add_state(model, inputs[6] = "c0", &PlainCell::c0); }
        if (!plain_[0].p.empty()) {
            add(model, inputs[7] = "P", {d, static_cast<std::int64_t>(3 * kUnits)}, &PlainCell::p);
        }
        while (inputs.back().empty()) { inputs.pop_back(); }
        Attributes attributes = attributes_;
        attributes.emplace_back("hidden_size", static_cast<std::int64_t>(kUnits));
        Texts outputs = {"Y", "Y_h"};
        if (op_ == "LSTM") { outputs.emplace_back("Y_c"); }
        for (const std::string& output : outputs) { model.output(output); }
        model.node(op_, inputs, outputs, attributes, "cell");
        return model;
    }

    /// The largest difference between the converted model and the equations, over all outputs.
    double distance() const {
        const Conversion conversion = convert(model().save("silent.onnx"), {});
        ModelRunner runner(conversion.file);
        const std::vector<Tensor> computed = runner.run({batch_first_ ? Tensor::of({kBatch, kTime, kInputs}, swapped())
                                                                      : Tensor::of({kTime, kBatch, kInputs}, x_)});
        double largest = 0;
        for (std::size_t d = 0; d < plain_.size(); ++d) {
            const PlainResult expected = PlainRun(plain_[d]).run();
            for (std::size_t t = 0; t < kTime; ++t) {
                for (std::size_t row = 0; row < kBatch; ++row) {
                    for (std::size_t j = 0; j < kUnits; ++j) {
                        const std::size_t at = batch_first_ ? (row * kTime + t) * plain_.size() + d
                                                            : (t * plain_.size() + d) * kBatch + row;
                        note(largest, computed[0].reals[at * kUnits + j], expected.y[(t * kBatch + row) * kUnits + j]);
                    }
                }
            }
            for (std::size_t output = 1; output < computed.size(); ++output) {
                for (std::size_t row = 0; row < kBatch; ++row) {
                    for (std::size_t j = 0; j < kUnits; ++j) {
                        const std::size_t at = batch_first_ ? row * plain_.size() + d : d * kBatch + row;
                        const std::vector<double>& state = output == 1 ? expected.y_h : expected.y_c;
                        note(largest, computed[output].reals[at * kUnits + j], state[row * kUnits + j]);
                    }
                }
            }
        }
        return largest;
    }

private:
    static void note(double& largest, double a, double b) {
        const double d = std::abs(a - b);
        largest = std::isfinite(d) ? std::max(largest, d) : INFINITY;
    }
    void add(ModelBuilder& model, const std::string& name, const Dims& dims,
             std::vector<double> PlainCell::*member) const {
        std::vector<double> all;
        for (const PlainCell& plain : plain_) { all.insert(all.end(), (plain.*member).begin(), (plain.*member).end()); }
        model.floats(name, dims, floats_of(all));
    }
    /// [directions, batch, units], or the batch first.
    void add_state(ModelBuilder& model, const std::string& name, std::vector<double> PlainCell::*member) const {
        std::vector<double> all(plain_.size() * kBatch * kUnits);
        for (std::size_t d = 0; d < plain_.size(); ++d) {
            for (std::size_t i = 0; i < kBatch * kUnits; ++i) {
                const std::size_t row = i / kUnits;
                const std::size_t at = batch_first_ ? row * plain_.size() + d : d * kBatch + row;
                all[at * kUnits + i % kUnits] = (plain_[d].*member)[i];
            }
        }
        const auto d = static_cast<std::int64_t>(plain_.size()), b = static_cast<std::int64_t>(kBatch);
        const auto h = static_cast<std::int64_t>(kUnits);
        model.floats(name, batch_first_ ? Dims{b, d, h} : Dims{d, b, h}, floats_of(all));
    }
    std::vector<double> swapped() const {
        std::vector<double> result(x_.size());
        for (std::size_t t = 0; t < kTime; ++t) {
            for (std::size_t row = 0; row < kBatch; ++row) {
                for (std::size_t k = 0; k < kInputs; ++k) {
                    result[(row * kTime + t) * kInputs + k] = x_[(t * kBatch + row) * kInputs + k];
                }
            }
        }
        return result;
    }

    std::string op_;
    Attributes attributes_;
    std::vector<double> x_;
    std::vector<PlainCell> plain_;
    bool batch_first_ = false;
};

}  // namespace tidegate::test
