// SPDX-License-Identifier: MIT
// The words of the command line, read and not yet understood.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "options.h"
#include "verify/compare.h"

namespace tidegate {

struct Arguments {
    enum class Command { convert, verify, check };
    Command command = Command::convert;
    std::string model;
    ModelArguments options;
    std::string report_output;
    // convert
    std::string output;
    std::string c_output;
    bool explain = false;
    // check
    bool json = false;
    // verify
    std::vector<std::string> datasets;
    Tolerance tolerance;
};

/// Nothing: help or the version was asked for, and printed. Throws ConvertError for wrong usage.
std::optional<Arguments> read_command_line(int argc, char** argv);

}  // namespace tidegate
