// SPDX-License-Identifier: MIT
// Weights in another form than f32: which layers bear it, and what it costs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "accuracy/errors.h"
#include "accuracy/instrument.h"
#include "accuracy/series.h"
#include "convert.h"

namespace tidegate {

/// What the user asks for. Where it asks for no form, layers that were int8 in the model become int8.
struct QuantizationRequest {
    WeightForm form = WeightForm::f32;   ///< --int8, --fp16-weights
    std::vector<std::string> keep_fp32;  ///< nodes
    std::vector<std::string> int8_only;  ///< nodes; all others keep `form` if that is f16, else f32
    std::string calibrate;               ///< data; empty: generated inputs, and a scale of each step's own
    bool dynamic_inputs = false;         ///< a scale of each step's own all the same
    std::optional<double> max_error;     ///< at any output: largest error / largest magnitude

    bool asked() const { return form != WeightForm::f32 || !int8_only.empty(); }
};

/// A layer that, alone in another form, leaves less than this many dB at an output of the model stays f32. The noise of
/// layers adds up: three of them at this limit make kLeastTogether.
inline constexpr double kLeastAlone = 25;
/// An int8 layer whose static input scale leaves less than this gets, where that leaves more, an equalized input, or a
/// scale of each step's own, or both.
inline constexpr double kLeastStatic = 30;
/// Below this at a layer's or the model's output the report warns.
inline constexpr double kLeastTogether = 20;
/// The first of the data are enough to tell layers apart.
inline constexpr std::size_t kSensitivityRuns = 4096;

struct LayerReport {
    Layer layer;
    WeightForm form = WeightForm::f32;
    std::string note;                      ///< what was decided about it, and why; empty: as it was asked for
    float input_scale = 0;                 ///< int8; 0: of each step its own
    Exponents exponents;                   ///< int8: its input is equalized (emit/equalize.h)
    std::optional<double> alone;           ///< dB at the worst of the model's outputs, only this layer not f32
    std::optional<double> alone_at_layer;  ///< dB at its own output
    ErrorSums errors;                      ///< at its output, all layers as they are in the file
};

struct AccuracyReport {
    WeightForm form = WeightForm::f32;
    std::string source;    ///< of the data
    std::string not_made;  ///< why nothing was measured; else empty
    std::uint64_t runs = 0;
    std::uint64_t steps = 0;
    std::vector<LayerReport> layers;
    std::vector<std::pair<std::string, ErrorSums>> outputs;
    std::optional<ForecastErrors> forecast_before, forecast_after;
    std::uint64_t bytes_before = 0, bytes_after = 0;  ///< of the file
    std::vector<std::string> warnings;
};

struct Quantized {
    Conversion conversion;
    AccuracyReport report;
};

/// Was any layer int8 in the model (DynamicQuantizeLSTM)? It becomes int8 where the request says nothing.
bool has_integer_layers(const Program& program);

/// fp32: the conversion with all weights f32. Throws ConvertError for nodes without weights, for data that do not fit,
/// and beyond max_error.
Quantized quantized(const Conversion& fp32, const QuantizationRequest& request, const std::string& onnx_path);

const char* name_of(WeightForm form);  ///< "fp32", "fp16", "int8"
/// A table for people.
std::string to_text(const AccuracyReport& report);
/// The same, and more digits, for programs (docs/quantization.md has the keys).
std::string to_json(const AccuracyReport& report);

}  // namespace tidegate
