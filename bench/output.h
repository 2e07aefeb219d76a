// SPDX-License-Identifier: MIT
// Tables for people (fixed width or Markdown) or lines for programs (one JSON object a line).
#pragma once

#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "timing.h"

namespace tidegate::bench {

enum class Form { text, markdown, json };

struct Column {
    std::string group;  ///< who was measured; may be empty
    std::string name;
};

struct Table {
    std::string title;
    std::vector<Column> columns;
    std::vector<std::vector<std::string>> rows;  ///< a cell per column
};

class Output {
public:
    /// filter: a regular expression that must match somewhere in a line's name; empty: all.
    Output(Form form, const std::string& filter);

    /// Whether "lstm/T=1/8->64" is asked for; if so, says on stderr that it is under way.
    bool wants(const std::string& name) const;
    /// A sentence above the tables.
    void note(const std::string& text) const;
    /// What is measured, by whom: the JSON form's one line.
    void line(const std::string& name, const std::string& who, const Times& times) const;
    /// Nothing if it has no rows.
    void table(const Table& table) const;

private:
    Form form_;
    std::optional<std::regex> filter_;
};

std::string number(double value, int decimals);
std::string ns_text(double ns);        ///< "81.3", "1204"
std::string share_text(double share);  ///< "87%"; "" for 0
std::string error_text(double error);  ///< "1.2e-07"

}  // namespace tidegate::bench
