// SPDX-License-Identifier: MIT
// Which layers bear integers, measured.
#pragma once

#include "accuracy/accuracy.h"
#include "terminal/progress.h"

namespace tidegate {

/// What the runs say of the inputs of layers.
enum class InputScales {
    unknown,  ///< nothing: they are generated. A scale of each step's own
    dynamic,  ///< their magnitudes: a scale of each step's own, equalized where that leaves more
    any       ///< static scales too
};

/// Measures layers alone: all others f32.
class Sensitivity {
public:
    /// program and runs must outlive it.
    Sensitivity(const Program& program, const Runs& runs, InputScales scales);

    /// Every layer that is not f32 gets the first of these that leaves kLeastStatic at the model's outputs, or the one
    /// that leaves most: a static scale; the same with its input equalized; a scale of each step's own; the same with
    /// its input equalized; of these, those that InputScales has. A layer that leaves less than kLeastAlone, and was
    /// not asked for by name, stays f32.
    void decide(const QuantizationRequest& request, std::vector<LayerReport>& layers);

private:
    struct Alone {
        double at_outputs, at_layer;  ///< dB
    };
    Alone measure(const LayerReport& report, std::size_t index, std::size_t most_runs);
    void refine_scale(std::size_t index, LayerReport& report);
    LayerReport best_of(std::size_t index, const LayerReport& report);
    /// Of `most` runs so many that all layers together stay within the work that a conversion may take.
    std::size_t affordable(std::size_t most) const;

    const Program& program_;
    const Runs& runs_;
    Program instrumented_;
    std::vector<std::uint8_t> reference_;
    std::size_t layers_ = 0;
    std::vector<Exponents> exponents_;                    ///< by layer; empty: not known
    std::vector<float> plain_limits_, equalized_limits_;  ///< by layer; empty: no static scales
    terminal::Progress progress_;
};

}  // namespace tidegate
