// SPDX-License-Identifier: MIT
#include "emit/quantize.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "emit/bounds.h"
#include "emit/half.h"
#include "graph/error.h"

namespace tidegate {
namespace {

constexpr float kUnitScale = 1.0F / 127.0F;

void need_half_range(const Step& step, const ProgramMatrix& matrix) {
    for (const float w : matrix.weights) {
        if (std::abs(w) > kLargestHalf) {
            throw ConvertError("node '" + step.name + "': a weight is " + std::to_string(w) +
                               ", half precision ends at 65504; keep it with --keep-fp32 " + step.name);
        }
    }
}

WeightForm form_of(const Step& step, const Quantization& quantization) {
    const auto found = quantization.forms.find(step.name);
    if (found != quantization.forms.end()) { return found->second; }
    const auto* recurrent = std::get_if<step::Recurrent>(&step.params);
    const bool was_i8 = recurrent != nullptr && recurrent->integer_weights;
    return was_i8 && quantization.as_in_model && quantization.form == WeightForm::f32 ? WeightForm::i8
                                                                                      : quantization.form;
}

float input_scale_of(const Step& step, const Quantization& quantization) {
    const auto found = quantization.input_scales.find(step.name);
    return found != quantization.input_scales.end() ? found->second : 0;
}

void set_form(Step& step, WeightForm form) {
    if (auto* dense = std::get_if<step::Dense>(&step.params)) { dense->matrix.form = form; }
    if (auto* recurrent = std::get_if<step::Recurrent>(&step.params)) {
        for (ProgramDirection& d : recurrent->directions) {
            d.gates.form = form;
            if (d.candidate_input) { d.candidate_input->form = form; }
            if (d.candidate_state) { d.candidate_state->form = form; }
        }
    }
}

void set_scales(Step& step, float input_scale, float state_scale) {
    if (auto* dense = std::get_if<step::Dense>(&step.params)) { dense->input_scale = input_scale; }
    if (auto* recurrent = std::get_if<step::Recurrent>(&step.params)) {
        for (ProgramDirection& d : recurrent->directions) {
            d.input_scale = input_scale;
            d.state_scale = state_scale;
        }
    }
}

}  // namespace

bool has_weights(const Step& step) {
    return std::holds_alternative<step::Recurrent>(step.params) || std::holds_alternative<step::Dense>(step.params);
}

std::vector<const ProgramMatrix*> matrices_of(const Step& step) {
    std::vector<const ProgramMatrix*> result;
    if (const auto* dense = std::get_if<step::Dense>(&step.params)) { result.push_back(&dense->matrix); }
    if (const auto* recurrent = std::get_if<step::Recurrent>(&step.params)) {
        for (const ProgramDirection& d : recurrent->directions) {
            result.push_back(&d.gates);
            if (d.candidate_input) { result.push_back(&*d.candidate_input); }
            if (d.candidate_state) { result.push_back(&*d.candidate_state); }
        }
    }
    return result;
}

std::vector<ProgramMatrix*> input_matrices_of(Step& step) {
    std::vector<ProgramMatrix*> result;
    if (auto* dense = std::get_if<step::Dense>(&step.params)) { result.push_back(&dense->matrix); }
    if (auto* recurrent = std::get_if<step::Recurrent>(&step.params)) {
        for (ProgramDirection& d : recurrent->directions) {
            result.push_back(&d.gates);
            if (d.candidate_input) { result.push_back(&*d.candidate_input); }
        }
    }
    return result;
}

std::vector<const ProgramMatrix*> input_matrices_of(const Step& step) {
    std::vector<const ProgramMatrix*> result;
    for (const ProgramMatrix* matrix : matrices_of(step)) {
        const auto* recurrent = std::get_if<step::Recurrent>(&step.params);
        const bool is_of_h =
            recurrent != nullptr && std::ranges::any_of(recurrent->directions, [&](const ProgramDirection& d) {
                return d.candidate_state && matrix == &*d.candidate_state;
            });
        if (!is_of_h) { result.push_back(matrix); }
    }
    return result;
}

void quantize(Program& program, const Quantization& quantization) {
    for (std::size_t i = 0; i < program.steps.size(); ++i) {
        const auto found = quantization.exponents.find(program.steps[i].name);
        if (found == quantization.exponents.end() || found->second.empty() || !has_weights(program.steps[i])) {
            continue;
        }
        equalize(program, i++, found->second);  // behind the step that was put before it
    }
    const UnitBounds bounds(program);
    bool fixed_scales = false;
    for (Step& step : program.steps) {
        const WeightForm form = form_of(step, quantization);
        for (const ProgramMatrix* matrix : matrices_of(step)) {
            if (form == WeightForm::f16) { need_half_range(step, *matrix); }
        }
        set_form(step, form);
        if (form != WeightForm::i8 || !has_weights(step)) { continue; }
        const auto* recurrent = std::get_if<step::Recurrent>(&step.params);
        const bool unit = recurrent != nullptr && bounds.keeps_unit(step);
        fixed_scales = fixed_scales || unit;
        set_scales(step, input_scale_of(step, quantization), unit ? kUnitScale : 0);
    }
    for (ProgramState& state : program.states) {
        if (fixed_scales && bounds.holds(state.input)) { state.limit = kUnitLimit; }
    }
}

}  // namespace tidegate
