// SPDX-License-Identifier: MIT
// The models of tests/exporters, what is expected of each, and which of their operators are not read yet.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "convert.h"
#include "verified.h"

namespace tidegate::test {

/// "verifies": converts and gives the framework's answers. "not-yet": refused until an operator or a form of shapes is
/// there. "refused": stays so.
using Verdict = std::string;

/// A line of tests/exporters/expected.txt.
struct Expectation {
    Verdict at_sizes;     ///< bound to the sizes of each recorded answer
    Verdict at_ranges;    ///< converted once for the ranges of info.json; "-" if it states none
    std::string because;  ///< a part of what the refusal must say
};

struct ExportedModel {
    std::string name;  ///< EXPORTER/NAME
    std::filesystem::path folder;
    std::vector<std::string> data_sets;  ///< with the stream, which comes last
    bool has_stream = false;
    std::map<std::string, DimRange> ranges;
    std::map<std::string, std::string> same;  ///< symbols that are one with another
    Tolerance tolerance;
};

std::filesystem::path exporters_folder();
std::vector<ExportedModel> exported_models();                     ///< sorted by name
std::map<std::string, Expectation> read_expectations();           ///< by name
std::set<std::string> missing_operators(const ExportedModel& m);  ///< with those of its subgraphs
Verdict verdict_of(const Verified& result, const Verdict& expected);

}  // namespace tidegate::test
