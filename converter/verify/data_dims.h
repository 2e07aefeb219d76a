// SPDX-License-Identifier: MIT
// The dimensions of a model that recorded data show.
#pragma once

#include "convert.h"
#include "verify/dataset.h"

namespace tidegate {

/// Adds --dim INPUT:AXIS for every dimension that is no number in the model and that the user left unbound. Throws
/// ConvertError for data of another rank, of other numbers than the model's, or of two extents for one symbol.
void bind_dims(const Graph& graph, const Dataset& dataset, const TensorsByName& data, ConvertOptions& options);

}  // namespace tidegate
