// SPDX-License-Identifier: MIT
// A model after its check: structure is trusted from here on.
#pragma once

#include "format/operator_list.h"
#include "ops/op.h"
#include "tidegate/tidegate.h"

namespace tidegate::core {

/// The root of an opened model; null for a null or zeroed one.
inline const format::Model* root_of(const tg_model* model) {
    return model == nullptr ? nullptr : static_cast<const format::Model*>(model->root);
}

/// The operators that an opened model may use.
format::OperatorList operators_of(const tg_model& model);

/// strcmp(a, b) == 0 without libc.
inline bool same_text(const char* a, const char* b) {
    while (*a != 0 && *a == *b) {
        ++a;
        ++b;
    }
    return *a == *b;
}

using format::length;

using Ports = flatbuffers::Vector<flatbuffers::Offset<format::Port>>;

/// Describes port `index` where it lies on `site` (without buffers: no memory yet).
tg_status describe(const ops::Site& site, const Ports& ports, std::size_t index, tg_tensor* tensor);

/// The site of a model that nobody runs yet: every symbol at its maximum, no memory.
ops::Site planned(const tg_model& model);

/// The index of the port of that name, or ports.size().
std::size_t find(const Ports& ports, const char* name);

}  // namespace tidegate::core
