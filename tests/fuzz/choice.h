// SPDX-License-Identifier: MIT
// How a model is converted when it is fuzzed. Its version number, model_version, says so, digit by digit: a file alone
// reproduces what was done with it, 0 is the plainest way, and a change elsewhere in the file changes nothing of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "convert.h"

namespace tidegate::fuzz {

struct Choice {
    ConvertOptions options;
    bool twice = false;    ///< converted again: the same bytes
    bool examine = false;  ///< what `tidegate-convert check` does
};

Choice choose(const Graph& graph, std::uint64_t version);

/// Of a model file; 0 if it has none.
std::uint64_t version_of(const std::string& bytes);

}  // namespace tidegate::fuzz
