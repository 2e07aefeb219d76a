// SPDX-License-Identifier: MIT
#include "verify/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "graph/error.h"
#include "graph/text.h"
#include "verify/data_dims.h"
#include "verify/dataset.h"
#include "verify/graph_inputs.h"
#include "verify/run_model.h"
#include "verify/stream_run.h"

namespace tidegate {
namespace {

[[noreturn]] void refuse(const Dataset& dataset, const std::string& what) {
    throw ConvertError("data set '" + dataset.directory + "': " + what);
}

std::vector<std::string> input_names(const Graph& graph) {
    std::vector<std::string> names;
    for (const GraphInput& input : graph.inputs) {
        names.push_back(graph.values[static_cast<std::size_t>(input.value)].name);
    }
    return names;
}

std::vector<std::string> output_names(const Graph& graph) {
    std::vector<std::string> names;
    for (const GraphOutput& output : graph.outputs) { names.push_back(output.name); }
    return names;
}

void freeze_inputs(const Graph& graph, const TensorsByName& data, ConvertOptions& options,
                   std::vector<std::string>& frozen) {
    for (const ValueId id : constant_inputs(graph)) {
        const std::string& name = graph.values[static_cast<std::size_t>(id)].name;
        const auto found = data.find(name);
        if (found == data.end() || options.fixed_inputs.count(name) != 0) { continue; }
        options.fixed_inputs.emplace(name, found->second);
        frozen.push_back(name);
    }
}

void link_states(const Dataset& dataset, ConvertOptions& options) {
    for (const auto& link : dataset.states) {
        if (std::find(options.states.begin(), options.states.end(), link) == options.states.end()) {
            options.states.push_back(link);
        }
    }
}

/// One data set against the model: converts once, then runs the steps on one session.
class DatasetCheck {
public:
    DatasetCheck(const std::string& onnx_path, const Graph& graph, const Dataset& dataset, ConvertOptions options,
                 Tolerance tolerance, const Converter& make)
        : dataset_(dataset), inputs_(input_names(graph)), outputs_(output_names(graph)), tolerance_(tolerance) {
        report_.directory = dataset.directory;
        const TensorsByName first = by_name(dataset, dataset.steps.front().inputs, inputs_, "input");
        link_states(dataset, options);
        bind_dims(graph, dataset, first, options);
        freeze_inputs(graph, first, options, report_.frozen);
        states_may_vanish_ = options.stateful || options.stream;
        for (const auto& link : options.states) { linked_outputs_.insert(link.first); }
        const Conversion conversion = make(onnx_path, options);
        left_out_ = conversion.graph.left_out;
        stream_ = conversion.graph.stream;
        for (const StateLink& state : conversion.graph.states) { stream_states_.insert(state.name); }
        runner_.emplace(conversion.file);
    }

    DatasetReport run() {
        for (const Recording& step : dataset_.steps) { run_step(step); }
        report_.steps = dataset_.steps.size();
        return report_;
    }

private:
    void run_step(const Recording& step) {
        const TensorsByName given = by_name(dataset_, step.inputs, inputs_, "input");
        std::vector<Tensor> inputs;
        for (const Port& port : runner_->inputs()) {
            const auto found = given.find(port.name);
            if (found == given.end()) { refuse(dataset_, "there is no value for input '" + port.name + "'"); }
            inputs.push_back(found->second);
        }
        if (stream_) {
            if (&step == &dataset_.steps.front()) { need_zero_states(given); }
            return run_sequence(step, inputs);
        }
        const std::vector<Tensor> computed = runner_->run(inputs);
        for (const auto& [name, expected] : by_name(dataset_, step.outputs, outputs_, "output")) {
            if (notes_left_out(name)) { continue; }
            if (const Tensor* result = result_named(name, computed)) { record(name, *result, expected); }
        }
    }

