// SPDX-License-Identifier: MIT
#include "emit/quantize.h"

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

bool is_of_integers(const Step& step) {
    const auto* dense = std::get_if<step::Dense>(&step.params);
    const auto* conv = std::get_if<step::Conv>(&step.params);
    return (dense != nullptr && dense->of_integers) || (conv != nullptr && conv->of_integers);
}

WeightForm form_of(const Step& step, const Quantization& quantization) {
    if (is_of_integers(step)) { return WeightForm::f16; }
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

/// Calls visit(matrix, whether its first columns are W's) for every matrix of a step.
template <class AnyStep, class Visit>
void for_each_matrix(AnyStep& step, Visit visit) {
    if (auto* dense = std::get_if<step::Dense>(&step.params)) { visit(dense->matrix, true); }
    if (auto* conv = std::get_if<step::Conv>(&step.params)) {
        for (auto& part : conv->parts) { visit(part.matrix, true); }
    }
    if (auto* recurrent = std::get_if<step::Recurrent>(&step.params)) {
        for (auto& d : recurrent->directions) {
            visit(d.gates, true);
            if (d.candidate_input) { visit(*d.candidate_input, true); }
            if (d.candidate_state) { visit(*d.candidate_state, false); }
        }
    }
}

/// All matrices of a step, or only those that x is multiplied with.
template <class Matrix, class AnyStep>
std::vector<Matrix*> list_matrices(AnyStep& step, bool only_of_input) {
    std::vector<Matrix*> result;
    for_each_matrix(step, [&](Matrix& matrix, bool of_input) {
        if (of_input || !only_of_input) { result.push_back(&matrix); }
    });
    return result;
}

void set_scales(Step& step, float input_scale, float state_scale) {
    if (auto* dense = std::get_if<step::Dense>(&step.params)) { dense->input_scale = input_scale; }
    if (auto* conv = std::get_if<step::Conv>(&step.params)) { conv->input_scale = input_scale; }
    if (auto* recurrent = std::get_if<step::Recurrent>(&step.params)) {
        for (ProgramDirection& d : recurrent->directions) {
            d.input_scale = input_scale;
            d.state_scale = state_scale;
        }
    }
}

}  // namespace

bool has_weights(const Step& step) {
    if (is_of_integers(step)) { return false; }
    return std::holds_alternative<step::Recurrent>(step.params) || std::holds_alternative<step::Dense>(step.params) ||
           std::holds_alternative<step::Conv>(step.params);
}

std::vector<const ProgramMatrix*> matrices_of(const Step& step) {
    return list_matrices<const ProgramMatrix>(step, false);
}

std::vector<ProgramMatrix*> input_matrices_of(Step& step) { return list_matrices<ProgramMatrix>(step, true); }

std::vector<const ProgramMatrix*> input_matrices_of(const Step& step) {
    return list_matrices<const ProgramMatrix>(step, true);
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
        for_each_matrix(step, [&](ProgramMatrix& matrix, bool) {
            if (form == WeightForm::f16) { need_half_range(step, matrix); }
            matrix.form = form;
        });
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
