// SPDX-License-Identifier: MIT
#pragma once

#include "graph/graph.h"

namespace tidegate {

/// BatchNormalization with constants goes into the weights of the convolution before it (rounded once, to f32), or
/// becomes a product and a sum by channel. Throws ConvertError naming a node whose statistics are computed.
void expand_batch_normalization(Graph& graph);

}  // namespace tidegate
