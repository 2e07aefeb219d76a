// SPDX-License-Identifier: MIT
// TensorProto -> Tensor.
#pragma once

#include <string>

#include "graph/tensor.h"
#include "read/external.h"
#include "read/schema.h"

namespace tidegate {

/// The values of a tensor; reals of other widths become f32 (rounded to nearest). External data is looked for in
/// `folder`. Throws std::runtime_error: type, shape, element count, both or the wrong field, segment, range.
Tensor to_tensor(const onnx::TensorProto& proto, const ExternalFolder& folder);

}  // namespace tidegate
