// SPDX-License-Identifier: MIT
#include "accuracy/accuracy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "accuracy/choice.h"
#include "accuracy/instrument.h"
#include "accuracy/sensitivity.h"
#include "emit/write_program.h"
#include "format/check.h"
#include "graph/error.h"
#include "graph/text.h"
#include "lower/program.h"
#include "terminal/progress.h"

namespace tidegate {
namespace {

/// fp32 file against quantized file, at the layers and at the outputs.
void measure(const Program& program, const Runs& runs, AccuracyReport& report) {
    const Program instrumented = with_layer_outputs(program);
    terminal::Progress progress("comparing with fp32", runs.inputs.size());
    const std::vector<ErrorSums> errors = compare_files(write_program(instrumented, no_quantization()),
                                                        write_program(instrumented, quantization_of(report.layers)),
                                                        runs, SIZE_MAX, [&](std::size_t run) { progress.at(run); });
    const std::size_t outputs = program.outputs.size();
    for (std::size_t i = 0; i < outputs; ++i) { report.outputs.emplace_back(program.outputs[i].name, errors[i]); }
    for (std::size_t i = 0; i < report.layers.size(); ++i) { report.layers[i].errors = errors[outputs + i]; }
}

bool is_bad(const ErrorSums& errors) { return !(errors.sqnr() >= kLeastTogether) && errors.signal > 0; }

void warn(AccuracyReport& report) {
    for (const LayerReport& layer : report.layers) {
        if (!is_bad(layer.errors)) { continue; }
        const std::string advice = layer.form == WeightForm::f32 ? "its inputs are that far off"
                                                                 : "keep it with --keep-fp32 " + layer.layer.name;
        report.warnings.push_back(fmt::format("layer {} ({}): {:.1f} dB at its output, below {:g}; {}",
                                              in_quotes(layer.layer.name), layer.layer.kind, layer.errors.sqnr(),
                                              kLeastTogether, advice));
    }
    for (const auto& [name, errors] : report.outputs) {
        if (!is_bad(errors)) { continue; }
        report.warnings.push_back(
            fmt::format("output {}: {:.1f} dB, below {:g}", in_quotes(name), errors.sqnr(), kLeastTogether));
    }
}

/// Scales of rows and whole quads of columns take their bytes too.
void warn_of_size(AccuracyReport& report) {
    if (report.bytes_after < report.bytes_before) { return; }
    report.warnings.push_back(fmt::format(
        "nothing is saved: the file has {} bytes, {} with fp32 weights; layers this small are best left fp32",
        report.bytes_after, report.bytes_before));
}

void need_at_most(const AccuracyReport& report, double max_error) {
    if (!report.not_made.empty()) { throw ConvertError("--max-error cannot be checked: " + report.not_made); }
    for (const auto& [name, errors] : report.outputs) {
        if (errors.relative() <= max_error) { continue; }
        throw ConvertError(
            fmt::format("output {} is off by {:.3g}, {:.3g} of its largest magnitude {:.3g}; --max-error "
                        "allows {:g}. Keep layers with --keep-fp32, or take --fp16-weights",
                        in_quotes(name), errors.largest, errors.relative(), errors.largest_reference, max_error));
    }
}

/// Scales, forms and errors, on these runs.
void decide(const Conversion& fp32, const Runs& runs, const QuantizationRequest& request, AccuracyReport& report) {
    report.source = runs.source;
    report.runs = runs.inputs.size();
    report.steps = runs.steps;
    if (!runs.note.empty()) { report.warnings.push_back(runs.note); }
    const InputScales scales = request.calibrate.empty() ? InputScales::unknown
                               : request.dynamic_inputs  ? InputScales::dynamic
                                                         : InputScales::any;
    Sensitivity(*fp32.program, runs, scales).decide(request, report.layers);
    measure(*fp32.program, runs, report);
    warn(report);
}

/// Why not all layers can be measured: each is an output of a file that is made for it. Empty: they can.
std::string too_many_layers(std::size_t layers, std::size_t others) {
    if (layers + others <= format::kMaxPorts) { return ""; }
    return fmt::format(
        "the model has {} layers with weights, of which at most {} can be measured; a loop that was "
        "unrolled has so many: export the layer itself",
        layers, format::kMaxPorts - std::min<std::size_t>(others, format::kMaxPorts));
}

}  // namespace

Quantized quantized(const Conversion& fp32, const QuantizationRequest& request, const std::string& onnx_path) {
    AccuracyReport report;
    report.form = request.form == WeightForm::f32 ? WeightForm::i8 : request.form;
    report.layers = forms_asked_for(*fp32.program, request);
    report.not_made = too_many_layers(report.layers.size(), fp32.program->outputs.size());
    if (!request.calibrate.empty()) {
        if (!report.not_made.empty()) { throw ConvertError("--calibrate: " + report.not_made); }
        decide(fp32, read_runs(fp32, onnx_path, request.calibrate), request, report);
    } else if (report.not_made.empty()) {
        try {
            decide(fp32, generated_runs(fp32), request, report);
        } catch (const ConvertError& error) {
            report.not_made =
                std::string("generated inputs do not suit the model: ") + error.what() + "; give some with --calibrate";
        }
    }
    if (request.max_error) { need_at_most(report, *request.max_error); }
    Conversion conversion = convert_again(fp32, quantization_of(report.layers));
    if (fp32.program->forecast && !request.calibrate.empty()) {
        report.forecast_before = forecast_errors(fp32.file, request.calibrate);
        report.forecast_after = forecast_errors(conversion.file, request.calibrate);
    }
    report.bytes_before = fp32.file.size();
    report.bytes_after = conversion.file.size();
    warn_of_size(report);
    return {std::move(conversion), std::move(report)};
}

}  // namespace tidegate
