// SPDX-License-Identifier: MIT
// Models that today's exporters wrote from nets of every shape that is used and taught (tests/exporters), against the
// answers of the frameworks. What does not convert yet is refused by a clear error; nothing is ever wrong.
#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>

#include "exported.h"
#include "verify/selfcheck.h"

namespace tidegate::exported_models_test {
namespace {

namespace fs = std::filesystem;
using test::ExportedModel;
using test::Verdict;
using test::Verified;

Verified at_sizes(const ExportedModel& model) {
    return test::verified(model.folder / "model.onnx", model.data_sets, model.tolerance);
}

/// One conversion for all sizes, and within them the bits of a conversion for just one.
Verified at_ranges(const ExportedModel& model) {
    std::vector<std::string> runs = model.data_sets;
    if (model.has_stream) { runs.pop_back(); }  // linked states need a batch that is a number
    ConvertOptions options;
    options.dims = model.ranges;
    options.same_dims = model.same;
    const fs::path file = model.folder / "model.onnx";
    Verified result = test::verified(file, runs, model.tolerance, options);
    if (!result.passed) { return result; }
    const SelfCheck check = selfcheck(convert(file.string(), options));
    if (!check.difference.empty()) { return {false, false, "not the same bits at every length: " + check.difference}; }
    return result;
}

/// A refusal says what the line of expected.txt says, or names an operator that is not read.
bool says_why(const std::string& text, const std::string& because, const std::set<std::string>& missing) {
    if (!because.empty()) { return text.find(because) != std::string::npos; }
    return std::any_of(missing.begin(), missing.end(),
                       [&](const std::string& type) { return text.find(type) != std::string::npos; });
}

/// What a fresh run found, in the form of expected.txt.
class Found {
public:
    void add(const std::string& name, const Verdict& sizes, const Verdict& ranges, const std::string& because) {
        char line[256];
        std::snprintf(line, sizeof line, "%-60s %-9s %-9s %s", name.c_str(), sizes.c_str(), ranges.c_str(),
                      because.c_str());
        std::string text = line;
        text.erase(text.find_last_not_of(' ') + 1);
        lines_ += text + '\n';
    }
    ~Found() { std::ofstream(kPath) << lines_; }
    static inline const fs::path kPath = fs::path(TIDEGATE_BINARY_DIR) / "exporters_found.txt";

private:
    std::string lines_;
};

/// Checks one verdict and says how to change expected.txt when it is another one now.
void check_verdict(const std::string& what, const Verified& result, const Verdict& found, const Verdict& expected,
                   const std::string& because, const std::set<std::string>& missing) {
    CAPTURE(what);
    INFO(result.text);
    CHECK_MESSAGE(result.text.find(", constant: ") == std::string::npos, "data were taken for constants");
    CHECK_MESSAGE(found == expected, "tests/exporters/expected.txt says '", expected, "', found: '", found, "'; ",
                  Found::kPath.string(), " has what is found");
    if (found == expected && result.refused) {
        CHECK_MESSAGE(says_why(result.text, because, missing), "the refusal says neither '", because,
                      "' nor an operator that is missing");
    }
}

}  // namespace

TEST_CASE("models of today's exporters give their frameworks' answers, or are refused for a reason") {
    const auto expectations = test::read_expectations();
    const std::vector<ExportedModel> models = test::exported_models();
    Found all;
    std::map<Verdict, int> sizes, ranges;
    for (const ExportedModel& model : models) {
        CAPTURE(model.name);
        const auto line = expectations.find(model.name);
        const test::Expectation expected = line == expectations.end() ? test::Expectation{"", "", ""} : line->second;
        const std::set<std::string> missing = test::missing_operators(model);
        const Verified whole = at_sizes(model);
        const Verdict verdict = test::verdict_of(whole, expected.at_sizes);
        check_verdict("at sizes", whole, verdict, expected.at_sizes, expected.because, missing);
        Verdict ranged = "-";
        if (!model.ranges.empty()) {
            const Verified result = at_ranges(model);
            ranged = test::verdict_of(result, expected.at_ranges);
            check_verdict("at ranges", result, ranged, expected.at_ranges, expected.because, missing);
        }
        all.add(model.name, verdict, ranged, expected.because);
        ++sizes[verdict];
        ++ranges[ranged];
    }
    CHECK(expectations.size() == models.size());
    std::printf("%zu models of exporters: %d verify, %d not yet, %d refused; for ranges %d verify, %d not yet\n",
                models.size(), sizes["verifies"], sizes["not-yet"], sizes["refused"], ranges["verifies"],
                ranges["not-yet"]);
}

TEST_CASE("the operators that models of exporters lack are counted") {
    std::map<std::string, int> models_with;
    for (const ExportedModel& model : test::exported_models()) {
        for (const std::string& type : test::missing_operators(model)) { ++models_with[type]; }
    }
    std::vector<std::pair<int, std::string>> ranked;
    for (const auto& [type, count] : models_with) { ranked.emplace_back(-count, type); }
    std::sort(ranked.begin(), ranked.end());
    std::ofstream table(fs::path(TIDEGATE_BINARY_DIR) / "exporters_missing.txt");
    for (const auto& [count, type] : ranked) { table << -count << ' ' << type << '\n'; }
    CHECK(table.good());
}

}  // namespace tidegate::exported_models_test
