// SPDX-License-Identifier: MIT
// One TensorProto in a file of its own, as ONNX's test data has it.
#pragma once

#include <string>

#include "graph/tensor.h"

namespace tidegate {

/// Reads a TensorProto file; `name` (may be null) gets its name. Throws ConvertError naming the file.
Tensor read_tensor_proto(const std::string& path, std::string* name);

}  // namespace tidegate
