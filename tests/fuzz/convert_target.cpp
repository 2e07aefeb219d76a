// SPDX-License-Identifier: MIT
// Any bytes as a model: converted as far as they go, run if they convert. What is wrong with them may only come out as
// a ConvertError; every other exception, an internal error, a file that differs from run to run, an answer that
// depends on how the length was chosen and a stream that differs from the whole are findings.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "checkup.h"
#include "choice.h"
#include "reference/work.h"
#include "summary.h"
#include "verify/selfcheck.h"
#include "verify/stream_run.h"

namespace {

using namespace tidegate;

// Sanitizers make it a hundred times slower, so a model may cost less than elsewhere.
constexpr std::int64_t kElements = 1 << 14;       // that constant folding may make
constexpr std::uint64_t kLargestArena = 1 << 16;  // that is run
constexpr double kMostWork = 1 << 21;             // of one run

[[noreturn]] void found(const std::string& what) {
    std::fprintf(stderr, "finding: %s\n", what.c_str());
    std::abort();
}

bool is_internal(const ConvertError& error) {
    return std::string(error.what()).starts_with("internal error");  // further on it may be a name
}

/// Does it; a refusal is an answer, but for an internal error.
template <class Action>
void attempt(const Action& action) {
    try {
        action();
    } catch (const ConvertError& refused) {
        if (is_internal(refused)) { found(refused.what()); }
    }
}

void run(const Conversion& conversion) {
    if (conversion.arena_bytes > kLargestArena || work_of(conversion.graph) > kMostWork) { return; }
    attempt([&] {
        const SelfCheck check = selfcheck(conversion, 2);
        if (!check.difference.empty()) { found(check.difference); }
    });
    attempt([&] {
        if (!conversion.graph.stream) { return; }
        const StreamCheck check = check_stream(conversion);
        if (!check.difference.empty()) { found(check.difference); }
    });
}

void convert_and_run(const std::string& bytes) {
    Complaints complaints;
    Graph graph = read_model(bytes, "/nowhere/model.onnx", complaints);
    graph.elements_left = std::min(graph.elements_left, kElements);
    const fuzz::Choice choice = fuzz::choose(graph, fuzz::version_of(bytes));
    if (choice.examine) {
        attempt([&] {
            const Checkup checkup = examine_read(graph, complaints, choice.options);
            to_text(checkup);
            to_json(checkup);
        });
    }
    const Conversion conversion = convert_read(graph, complaints, choice.options);
    summary(conversion);
    if (choice.twice && convert_read(graph, complaints, choice.options).file != conversion.file) {
        found("two conversions of one model differ");
    }
    run(conversion);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    attempt([&] { convert_and_run({reinterpret_cast<const char*>(data), size}); });
    return 0;
}
