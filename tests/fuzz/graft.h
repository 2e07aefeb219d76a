// SPDX-License-Identifier: MIT
// Changes that keep a model whole: a node of some model between two others of this one, and a node many times over.
#pragma once

#include "mutate.h"
#include "read/schema.h"

namespace tidegate::fuzz {

/// Puts a copy of one of `donor`'s nodes somewhere into `model`. It reads what is there, and constants of its own that
/// come with it; something that comes later reads what it makes.
void graft(onnx::ModelProto& model, const onnx::ModelProto& donor, Mutator& mutator);

/// One of the nodes becomes up to a thousand, each of which reads what the one before makes: what takes quadratic time
/// or worse shows. They take up to `most` bytes.
void chain(onnx::ModelProto& model, Mutator& mutator, std::size_t most);

}  // namespace tidegate::fuzz
