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

bool is_scale(float limit) { return limit / 127 > 1 / kLargestScale && limit / 127 < kLargestScale; }

std::string described(const std::vector<LayerReport>& layers) {
    const bool is_static = std::ranges::any_of(layers, [](const LayerReport& layer) { return layer.input_scale > 0; });
    const std::string text = is_static ? "a static scale" : "a scale of each step's own";
    return layers.front().exponents.empty() ? text : text + " of its equalized input";
}

/// The largest magnitudes in the columns of all layers of a group, for each of them.
void share_columns(std::vector<std::vector<float>>& largest, const std::vector<std::size_t>& group) {
    std::vector<float> all;
    for (const std::size_t i : group) {
        all.resize(std::max(all.size(), largest[i].size()));
        for (std::size_t col = 0; col < largest[i].size(); ++col) { all[col] = std::max(all[col], largest[i][col]); }
    }
    for (const std::size_t i : group) { largest[i] = all; }
}

}  // namespace

const LayerReport& Sensitivity::Way::worst() const { return *std::ranges::min_element(layers, {}, score); }

Sensitivity::Sensitivity(const Program& program, const Runs& runs, InputScales scales)
    : program_(program),
      runs_(runs),
      instrumented_(with_layer_outputs(program)),
      reference_(write_program(instrumented_, no_quantization())),
      groups_(layers_by_weights(program)),
      progress_("measuring layers", layers_of(program).size()) {
    if (scales == InputScales::unknown) { return; }
    const std::vector<Layer> layers = layers_of(program);
    exponents_.resize(layers.size());
    std::vector<std::vector<float>> largest = largest_by_column(program, runs);
    for (const std::vector<std::size_t>& group : groups_) { share_columns(largest, group); }
    for (std::size_t i = 0; i < layers.size(); ++i) {
        exponents_[i] = balanced(program.steps[layers[i].step], largest[i]);
    }
    if (scales == InputScales::dynamic) { return; }
    plain_limits_ = input_limits(program, runs, std::vector<Exponents>(layers.size()));
    equalized_limits_ = input_limits(program, runs, exponents_);
}

void Sensitivity::measure(Way& way, std::size_t most_runs) {
    const std::vector<ErrorSums> errors =
        compare_files(reference_, write_program(instrumented_, quantization_of(way.layers)), runs_, most_runs,
                      [&](std::size_t) { progress_.at(decided_); });
    const std::size_t outputs = program_.outputs.size();
    for (std::size_t i = 0; i < way.layers.size(); ++i) {
        way.layers[i].alone = worst_of(std::span(errors).first(outputs));
        way.layers[i].alone_at_layer = errors[outputs + way.indices[i]].sqnr();
    }
}

std::size_t Sensitivity::affordable(std::size_t most) const {
    const std::size_t each = std::max<std::size_t>(program_.steps.size() * groups_.size(), 1);
    return std::min(most, std::max(kFewestRuns, kMostSteps / each * most / kSensitivityRuns));
}

/// Rounding all values less and clipping a few more may cost the layer less than the mean squared error of its input
/// says, or the other way round: what is large may matter little.
void Sensitivity::refine_scales(Way& way) {
    const auto at_layer = [](const Way& any) {
        return *std::ranges::min(any.layers, {}, &LayerReport::alone_at_layer).alone_at_layer;
    };
    measure(way, affordable(kScaleRuns));
    for (const float factor : {kNarrower, 1 / kNarrower}) {
        Way next = way;
        for (int n = 0; n < kMostFactors; ++n) {
            for (LayerReport& layer : next.layers) { layer.input_scale *= factor; }
            measure(next, affordable(kScaleRuns));
            if (!(at_layer(next) > at_layer(way))) { break; }
            way = next;
        }
    }
}

Sensitivity::Way Sensitivity::best_of(const Way& asked) {
    std::vector<Way> ways;
    /// With these, by layer; empty: of each step's own, and no exponents.
    const auto add = [&](const std::vector<float>& limits, const std::vector<Exponents>& exponents) {
        Way way = asked;
        bool is_static = false;
        for (std::size_t k = 0; k < way.layers.size(); ++k) {
            const std::size_t i = way.indices[k];
            const bool has_scale = !limits.empty() && is_scale(limits[i]);
            way.layers[k].input_scale = has_scale ? limits[i] / 127 : 0;
            way.layers[k].exponents = exponents.empty() ? Exponents{} : exponents[i];
            is_static = is_static || has_scale;
        }
        if (limits.empty() || is_static) { ways.push_back(std::move(way)); }
    };
    const bool integers = asked.layers.front().form == WeightForm::i8;
    if (integers && !plain_limits_.empty()) {
        add(plain_limits_, {});
        add(equalized_limits_, exponents_);
    }
    add({}, {});
    if (integers && !exponents_.empty()) { add({}, exponents_); }

    std::size_t best = 0;
    for (std::size_t i = 0; i < ways.size(); ++i) {
        const bool is_static =
            std::ranges::any_of(ways[i].layers, [](const auto& layer) { return layer.input_scale > 0; });
        if (is_static) { refine_scales(ways[i]); }
        measure(ways[i], affordable(kSensitivityRuns));
        if (score(ways[i].worst()) > score(ways[best].worst())) { best = i; }
        if (score(ways[best].worst()) >= kLeastStatic) { break; }
    }
    if (best == 0) { return ways[0]; }
    for (LayerReport& layer : ways[best].layers) {
        layer.note = fmt::format("has {}: {} leaves {}", described(ways[best].layers), described(ways[0].layers),
                                 left(ways[0].worst()));
    }
    return ways[best];
}

void Sensitivity::decide(const QuantizationRequest& request, std::vector<LayerReport>& layers) {
    const auto is_named = [&](const LayerReport& layer) {
        return std::ranges::find(request.int8_only, layer.layer.name) != request.int8_only.end();
    };
    for (const std::vector<std::size_t>& group : groups_) {
        for (const WeightForm form : {WeightForm::f16, WeightForm::i8}) {
            Way asked;
            for (const std::size_t i : group) {
                if (layers[i].form != form) { continue; }
                asked.indices.push_back(i);
                asked.layers.push_back(layers[i]);
            }
            if (asked.layers.empty()) { continue; }
            Way best = best_of(asked);
            const LayerReport worst = best.worst();
            const bool stays = !(score(worst) >= kLeastAlone) && std::ranges::none_of(best.layers, is_named);
            for (std::size_t k = 0; k < best.layers.size(); ++k) {
                LayerReport& layer = layers[best.indices[k]];
                layer = best.layers[k];
                if (!stays) { continue; }
                layer.note = fmt::format("stays fp32: as {} it leaves {}, less than {:g}", name_of(form), left(worst),
                                         score(worst) == *worst.alone ? kLeastAlone : kLeastAlone - kLayerMargin);
                layer.form = WeightForm::f32;
                layer.input_scale = 0;
                layer.exponents.clear();
            }
        }
        decided_ += group.size();
    }
}

}  // namespace tidegate
