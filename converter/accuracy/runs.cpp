// SPDX-License-Identifier: MIT
#include "accuracy/runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "accuracy/arrays.h"
#include "accuracy/refuse.h"
#include "accuracy/series.h"
#include "graph/error.h"
#include "graph/text.h"
#include "lower/program.h"
#include "verify/dataset.h"
#include "verify/generated_inputs.h"

namespace tidegate {
namespace {

constexpr std::uint64_t kSeed = 1;
/// However long the sequence of one run is.
constexpr std::size_t kLeastRuns = 8;

const ProgramTensor& at(const Program& program, TensorId id) { return program.tensors[static_cast<std::size_t>(id)]; }

/// What an extent is in a run: a number, or what an input's axis of the same extent has.
std::int64_t value_of(const Extent& extent, const Program& program, const std::vector<Tensor>& inputs) {
    if (extent.is_constant()) { return extent.constant(); }
    for (std::size_t i = 0; i < program.inputs.size(); ++i) {
        const Extents& dims = at(program, program.inputs[i].tensor).dims;
        for (std::size_t axis = 0; axis < dims.size(); ++axis) {
            if (dims[axis] == extent) { return inputs[i].dims[axis]; }
        }
    }
    return extent.planned();
}

Conversion at_maxima(const Conversion& conversion) {
    std::vector<std::int64_t> maxima;
    for (const auto& symbol : conversion.graph.symbols) { maxima.push_back(symbol->maximum); }
    return convert_at(conversion, maxima);
}

/// Finite, and still so in single precision.
void need_numbers(const Tensor& tensor, const std::string& data, const std::string& where) {
    constexpr double kLargest = std::numeric_limits<float>::max();
    for (std::size_t i = 0; i < tensor.reals.size(); ++i) {
        const double value = tensor.reals[i];
        if (std::abs(value) <= kLargest) { continue; }
        const std::string found = std::isnan(value)   ? "NaN"
                                  : std::isinf(value) ? "infinite"
                                                      : fmt::format("{:g}, too large for fp32", value);
        refuse_data(data,
                    fmt::format("{}: element {} is {}; every value must be a finite number: mend it, or leave that "
                                "part of the data out",
                                where, i, found));
    }
}

bool fits(const Dims& given, const Extents& wanted) {
    return std::ranges::equal(given, wanted, [](std::int64_t have, const Extent& want) {
        return want.lowest() <= have && have <= want.highest();
    });
}

std::vector<std::string> names_of_inputs(const Graph& graph) {
    std::vector<std::string> names;
    for (const GraphInput& input : graph.inputs) {
        names.push_back(graph.values[static_cast<std::size_t>(input.value)].name);
    }
    return names;
}

/// A data set's inputs by name; those that are states or constants of the converted model are not looked at.
std::vector<std::vector<Tensor>> dataset_runs(const Program& program, const std::string& onnx_path,
                                              const std::string& data) {
    const Dataset dataset = read_dataset(data);
    const std::vector<std::string> names = names_of_inputs(read(onnx_path));
    std::vector<std::vector<Tensor>> runs;
    for (const Recording& recording : dataset.steps) {
        const TensorsByName given = by_name(dataset, recording.inputs, names, "input");
        std::vector<Tensor> inputs;
        for (const ProgramPort& port : program.inputs) {
            const auto found = given.find(port.name);
            if (found == given.end()) {
                refuse_data(data, fmt::format("run {} has no input {}", runs.size(), in_quotes(port.name)));
            }
            inputs.push_back(found->second);
        }
        runs.push_back(std::move(inputs));
    }
    return runs;
}

/// The axis along which a run's tensors hold `rows` times what the model wants, one; -1 if there is no such axis.
std::int64_t row_axis(const Tensor& given, const Extents& wanted, std::int64_t& rows) {
    if (given.dims.size() != wanted.size()) { return -1; }
    std::int64_t axis = -1;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i].lowest() <= given.dims[i] && given.dims[i] <= wanted[i].highest()) { continue; }
        if (axis >= 0 || !(wanted[i] == Extent(1)) || (rows > 0 && given.dims[i] != rows)) { return -1; }
        axis = static_cast<std::int64_t>(i);
        rows = given.dims[i];
    }
    return axis;
}

/// Element `row` of an axis, the axis kept.
Tensor row_of(const Tensor& whole, std::size_t axis, std::int64_t row) {
    Tensor part = whole;
    part.dims[axis] = 1;
    const std::size_t inner = static_cast<std::size_t>(
        element_count(Dims(whole.dims.begin() + static_cast<std::ptrdiff_t>(axis) + 1, whole.dims.end())));
    const auto extent = static_cast<std::size_t>(whole.dims[axis]);
    const auto pick = [&](const auto& from, auto& to) {
        to.clear();
        for (std::size_t i = static_cast<std::size_t>(row) * inner; i < from.size(); i += extent * inner) {
            for (std::size_t k = 0; k < inner; ++k) { to.push_back(from[i + k]); }
        }
    };
    whole.is_real() ? pick(whole.reals, part.reals) : pick(whole.integers, part.integers);
    return part;
}

