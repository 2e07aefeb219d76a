// SPDX-License-Identifier: MIT
// Years in minutes: RNN, LSTM and GRU stepped on and on beside the double reference. Fails on an allocation, on a value
// that is not finite, and on an error that grows.
// usage: soak [STEPS], by default ten million (an hourly sample for 1141 years)
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>

#include "reference/evaluate.h"
#include "support/allocations.h"
#include "support/step_model.h"
#include "tidegate/tidegate.h"

using namespace tidegate;
using namespace tidegate::test;

namespace {

constexpr std::int64_t kInputs = 3, kHidden = 12;
constexpr int kParts = 10;  ///< the error is watched in each tenth of the run

alignas(TG_ALIGNMENT) std::array<unsigned char, 1 << 16> file_memory;
alignas(TG_ALIGNMENT) std::array<unsigned char, 1 << 16> arena;

/// A day and a year, noise, now and then a spike, a missing sensor (zeros) and a reading that is no number.
void sample(long step, Random& random, float* x) {
    const double day = std::sin(static_cast<double>(step) * 2 * 3.14159265358979 / 24);
    const double year = std::cos(static_cast<double>(step) * 2 * 3.14159265358979 / 8766);
    for (std::int64_t i = 0; i < kInputs; ++i) {
        x[i] = static_cast<float>(day + year * static_cast<double>(i) + random.normal(0.3));
        if (step % 1009 == 7) { x[i] *= 1000; }
        if (step % 5003 < 40) { x[i] = 0; }
    }
    if (step % 7919 == 11) { x[step % kInputs] = NAN; }
}

struct Outcome {
    std::array<double, kParts> error{};
    long spoiled = 0;
    bool good = true;
};

/// error[p]: the largest difference between the runtime and the reference in part p.
Outcome soak(const RecurrentCase& cell, long steps) {
    Random weights(1), data(2);
    const Graph graph = step_graph(cell, weights);
    const std::vector<std::uint8_t> file = file_of(graph);
    std::copy(file.begin(), file.end(), file_memory.begin());
    tg_model model;
    tg_session* session = nullptr;
    tg_tensor in{}, out{};
    Outcome outcome;
    outcome.good = tg_open(file_memory.data(), file.size(), &model) == TG_OK &&
                   tg_start(&model, arena.data(), arena.size(), &session) == TG_OK &&
                   tg_input(session, 0, &in) == TG_OK && tg_output(session, 0, &out) == TG_OK;
    auto* x = static_cast<float*>(in.data);
    const auto* y = static_cast<const float*>(out.data);
    std::vector<Tensor> states = initial_states(graph);
    std::vector<Tensor> input = {Tensor::zeros(ElementType::f32, {1, 1, kInputs})};
    for (long step = 0; outcome.good && step < steps; ++step) {
        sample(step, data, x);
        std::copy(x, x + kInputs, input[0].reals.begin());
        counting = true;
        const tg_status status = tg_run(session);
        counting = false;
        if (status == TG_STATE_NOT_FINITE) {  // the reference skips what the session refused
            ++outcome.spoiled;
            continue;
        }
        const std::vector<double> want = evaluate(graph, input, states)[0].reals;
        double& worst = outcome.error[static_cast<std::size_t>(step / ((steps + kParts - 1) / kParts))];
        for (std::size_t i = 0; i < want.size(); ++i) {
            const double error = std::fabs(static_cast<double>(y[i]) - want[i]);
            outcome.good = outcome.good && std::isfinite(y[i]);
            worst = std::max(worst, error);
        }
        outcome.good = outcome.good && status == TG_OK;
    }
    return outcome;
}

bool report(const std::string& name, long steps, const Outcome& outcome) {
    const auto middle = outcome.error.begin() + kParts / 2;
    const bool grows =
        *std::max_element(middle, outcome.error.end()) > 2 * *std::max_element(outcome.error.begin(), middle);
    std::printf("%-10s %ld steps, %ld refused; largest error of each tenth:", name.c_str(), steps, outcome.spoiled);
    for (const double error : outcome.error) { std::printf(" %.2g", error); }
    std::printf("%s%s\n", outcome.good ? "" : "; NOT FINITE or refused", grows ? "; GROWS" : "");
    std::fflush(stdout);
    return outcome.good && !grows && outcome.spoiled > 0;
}

}  // namespace

int main(int argc, char** argv) {
    const long steps = argc > 1 ? std::stol(argv[1]) : 10000000;
    bool good = true;
    const char* names[] = {"rnn", "lstm", "gru", "gru_linear"};
    const std::vector<RecurrentCase> cells = known_cells(kHidden, kInputs);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        RecurrentCase contracting = cells[i];
        contracting.weight_scale = 1;
        good = report(names[i], steps, soak(contracting, steps)) && good;
    }
#if TIDEGATE_COUNTS
    std::printf("allocations in tg_run: %ld\n", allocations);
    good = good && allocations == 0;
#endif
    return good ? 0 : 1;
}
