// SPDX-License-Identifier: MIT
// Weights that a model keeps in files beside it. A model is not trusted: it must not be able to make the converter read
// anything else.
#pragma once

#include <cstdint>
#include <string>

#include "read/schema.h"

namespace tidegate {

/// The `bytes` bytes that `tensor` refers to. The file must lie in `folder` itself: a plain name, no symbolic or hard
/// link, a regular file, the range inside it. Throws std::runtime_error saying what is wrong.
std::string read_external(const onnx::TensorProto& tensor, const std::string& folder, std::uint64_t bytes);

}  // namespace tidegate
