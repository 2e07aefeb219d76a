// SPDX-License-Identifier: MIT
#include "accuracy/scales.h"

#include <algorithm>
#include <cmath>

#include "accuracy/instrument.h"
#include "accuracy/magnitudes.h"
#include "emit/write_program.h"
#include "terminal/progress.h"
#include "verify/run_model.h"

namespace tidegate {
namespace {

/// Calls visit(layer, its input) for every layer and run.
template <class Visit>
void for_each_input(const Program& program, const Runs& runs, Visit visit) {
    const std::size_t first = program.outputs.size();
    ModelRunner runner(write_program(with_layer_inputs(program), no_quantization()));
    terminal::Progress progress("measuring inputs of layers", runs.inputs.size());
    for (std::size_t run = 0; run < runs.inputs.size(); ++run) {
        progress.at(run);
        const std::vector<Tensor> outputs = runs.pass(runner, run);
        for (std::size_t i = first; i < outputs.size(); ++i) { visit(i - first, outputs[i]); }
    }
}

}  // namespace

std::vector<std::vector<float>> largest_by_column(const Program& program, const Runs& runs) {
    std::vector<std::vector<float>> largest(layers_of(program).size());
    for_each_input(program, runs, [&](std::size_t layer, const Tensor& x) {
        std::vector<float>& columns = largest[layer];
        columns.resize(static_cast<std::size_t>(x.dims.back()));
        for (std::size_t i = 0; i < x.reals.size(); ++i) {
            float& column = columns[i % columns.size()];
            column = std::max(column, std::abs(static_cast<float>(x.reals[i])));
        }
    });
    return largest;
}

std::vector<float> input_limits(const Program& program, const Runs& runs, const std::vector<Exponents>& exponents) {
    std::vector<Magnitudes> read(layers_of(program).size());
    for_each_input(program, runs, [&](std::size_t layer, const Tensor& x) {
        const Exponents& e = exponents[layer];
        for (std::size_t i = 0; i < x.reals.size(); ++i) {
            const auto value = static_cast<float>(x.reals[i]);
            read[layer].add(e.empty() ? value : std::ldexp(value, -e[i % e.size()]));
        }
    });
    std::vector<float> limits;
    limits.reserve(read.size());
    for (const Magnitudes& magnitudes : read) { limits.push_back(magnitudes.best_limit()); }
    return limits;
}

}  // namespace tidegate
