// SPDX-License-Identifier: MIT
// Any bytes as a model: converted as far as they go, run if they convert. What is wrong with them may only come out as
// a ConvertError; every other exception, an internal error, a file that differs from run to run and an answer that
// depends on how the length was chosen are findings.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>

#include "convert.h"
#include "verify/selfcheck.h"

namespace {

using namespace tidegate;

constexpr std::uint64_t kLargestArena = 1 << 20;  // that is run

/// The SHA-256 of the bytes says how the model is converted, so that a file alone reproduces what it did.
struct Choice {
    explicit Choice(const Graph& graph) : bits(static_cast<std::uint8_t>(graph.source_sha256[0])) {}
    bool ranges() const { return (bits & 1) != 0; }
    bool stateful() const { return (bits & 2) != 0; }
    bool twice() const { return (bits & 0x1c) == 0; }
    std::int64_t length() const { return 1 + ((bits >> 5) & 3); }
    std::uint8_t bits;
};

ConvertOptions options_for(const Graph& graph) {
    const Choice choice(graph);
    ConvertOptions options;
    options.stateful = choice.stateful();
    for (const GraphInput& input : graph.inputs) {
        const std::string& name = graph.values[static_cast<std::size_t>(input.value)].name;
        for (std::size_t axis = 0; axis < input.dims.size(); ++axis) {
            const Dim& dim = input.dims[axis];
            if (dim.is_bound()) { continue; }
            const std::string key = dim.symbol.empty() ? name + ":" + std::to_string(axis) : dim.symbol;
            options.dims.insert({key, choice.ranges() ? DimRange(1, choice.length()) : DimRange(choice.length())});
        }
    }
    return options;
}

[[noreturn]] void found(const std::string& what) {
    std::fprintf(stderr, "finding: %s\n", what.c_str());
    std::abort();
}

void convert_and_run(const std::string& bytes) {
    Complaints complaints;
    const Graph graph = read_model(bytes, "/nowhere/model.onnx", complaints);
    const ConvertOptions options = options_for(graph);
    const Conversion conversion = convert_read(graph, complaints, options);
    if (Choice(graph).twice() && convert_read(graph, complaints, options).file != conversion.file) {
        found("two conversions of one model differ");
    }
    if (conversion.arena_bytes > kLargestArena) { return; }
    const SelfCheck check = selfcheck(conversion, 2);
    if (!check.difference.empty()) { found(check.difference); }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        convert_and_run({reinterpret_cast<const char*>(data), size});
    } catch (const ConvertError& refused) {
        if (std::string(refused.what()).find("internal error") != std::string::npos) { found(refused.what()); }
    }
    return 0;
}
