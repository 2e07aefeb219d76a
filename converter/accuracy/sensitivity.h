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

/// Measures layers alone: all others f32. Layers of the same weights are one, that these be stored once.
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
    /// Layers of the same weights and of one form, with the scales that one way gives them.
    struct Way {
        std::vector<std::size_t> indices;
        std::vector<LayerReport> layers;
        const LayerReport& worst() const;
    };
    /// Fills in what they leave `alone`.
    void measure(Way& way, std::size_t most_runs);
    void refine_scales(Way& way);
    Way best_of(const Way& asked);
    /// Of `most` runs so many that all layers together stay within the work that a conversion may take.
    std::size_t affordable(std::size_t most) const;

    const Program& program_;
    const Runs& runs_;
    Program instrumented_;
    std::vector<std::uint8_t> reference_;
    std::vector<std::vector<std::size_t>> groups_;        ///< layers_by_weights()
    std::vector<Exponents> exponents_;                    ///< by layer; empty: not known
    std::vector<float> plain_limits_, equalized_limits_;  ///< by layer; empty: no static scales
    terminal::Progress progress_;
    std::size_t decided_ = 0;  ///< layers
};

}  // namespace tidegate