    /// Is the output one that random numbers decide? It is listed once.
    bool notes_left_out(const std::string& name) {
        const auto is_it = [&](const LeftOut& output) { return output.name == name; };
        const auto found = std::find_if(left_out_.begin(), left_out_.end(), is_it);
        if (found == left_out_.end()) { return false; }
        if (std::none_of(report_.left_out.begin(), report_.left_out.end(), is_it)) {
            report_.left_out.push_back(*found);
        }
        return true;
    }

    /// Inputs that became states of the stream start at zero there.
    void need_zero_states(const TensorsByName& given) const {
        for (const auto& [name, tensor] : given) {
            const auto is_it = [&, &key = name](const Port& port) { return port.name == key; };
            if (std::ranges::any_of(runner_->inputs(), is_it) || !stream_states_.contains(name)) { continue; }
            if (std::ranges::any_of(tensor.reals, [](double x) { return x != 0; })) {
                refuse(dataset_,
                       "input '" + name + "' is a state of the stream, which starts at zero, and not so here");
            }
        }
    }

    /// A recorded sequence, step by step. What the recording has of it and the stream has not is not compared: its
    /// warm-up, and what all comes to if the last run has other steps too.
    void run_sequence(const Recording& recording, const std::vector<Tensor>& inputs) {
        const std::int64_t steps = steps_of(*stream_, inputs);
        const std::vector<Tensor> computed = run_steps(*runner_, *stream_, inputs);
        for (const auto& [name, expected] : by_name(dataset_, recording.outputs, outputs_, "output")) {
            const Tensor* result = notes_left_out(name) ? nullptr : result_named(name, computed);
            if (result == nullptr) { continue; }
            const Stream::Port& port = stream_->outputs[static_cast<std::size_t>(result - computed.data())];
            if (port.is_ending && steps % stream_->steps != 0) {
                refuse(dataset_, "output '" + name + "' is what " + std::to_string(steps) +
                                     " steps come to, which runs of " + std::to_string(stream_->steps) +
                                     " steps do not end at; verify it with steps of 1");
            }
            const auto [streamed, whole] = common_part(port, steps, *result, expected);
            if (!streamed.dims.empty() || !streamed.reals.empty() || !streamed.integers.empty()) {
                record(name, streamed, whole);
            }
        }
    }

    /// Null for an output that became a state of the session.
    const Tensor* result_named(const std::string& name, const std::vector<Tensor>& computed) const {
        for (std::size_t i = 0; i < computed.size(); ++i) {
            if (runner_->outputs()[i].name == name) { return &computed[i]; }
        }
        if (linked_outputs_.count(name) == 0 && !states_may_vanish_) {
            refuse(dataset_, "output '" + name + "' is not in the converted model");
        }
        return nullptr;
    }

    void record(const std::string& name, const Tensor& computed, const Tensor& expected) {
        const bool sampled = dataset_.sampled.count(name) != 0;
        Comparison comparison = compare(computed, expected, tolerance_);
        if (sampled && comparison.mismatch.empty()) { comparison = Comparison{}; }
        for (OutputReport& output : report_.outputs) {
            if (output.name == name) {
                output.comparison = merge(output.comparison, comparison);
                return;
            }
        }
        report_.outputs.push_back({name, comparison, sampled});
    }

