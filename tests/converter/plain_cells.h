// SPDX-License-Identifier: MIT
// RNN, GRU and LSTM as the equations of ONNX's text, in double, one direction: written for the tests of silent errors
// alone, so that it shares no thought with the converter or its reference.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace tidegate::test {

using Scalar = std::function<double(double)>;

struct PlainCell {
    std::string op;  ///< "RNN", "GRU", "LSTM"
    std::size_t time = 0, batch = 0, inputs = 0, units = 0;
    std::vector<double> x;             ///< [time][batch][inputs]
    std::vector<double> w, r;          ///< [gates * units][inputs], [gates * units][units]
    std::vector<double> b;             ///< [2 * gates * units]: of W, then of R
    std::vector<double> p;             ///< LSTM: empty, or [3 * units] for i, o, f
    std::vector<double> h0, c0;        ///< empty, or [batch][units]
    std::vector<std::size_t> lengths;  ///< empty: all of time
    std::vector<Scalar> functions;     ///< f, g, h
    double clip = 0;                   ///< 0: none
    bool reverse = false, linear_before_reset = false, input_forget = false;
};

struct PlainResult {
    std::vector<double> y, y_h, y_c;  ///< [time][batch][units], [batch][units]
};

class PlainRun {
public:
    explicit PlainRun(const PlainCell& cell) : c_(cell) {}

    PlainResult run() {
        PlainResult all{std::vector<double>(c_.time * c_.batch * c_.units), std::vector<double>(c_.batch * c_.units),
                        std::vector<double>(c_.batch * c_.units)};
        for (std::size_t row = 0; row < c_.batch; ++row) {
            const std::size_t length = c_.lengths.empty() ? c_.time : c_.lengths[row];
            h_ = start(c_.h0, row);
            cell_ = start(c_.c0, row);
            for (std::size_t step = 0; step < length; ++step) {
                const std::size_t t = c_.reverse ? length - 1 - step : step;
                x_ = c_.x.data() + (t * c_.batch + row) * c_.inputs;
                c_.op == "LSTM" ? lstm() : c_.op == "GRU" ? gru() : rnn();
                std::copy(h_.begin(), h_.end(), all.y.begin() + place(t * c_.batch + row));
            }
            if (length == 0) { continue; }  // zeros
            std::copy(h_.begin(), h_.end(), all.y_h.begin() + place(row));
            std::copy(cell_.begin(), cell_.end(), all.y_c.begin() + place(row));
        }
        return all;
    }

private:
    std::ptrdiff_t place(std::size_t row) const { return static_cast<std::ptrdiff_t>(row * c_.units); }

    std::vector<double> start(const std::vector<double>& given, std::size_t row) const {
        if (given.empty()) { return std::vector<double>(c_.units, 0.0); }
        return {given.begin() + place(row), given.begin() + place(row + 1)};
    }

    double clipped(double value) const { return c_.clip > 0 ? std::clamp(value, -c_.clip, c_.clip) : value; }

    /// W x + Wb of row `gate` * units + j.
    double from_input(std::size_t gate, std::size_t j) const {
        const std::size_t row = gate * c_.units + j;
        double sum = c_.b[row];
        for (std::size_t k = 0; k < c_.inputs; ++k) { sum += c_.w[row * c_.inputs + k] * x_[k]; }
        return sum;
    }
    /// R h + Rb.
    double from_state(std::size_t gates, std::size_t gate, std::size_t j, const std::vector<double>& h) const {
        const std::size_t row = gate * c_.units + j;
        double sum = c_.b[gates * c_.units + row];
        for (std::size_t k = 0; k < c_.units; ++k) { sum += c_.r[row * c_.units + k] * h[k]; }
        return sum;
    }

    void rnn() {
        std::vector<double> next(c_.units);
        for (std::size_t j = 0; j < c_.units; ++j) {
            next[j] = c_.functions[0](clipped(from_input(0, j) + from_state(1, 0, j, h_)));
        }
        h_ = next;
    }

    void gru() {
        std::vector<double> z(c_.units), r(c_.units), reset(c_.units), next(c_.units);
        for (std::size_t j = 0; j < c_.units; ++j) {
            z[j] = c_.functions[0](clipped(from_input(0, j) + from_state(3, 0, j, h_)));
            r[j] = c_.functions[0](clipped(from_input(1, j) + from_state(3, 1, j, h_)));
            reset[j] = r[j] * h_[j];
        }
        for (std::size_t j = 0; j < c_.units; ++j) {
            const double state = c_.linear_before_reset ? r[j] * from_state(3, 2, j, h_) : from_state(3, 2, j, reset);
            const double candidate = c_.functions[1](clipped(from_input(2, j) + state));
            next[j] = (1 - z[j]) * candidate + z[j] * h_[j];
        }
        h_ = next;
    }

    void lstm() {
        const auto peephole = [&](std::size_t gate, std::size_t j, double cell) {
            return c_.p.empty() ? 0.0 : c_.p[gate * c_.units + j] * cell;
        };
        const std::vector<double> before = h_;
        for (std::size_t j = 0; j < c_.units; ++j) {
            const auto sum = [&](std::size_t gate) { return from_input(gate, j) + from_state(4, gate, j, before); };
            const double i = c_.functions[0](clipped(sum(0) + peephole(0, j, cell_[j])));
            const double f = c_.input_forget ? 1 - i : c_.functions[0](clipped(sum(2) + peephole(2, j, cell_[j])));
            cell_[j] = f * cell_[j] + i * c_.functions[1](clipped(sum(3)));
            const double o = c_.functions[0](clipped(sum(1) + peephole(1, j, cell_[j])));
            h_[j] = o * c_.functions[2](clipped(cell_[j]));
        }
    }

    const PlainCell& c_;
    const double* x_ = nullptr;
    std::vector<double> h_, cell_;
};

}  // namespace tidegate::test
