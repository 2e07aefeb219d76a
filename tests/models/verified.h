// SPDX-License-Identifier: MIT
// Models put through `verify` as the command does, for the tests of this folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "graph/error.h"
#include "verify/verify.h"

namespace tidegate::test {

/// What `tidegate-convert verify` says of a model: its report, or why it was refused.
struct Verified {
    bool refused = false;
    bool passed = false;
    std::string text;
};

inline Verified verified(const std::filesystem::path& model, const std::vector<std::string>& data_sets,
                         Tolerance tolerance = {}, const ConvertOptions& options = {}) {
    try {
        const VerifyReport report = verify(model, data_sets, options, tolerance);
        return {false, report.passed(), to_text(report)};
    } catch (const ConvertError& error) { return {true, false, error.what()}; }
}

}  // namespace tidegate::test
