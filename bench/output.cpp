// SPDX-License-Identifier: MIT
#include "output.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace tidegate::bench {
namespace {

std::string padded(const std::string& text, std::size_t width) {
    return std::string(width - std::min(width, text.size()), ' ') + text;
}

void print_markdown(const Table& table) {
    std::string head = "|", rule = "|";
    for (const Column& column : table.columns) {
        const std::string title = column.group.empty() ? column.name : column.group + " " + column.name;
        head += " " + title + " |";
        rule += rule.size() == 1 ? "---|" : "---:|";
    }
    std::printf("### %s\n\n%s\n%s\n", table.title.c_str(), head.c_str(), rule.c_str());
    for (const auto& row : table.rows) {
        std::string line = "|";
        for (const std::string& cell : row) line += " " + cell + " |";
        std::printf("%s\n", line.c_str());
    }
    std::printf("\n");
}

/// Column groups in a line of their own, each above its first column.
std::string group_line(const Table& table, const std::vector<std::size_t>& widths) {
    std::string line;
    std::size_t at = 0;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const std::string& group = table.columns[i].group;
        const bool first = i == 0 || table.columns[i - 1].group != group;
        if (first && !group.empty()) {
            line.resize(std::max(line.size(), at + widths[i] - std::min(widths[i], table.columns[i].name.size())), ' ');
            line += group + " ";
        }
        at += widths[i] + 2;
    }
    return line;
}

void print_text(const Table& table) {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        std::size_t width = table.columns[i].name.size();
        for (const auto& row : table.rows) width = std::max(width, row[i].size());
        widths.push_back(width);
    }
    std::printf("== %s\n", table.title.c_str());
    if (const std::string groups = group_line(table, widths); !groups.empty()) std::printf("%s\n", groups.c_str());
    const auto print_line = [&](const auto& cell_of) {
        std::string line;
        for (std::size_t i = 0; i < widths.size(); ++i) line += padded(cell_of(i), widths[i]) + "  ";
        std::printf("%s\n", line.c_str());
    };
    print_line([&](std::size_t i) { return table.columns[i].name; });
    for (const auto& row : table.rows) {
        print_line([&](std::size_t i) { return row[i]; });
    }
    std::printf("\n");
}

}  // namespace

Output::Output(Form form, const std::string& filter) : form_(form) {
    if (!filter.empty()) filter_.emplace(filter);
}

bool Output::wants(const std::string& name) const {
    if (filter_ && !std::regex_search(name, *filter_)) return false;
    std::fprintf(stderr, "%s\n", name.c_str());
    return true;
}

void Output::note(const std::string& text) const {
    if (form_ == Form::json) return;
    std::printf("%s\n%s", text.c_str(), form_ == Form::markdown ? "\n" : "");
    std::fflush(stdout);
}

void Output::line(const std::string& name, const std::string& who, const Times& times) const {
    if (form_ != Form::json) return;
    const nlohmann::ordered_json json = {{"name", name + "/" + who},
                                         {"best_ns", times.best},
                                         {"median_ns", times.median},
                                         {"worst_ns", times.worst},
                                         {"repetitions", times.repetitions.size()}};
    std::printf("%s\n", json.dump().c_str());
    std::fflush(stdout);
}

void Output::table(const Table& table) const {
    if (form_ == Form::json || table.rows.empty()) return;
    form_ == Form::markdown ? print_markdown(table) : print_text(table);
    std::fflush(stdout);
}

std::string number(double value, int decimals) {
    char text[40];
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    return text;
}

std::string ns_text(double ns) { return number(ns, ns < 999.95 ? 1 : 0); }

std::string share_text(double share) { return share > 0 ? number(100 * share, 0) + "%" : ""; }

std::string error_text(double error) {
    char text[40];
    std::snprintf(text, sizeof text, "%.1e", error);
    return text;
}

}  // namespace tidegate::bench
