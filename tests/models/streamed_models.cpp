// SPDX-License-Identifier: MIT
// Models of today's exporters over a time axis, step by step: each gives its framework's answers and the bits of the
// whole, or is refused for what is not causal in it.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "exported.h"
#include "verify/stream_run.h"

namespace tidegate::streamed_models_test {
namespace {

namespace fs = std::filesystem;
using test::ExportedModel;

/// A line of streams.txt: name, axis or axis=steps of a run, "streams" or what the refusal says.
struct Line {
    std::string axis, verdict;
    std::int64_t steps = 1;
};

std::map<std::string, Line> read_lines() {
    std::map<std::string, Line> lines;
    std::ifstream file(test::exporters_folder() / "streams.txt");
    for (std::string text; std::getline(file, text);) {
        std::istringstream words(text);
        std::string name;
        Line line;
        words >> name >> line.axis >> std::ws;
        std::getline(words, line.verdict);
        if (const std::size_t at = line.axis.find('='); at != std::string::npos) {
            line.steps = std::stoll(line.axis.substr(at + 1));
            line.axis.resize(at);
        }
        lines.emplace(name, line);
    }
    return lines;
}

/// What `tidegate-convert verify --stream` says of its recorded sequences; "streams" if they are met.
std::string streamed(const ExportedModel& model, const std::string& axis, std::int64_t steps) {
    ConvertOptions options;
    options.stream = StreamOption{};
    options.stream->axis = axis;
    options.stream->steps = steps;
    options.same_dims = model.same;
    const std::string path = (model.folder / "model.onnx").string();
    try {
        const StreamCheck check = check_stream(convert(path, options));
        if (!check.difference.empty()) { return "wrong: " + check.difference; }
    } catch (const ConvertError& error) { return error.what(); }
    std::vector<std::string> runs = model.data_sets;
    if (model.has_stream) { runs.pop_back(); }
    std::string said = "streams";
    for (const std::string& run : runs) {
        const test::Verified result = test::verified(path, {run}, model.tolerance, options);
        const bool starts_elsewhere = result.refused && result.text.find("starts at zero") != std::string::npos;
        const bool is_uneven = result.refused && result.text.find("do not end at") != std::string::npos;
        if (!result.passed && !starts_elsewhere && !is_uneven) { said = "wrong: " + result.text; }
    }
    return said;
}

}  // namespace

TEST_CASE("causal models of today's exporters stream with their frameworks' answers, others are refused by name") {
    const auto lines = read_lines();
    REQUIRE_FALSE(lines.empty());
    int streams = 0, refused = 0;
    for (const ExportedModel& model : test::exported_models()) {
        const auto line = lines.find(model.name);
        if (line == lines.end()) { continue; }
        CAPTURE(model.name);
        const std::string said = streamed(model, line->second.axis, line->second.steps);
        INFO(said);
        const bool is_right = line->second.verdict == "streams" ? said == "streams"
                                                                : said.find(line->second.verdict) != std::string::npos;
        CHECK(is_right);
        if (said == "streams") {
            const std::string in_twos = streamed(model, line->second.axis, 2 * line->second.steps);
            CHECK(in_twos == "streams");
        }
        ++(said == "streams" ? streams : refused);
    }
    std::printf("streams of exporters' models over time: %d stream, %d refused\n", streams, refused);
}

}  // namespace tidegate::streamed_models_test
