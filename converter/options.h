// SPDX-License-Identifier: MIT
// The words of the command line become ConvertOptions.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "accuracy/accuracy.h"
#include "convert.h"

namespace tidegate {

/// How weights are stored, as typed.
struct QuantizationWords {
    bool int8 = false;
    bool fp16_weights = false;
    std::vector<std::string> keep_fp32;  ///< nodes
    std::vector<std::string> int8_only;  ///< nodes
    std::string calibrate;               ///< a path; empty: none
    bool dynamic_inputs = false;
    std::optional<double> max_error;
};

/// The options that convert and verify share, as typed.
struct ModelArguments {
    std::vector<std::string> dims;          ///< NAME=N, NAME=MIN..MAX or NAME=OTHER; NAME may be INPUT:AXIS
    std::vector<std::string> fixed_inputs;  ///< NAME=VALUE, NAME=FILE.npy, NAME=FILE.pb
    std::vector<std::string> states;        ///< OUTPUT=INPUT
    bool stateful = false;
    std::string stream;  ///< NAME or NAME=STEPS, NAME may be INPUT:AXIS; empty: none
    QuantizationWords quantization;
    std::string forecast;  ///< path of a spec, empty: none
};

/// Splits at the last '='. Throws ConvertError naming `option` if there is none or a side is empty.
std::pair<std::string, std::string> split_assignment(const std::string& option, const std::string& text);

QuantizationRequest to_request(const QuantizationWords& words);
/// For a model of which nothing is quantized: throws ConvertError for words that mean nothing then.
void need_no_quantization(const QuantizationWords& words);

/// Weights stay f32: quantized() makes other files. Reads the files that are named. Throws ConvertError naming the
/// option.
ConvertOptions to_options(const ModelArguments& arguments);

}  // namespace tidegate
