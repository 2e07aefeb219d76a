// SPDX-License-Identifier: MIT
#include "accuracy/choice.h"

#include <algorithm>
#include <cmath>

#include "emit/half.h"
#include "graph/error.h"
#include "graph/text.h"

namespace tidegate {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& name) {
    return std::ranges::find(list, name) != list.end();
}

void need_layers(const std::vector<Layer>& layers, const std::vector<std::string>& names, const char* option) {
    for (const std::string& name : names) {
        if (std::ranges::any_of(layers, [&](const Layer& layer) { return layer.name == name; })) { continue; }
        std::string known;
        for (const Layer& layer : layers) {
            known += (known.empty() ? "" : ", ") + in_quotes(layer.name) + " (" + layer.kind + ")";
        }
        throw ConvertError(std::string(option) + " " + in_quotes(name) + " is no node with weights; there " +
                           (known.empty() ? "are none" : "are " + known));
    }
}

bool exceeds_half(const Step& step) {
    for (const ProgramMatrix* matrix : matrices_of(step)) {
        if (std::ranges::any_of(matrix->weights, [](float w) { return std::abs(w) > kLargestHalf; })) { return true; }
    }
    return false;
}

bool was_integer(const Step& step) {
    const auto* recurrent = std::get_if<step::Recurrent>(&step.params);
    return recurrent != nullptr && recurrent->integer_weights;
}

void ask(LayerReport& report, const Program& program, const QuantizationRequest& request) {
    const std::string& name = report.layer.name;
    const Step& step = program.steps[report.layer.step];
    const bool by_model = !request.asked() && was_integer(step);
    report.form = by_model ? WeightForm::i8 : request.form;
    if (!request.int8_only.empty()) {
        const WeightForm others = request.form == WeightForm::f16 ? WeightForm::f16 : WeightForm::f32;
        report.form = contains(request.int8_only, name) ? WeightForm::i8 : others;
        if (report.form == WeightForm::f32) { report.note = "stays fp32: not in --int8-only"; }
    }
    if (contains(request.keep_fp32, name)) {
        report.form = WeightForm::f32;
        report.note = "stays fp32: --keep-fp32";
    }
    if (report.form == WeightForm::f16 && exceeds_half(step)) {
        report.form = WeightForm::f32;
        report.note = "stays fp32: a weight is beyond half precision's 65504";
    }
}

}  // namespace

bool has_integer_layers(const Program& program) { return std::ranges::any_of(program.steps, was_integer); }

std::vector<LayerReport> forms_asked_for(const Program& program, const QuantizationRequest& request) {
    const std::vector<Layer> layers = layers_of(program);
    need_layers(layers, request.keep_fp32, "--keep-fp32");
    need_layers(layers, request.int8_only, "--int8-only");
    for (const std::string& name : request.int8_only) {
        if (contains(request.keep_fp32, name)) {
            throw ConvertError("node " + in_quotes(name) + " is given with --keep-fp32 and with --int8-only");
        }
    }
    std::vector<LayerReport> reports;
    for (const Layer& layer : layers) {
        reports.push_back({layer, {}, {}, 0, {}, {}, {}, {}});
        ask(reports.back(), program, request);
    }
    return reports;
}

Quantization quantization_of(const std::vector<LayerReport>& layers) {
    Quantization result = no_quantization();
    for (const LayerReport& report : layers) {
        result.forms[report.layer.name] = report.form;
        if (!report.exponents.empty()) { result.exponents[report.layer.name] = report.exponents; }
        if (report.input_scale > 0) { result.input_scales[report.layer.name] = report.input_scale; }
    }
    return result;
}

}  // namespace tidegate
