// SPDX-License-Identifier: MIT
// Shape inference and constant folding in one walk: at bound dimensions shapes are constants, and what follows from
// constants is one too.
#pragma once

#include "graph/graph.h"

namespace tidegate {

/// Infers every node in order; a node whose inputs are all constant is evaluated and goes away, and so does Shape.
/// Recurrent nodes stay. Throws ConvertError with every complaint; so does a result that is out of proportion to the
/// model's own constants: a small file must not become gigabytes.
void fold(Graph& graph);

}  // namespace tidegate
