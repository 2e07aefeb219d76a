// SPDX-License-Identifier: MIT
#include "accuracy/sensitivity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "accuracy/choice.h"
#include "accuracy/scales.h"
#include "emit/write_program.h"

namespace tidegate {
namespace {

/// From one scale that is tried to the next.
constexpr float kNarrower = 0.7F;
constexpr int kMostFactors = 6;
/// Rare values decide where to clip, so that many runs count.
constexpr std::size_t kScaleRuns = 65536;
/// Steps of the program that measuring all layers once may run, and the runs that it takes at least: each layer is
/// measured in runs of the whole, so that the work grows with the square of what an unrolled loop has.
constexpr std::size_t kMostSteps = std::size_t{1} << 25, kFewestRuns = 16;

/// The worst of the model's outputs; those without a signal do not count.
double worst_of(std::span<const ErrorSums> outputs) {
    double worst = std::numeric_limits<double>::infinity();
    for (const ErrorSums& output : outputs) {
        if (output.signal > 0 || !std::isfinite(output.noise)) { worst = std::min(worst, output.sqnr()); }
    }
    return worst;
}

/// Scales beyond are not the format's; they come of values that no model means.
constexpr float kLargestScale = 0x1p90F;

/// dB that a way leaves: at the model's outputs, and, where these hide it behind something that passes the layer by, at
/// the layer's own output, which may have this much less.
constexpr double kLayerMargin = 10;
double score(const LayerReport& way) {
    const bool known = way.alone_at_layer && *way.alone_at_layer > -std::numeric_limits<double>::infinity();
    if (!known) { return *way.alone; }  // its output is zero in all runs
    return std::min(*way.alone, *way.alone_at_layer + kLayerMargin);
}

std::string left(const LayerReport& way) {
    if (score(way) == *way.alone) { return fmt::format("{:.1f} dB at an output", *way.alone); }
    return fmt::format("{:.1f} dB at its own output", *way.alone_at_layer);
}

std::string described(const LayerReport& report) {
    const std::string text = report.input_scale > 0 ? "a static scale" : "a scale of each step's own";
    return report.exponents.empty() ? text : text + " of its equalized input";
}

}  // namespace

Sensitivity::Sensitivity(const Program& program, const Runs& runs, InputScales scales)
    : program_(program),
      runs_(runs),
      instrumented_(with_layer_outputs(program)),
      reference_(write_program(instrumented_, no_quantization())),
      progress_("measuring layers", layers_of(program).size()) {
    const std::vector<Layer> layers = layers_of(program);
    layers_ = layers.size();
    if (scales == InputScales::unknown) { return; }
    exponents_.resize(layers.size());
    const std::vector<std::vector<float>> largest = largest_by_column(program, runs);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        exponents_[i] = balanced(program.steps[layers[i].step], largest[i]);
    }
    if (scales == InputScales::dynamic) { return; }
    plain_limits_ = input_limits(program, runs, std::vector<Exponents>(layers.size()));
    equalized_limits_ = input_limits(program, runs, exponents_);
}

Sensitivity::Alone Sensitivity::measure(const LayerReport& report, std::size_t index, std::size_t most_runs) {
    const std::vector<ErrorSums> errors =
        compare_files(reference_, write_program(instrumented_, quantization_of({report})), runs_, most_runs,
                      [&](std::size_t) { progress_.at(index); });
    const std::size_t outputs = program_.outputs.size();
    return {worst_of(std::span(errors).first(outputs)), errors[outputs + index].sqnr()};
}

std::size_t Sensitivity::affordable(std::size_t most) const {
    const std::size_t each = std::max<std::size_t>(program_.steps.size() * layers_, 1);
    return std::min(most, std::max(kFewestRuns, kMostSteps / each * most / kSensitivityRuns));
}

/// Rounding all values less and clipping a few more may cost the layer less than the mean squared error of its input
/// says, or the other way round: what is large may matter little.
void Sensitivity::refine_scale(std::size_t index, LayerReport& report) {
    double most = measure(report, index, affordable(kScaleRuns)).at_layer;
    for (const float factor : {kNarrower, 1 / kNarrower}) {
        LayerReport next = report;
        for (int n = 0; n < kMostFactors; ++n) {
            next.input_scale *= factor;
            const double left = measure(next, index, affordable(kScaleRuns)).at_layer;
            if (!(left > most)) { break; }
            most = left;
            report = next;
        }
    }
}

LayerReport Sensitivity::best_of(std::size_t index, const LayerReport& report) {
    std::vector<LayerReport> ways;
    const auto add = [&](float limit, const Exponents& exponents) {
        ways.push_back(report);
        ways.back().exponents = exponents;
        ways.back().input_scale = limit / 127;
    };
    const bool integers = report.form == WeightForm::i8, static_too = integers && !plain_limits_.empty();
    const auto is_scale = [](float limit) { return limit / 127 > 1 / kLargestScale && limit / 127 < kLargestScale; };
    if (static_too && is_scale(plain_limits_[index])) { add(plain_limits_[index], {}); }
    if (static_too && is_scale(equalized_limits_[index])) { add(equalized_limits_[index], exponents_[index]); }
    add(0, {});
    if (integers && !exponents_.empty()) { add(0, exponents_[index]); }

    LayerReport best;
    for (LayerReport& way : ways) {
        if (way.input_scale > 0) { refine_scale(index, way); }
        const Alone alone = measure(way, index, affordable(kSensitivityRuns));
        way.alone = alone.at_outputs;
        way.alone_at_layer = alone.at_layer;
        if (!best.alone || score(way) > score(best)) { best = way; }
        if (score(best) >= kLeastStatic) { break; }
    }
    const LayerReport& first = ways.front();
    if (best.input_scale != first.input_scale || best.exponents != first.exponents) {
        best.note = fmt::format("has {}: {} leaves {}", described(best), described(first), left(first));
    }
    return best;
}

void Sensitivity::decide(const QuantizationRequest& request, std::vector<LayerReport>& layers) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (layers[i].form == WeightForm::f32) { continue; }
        LayerReport best = best_of(i, layers[i]);
        const bool by_name = std::ranges::find(request.int8_only, best.layer.name) != request.int8_only.end();
        if (!(score(best) >= kLeastAlone) && !by_name) {
            best.note = fmt::format("stays fp32: as {} it leaves {}, less than {:g}", name_of(best.form), left(best),
                                    score(best) == *best.alone ? kLeastAlone : kLeastAlone - kLayerMargin);
            best.form = WeightForm::f32;
            best.input_scale = 0;
            best.exponents.clear();
        }
        layers[i] = best;
    }
}

}  // namespace tidegate
