// SPDX-License-Identifier: MIT
// The form of each layer, as it was asked for.
#pragma once

#include "accuracy/accuracy.h"

namespace tidegate {

/// As the request says, before anything is measured. Throws ConvertError for nodes without weights.
std::vector<LayerReport> forms_asked_for(const Program& program, const QuantizationRequest& request);

/// The layers as emit/ takes them.
Quantization quantization_of(const std::vector<LayerReport>& layers);

}  // namespace tidegate