/// Recordings of several series for a model of one: the runs of the first series, then those of the next.
std::vector<std::vector<Tensor>> one_series_each(const Program& program, std::vector<std::vector<Tensor>> runs) {
    std::int64_t rows = 0;
    std::vector<std::int64_t> axes;
    for (std::size_t i = 0; i < program.inputs.size(); ++i) {
        axes.push_back(row_axis(runs.front()[i], at(program, program.inputs[i].tensor).dims, rows));
        if (axes.back() < 0) { return runs; }
    }
    std::vector<std::vector<Tensor>> result;
    for (std::int64_t row = 0; row < rows; ++row) {
        for (const std::vector<Tensor>& inputs : runs) {
            result.emplace_back();
            for (std::size_t i = 0; i < inputs.size(); ++i) {
                const auto axis = static_cast<std::size_t>(axes[i]);
                if (inputs[i].dims != runs.front()[i].dims) { return runs; }
                result.back().push_back(row_of(inputs[i], axis, row));
            }
        }
    }
    return result;
}

/// Types, shapes and values of every run.
void check_runs(const Program& program, const Runs& runs, const std::string& data) {
    for (std::size_t run = 0; run < runs.inputs.size(); ++run) {
        for (std::size_t i = 0; i < program.inputs.size(); ++i) {
            const ProgramTensor& wanted = at(program, program.inputs[i].tensor);
            const Tensor& given = runs.inputs[run][i];
            const std::string where = runs.place_of(run) + ", input " + in_quotes(program.inputs[i].name);
            if (given.type != wanted.type || !fits(given.dims, wanted.dims)) {
                refuse_data(data, fmt::format("{} is {} {}, the model wants {} {}", where, name_of(given.type),
                                              to_text(given.dims), name_of(wanted.type), to_text(wanted.dims)));
            }
            need_numbers(given, data, where);
        }
    }
}

}  // namespace

std::string Runs::place_of(std::size_t run) const {
    return lines.empty() ? fmt::format("run {}", run) : fmt::format("line {}", lines.at(run));
}

std::vector<Tensor> Runs::pass(ModelRunner& runner, std::size_t run) const {
    try {
        return runner.run(inputs.at(run));
    } catch (const ConvertError& error) {
        if (data.empty()) { throw; }
        refuse_data(data, place_of(run) + ": " + error.what() + "; mend it, or leave that part of the data out");
    }
}

std::uint64_t steps_of(const Program& program, const std::vector<Tensor>& inputs) {
    std::uint64_t most = 1;
    for (const Step& step : program.steps) {
        if (!std::holds_alternative<step::Recurrent>(step.params)) { continue; }
        const Extents& x = at(program, step.inputs.at(0)).dims;
        const std::int64_t steps = value_of(x[0], program, inputs) * value_of(x[1], program, inputs);
        most = std::max(most, static_cast<std::uint64_t>(steps));
    }
    return most;
}

Runs generated_runs(const Conversion& conversion) {
    const Conversion single = conversion.graph.symbols.empty() ? conversion : at_maxima(conversion);
    InputGenerator generator(single.graph, kSeed);
    Runs runs;
    while (runs.steps < kGeneratedSteps || runs.inputs.size() < kLeastRuns) {
        runs.inputs.push_back(generator.next(runs.inputs.empty()));
        runs.steps += steps_of(*single.program, runs.inputs.back());
    }
    runs.source = fmt::format("{} generated steps (normally distributed; give real ones with --calibrate)", runs.steps);
    return runs;
}

Runs read_runs(const Conversion& conversion, const std::string& onnx_path, const std::string& data) {
    const Program& program = *conversion.program;
    Runs runs;
    constexpr const char* kExpected = "a .npy, .npz or .csv file, or the folder of a data set";
    if (!std::filesystem::exists(data)) { refuse_data(data, fmt::format("does not exist; expected is {}", kExpected)); }
    if (std::filesystem::is_directory(data)) {
        runs.inputs = one_series_each(program, dataset_runs(program, onnx_path, data));
    } else if (data.ends_with(".csv") && program.forecast) {
        runs = series_runs(conversion, data);
    } else if (data.ends_with(".csv") || data.ends_with(".npy") || data.ends_with(".npz")) {
        runs = array_runs(program, data);
    } else {
        refuse_data(data, fmt::format("is another kind of file; expected is {}", kExpected));
    }
    runs.data = data;
    check_runs(program, runs, data);
    for (const std::vector<Tensor>& inputs : runs.inputs) { runs.steps += steps_of(program, inputs); }
    if (runs.steps < kLeastSteps) {
        refuse_data(data, fmt::format("{} step{} in all; at least {} are needed", runs.steps,
                                      runs.steps == 1 ? "" : "s", kLeastSteps));
    }
    runs.source = runs.steps == runs.inputs.size()
                      ? fmt::format("{} steps of {}", runs.steps, data)
                      : fmt::format("{} runs ({} steps) of {}", runs.inputs.size(), runs.steps, data);
    return runs;
}

}  // namespace tidegate
