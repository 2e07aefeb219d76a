// SPDX-License-Identifier: MIT
// `tidegate-convert verify`: a model against recorded answers. Per data set it converts in memory, binds the dimensions
// that the data shows, freezes the inputs that must be constant, runs the file and compares.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "convert.h"
#include "verify/compare.h"

namespace tidegate {

struct OutputReport {
    std::string name;
    Comparison comparison;  ///< over all steps of a stream
    bool sampled = false;   ///< random: only its shape was compared
};

struct DatasetReport {
    std::string directory;
    std::size_t steps = 0;
    std::vector<OutputReport> outputs;
    std::vector<std::string> frozen;  ///< inputs that were taken from the data as constants
    std::vector<LeftOut> left_out;    ///< recorded outputs that random numbers decide
    bool passed() const;              ///< also false if nothing was compared
};

struct VerifyReport {
    std::vector<DatasetReport> datasets;
    bool passed() const;
};

using Converter = std::function<Conversion(const std::string& onnx_path, const ConvertOptions& options)>;

/// `options` is what the user gave: it goes before what the data say. Throws ConvertError if the model is refused, a
/// data set cannot be read or does not belong to the model.
VerifyReport verify(const std::string& onnx_path, const std::vector<std::string>& directories,
                    const ConvertOptions& options, Tolerance tolerance, const Converter& make = convert);

/// One line per data set and output: largest absolute and relative error, elements that failed.
std::string to_text(const VerifyReport& report);

/// What to do about a report that did not pass: the largest difference and the tolerance that allows it. form: of the
/// weights, "int8" or "fp16"; else empty. Empty, or one line.
std::string advice(const VerifyReport& report, Tolerance tolerance, const std::string& form);

}  // namespace tidegate
