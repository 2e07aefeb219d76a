// SPDX-License-Identifier: MIT
// What is wrong with a command line.
#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <vector>

#include "terminal/nearest.h"

namespace tidegate::terminal {

/// "unknown option '--dmi'; did you mean '--dim'?", before anything that is missing: an option that is not read leaves
/// its value to be taken for something else.
inline std::string usage_fault(const CLI::App& app, const CLI::Error& error) {
    std::vector<std::string> options;
    for (const std::string& word : app.remaining(true)) {
        if (word.size() > 1 && word[0] == '-') { options.push_back(word.substr(0, word.find('='))); }
    }
    if (options.empty()) { return error.what(); }
    std::vector<std::string> known;
    const std::vector<CLI::App*> commands = app.get_subcommands();
    for (const CLI::Option* option : (commands.empty() ? app : *commands.front()).get_options()) {
        for (const std::string& name : option->get_lnames()) { known.push_back("--" + name); }
    }
    std::string text;
    for (const std::string& option : options) {
        const std::string meant = nearest(option, known);
        text += (text.empty() ? "" : "; ") + ("unknown option '" + option + "'");
        if (!meant.empty()) { text += ", did you mean '" + meant + "'?"; }
    }
    return text;
}

}  // namespace tidegate::terminal