    const Dataset& dataset_;
    std::vector<std::string> inputs_;
    std::vector<std::string> outputs_;
    std::set<std::string> linked_outputs_;
    bool states_may_vanish_ = false;
    Tolerance tolerance_;
    std::vector<LeftOut> left_out_;
    std::optional<ModelRunner> runner_;
    std::optional<Stream> stream_;
    std::set<std::string> stream_states_;
    DatasetReport report_;
};

}  // namespace

namespace {

/// A relative tolerance beyond says nothing.
constexpr double kMostRelative = 0.1;

/// Two digits, rounded up.
double rounded_up(double x) {
    const double unit = std::pow(10, std::floor(std::log10(x)) - 1);
    return std::stod(fmt::format("{:.1e}", (std::floor(x / unit) + 1) * unit));
}

}  // namespace

bool DatasetReport::passed() const {
    return !outputs.empty() &&
           std::all_of(outputs.begin(), outputs.end(), [](const OutputReport& o) { return o.comparison.passed(); });
}

bool VerifyReport::passed() const {
    return std::all_of(datasets.begin(), datasets.end(), [](const DatasetReport& d) { return d.passed(); });
}

VerifyReport verify(const std::string& onnx_path, const std::vector<std::string>& directories,
                    const ConvertOptions& options, Tolerance tolerance, const Converter& make) {
    const Graph graph = read(onnx_path);
    VerifyReport report;
    for (const std::string& given : directories) {
        for (const std::string& directory : dataset_directories(given)) {
            const Dataset dataset = read_dataset(directory);
            report.datasets.push_back(DatasetCheck(onnx_path, graph, dataset, options, tolerance, make).run());
        }
    }
    return report;
}

std::string to_text(const VerifyReport& report) {
    std::string text;
    for (const DatasetReport& dataset : report.datasets) {
        text += fmt::format("{} {}: {} run{}", dataset.passed() ? "passed" : "FAILED", dataset.directory, dataset.steps,
                            dataset.steps == 1 ? "" : "s");
        if (!dataset.frozen.empty()) { text += fmt::format(", constant: {}", fmt::join(dataset.frozen, ", ")); }
        if (dataset.outputs.empty()) { text += ", nothing to compare: no recorded output is one of the model's"; }
        text += '\n';
        for (const LeftOut& output : dataset.left_out) {
            text += fmt::format("  {}: left out, the random numbers of {} decide it\n", printable(output.name),
                                output.cause);
        }
        for (const OutputReport& output : dataset.outputs) {
            const Comparison& c = output.comparison;
            if (!c.mismatch.empty()) {
                text += fmt::format("  {}: {}\n", output.name, c.mismatch);
            } else if (output.sampled) {
                text += fmt::format("  {}: random, only its shape was compared\n", output.name);
            } else {
                text += fmt::format("  {}: largest absolute error {:.3g}, relative {:.3g}; {} of {} elements failed\n",
                                    output.name, c.largest_absolute, c.largest_relative, c.failed, c.elements);
            }
        }
    }
    return text;
}

std::string advice(const VerifyReport& report, Tolerance tolerance, const std::string& form) {
    const OutputReport* worst = nullptr;
    double relative = 0;
    for (const DatasetReport& dataset : report.datasets) {
        for (const OutputReport& output : dataset.outputs) {
            if (!output.comparison.mismatch.empty()) { return ""; }  // no tolerance helps, and the report says it
            if (output.comparison.failed == 0) { continue; }
            if (output.comparison.integers) { return "integers must be equal, whatever --atol and --rtol allow\n"; }
            relative = std::max(relative, output.comparison.needed_relative);
            const bool more = worst == nullptr || output.comparison.needed_absolute > worst->comparison.needed_absolute;
            worst = more ? &output : worst;
        }
    }
    if (worst == nullptr || !std::isfinite(worst->comparison.needed_absolute)) { return ""; }
    std::string text =
        fmt::format("largest difference {:.3g}, at output {}; --atol {:g} and --rtol {:g} allow less",
                    worst->comparison.needed_absolute, in_quotes(worst->name), tolerance.absolute, tolerance.relative);
    if (!form.empty()) {
        text += ": " + form + " weights promise no such tolerance. --report FILE.json says what they cost";
    }
    text += fmt::format("; --atol {:g} passes", rounded_up(worst->comparison.needed_absolute));
    if (relative < kMostRelative) { text += fmt::format(", and so does --rtol {:g}", rounded_up(relative)); }
    return text + "\n";
}

}  // namespace tidegate
