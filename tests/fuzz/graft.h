// SPDX-License-Identifier: MIT
// A change that keeps a model whole: a node of some model, between two others of this one.
#pragma once

#include "mutate.h"
#include "read/schema.h"

namespace tidegate::fuzz {

/// Puts a copy of one of `donor`'s nodes somewhere into `model`. It reads what is there, and constants of its own that
/// come with it; something that comes later reads what it makes.
void graft(onnx::ModelProto& model, const onnx::ModelProto& donor, Mutator& mutator);

}  // namespace tidegate::fuzz
