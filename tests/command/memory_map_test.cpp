// SPDX-License-Identifier: MIT
// The memory map of `info` against the runtime's own layout, to the byte; symbols in its shapes.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/session.h"
#include "models.h"
#include "shell.h"
#include "support/session.h"

namespace memory_map_test {

using namespace tidegate::test;
using Json = nlohmann::json;

namespace {

Json info_of(const std::string& model) {
    const Outcome outcome = tidegate_command("info --json " + model);
    REQUIRE(outcome.code == 0);
    return Json::parse(outcome.out);
}

std::uint64_t part_bytes(const Json& memory, const std::string& what) {
    for (const Json& part : memory["session"]) {
        if (part["what"].get<std::string>().starts_with(what)) { return part["bytes"]; }
    }
    return 0;
}

/// Bytes of [begin, end) in which some buffer lies.
std::uint64_t covered(const Json& buffers, std::uint64_t begin, std::uint64_t end) {
    std::vector<bool> used(end - begin);
    for (const Json& buffer : buffers) {
        const std::uint64_t first = buffer["offset"].get<std::uint64_t>() - begin;
        for (std::uint64_t i = 0; i < buffer["bytes"].get<std::uint64_t>(); ++i) { used.at(first + i) = true; }
    }
    return static_cast<std::uint64_t>(std::count(used.begin(), used.end(), true));
}

void check_map(const Json& info, const tg_model& model) {
    const auto& root = *tidegate::core::root_of(&model);
    const Json& memory = info["memory"];
    std::uint64_t at = 0;
    for (const Json& part : memory["session"]) {
        CHECK(part["offset"] == at);
        at += part["bytes"].get<std::uint64_t>();
    }
    CHECK(memory["session_bytes"] == at);
    CHECK(at == tidegate::core::session_bytes(model));
    CHECK(at + memory["buffer_bytes"].get<std::uint64_t>() == tg_arena_size(&model));
    CHECK(info["arena_bytes"] == tg_arena_size(&model));
    CHECK(covered(memory["buffers"], at, tg_arena_size(&model)) + memory["padding_bytes"].get<std::uint64_t>() ==
          memory["buffer_bytes"]);

    using namespace tidegate::core;
    std::uint64_t slots = 0;
    for (const auto* op : *root.ops()) { slots += operators_of(model).find(root, *op)->code->slot_bytes(*op); }
    const std::uint64_t values = length(root.symbols()) + 2 * length(root.expressions());
    CHECK(part_bytes(memory, "session") == sizeof(Session));
    CHECK(part_bytes(memory, "values") == (values * 4 + 7) / 8 * 8);
    CHECK(part_bytes(memory, "input ports") == root.inputs()->size() * sizeof(FloatPort));
    CHECK(part_bytes(memory, "output ports") == root.outputs()->size() * sizeof(FloatPort));
    CHECK(part_bytes(memory, "states") == length(root.states()) * sizeof(StateSlot));
    CHECK(part_bytes(memory, "ranges") == length(root.ranges()) * sizeof(RangeSlot));
    CHECK(part_bytes(memory, "op slots") >= slots);
    CHECK(part_bytes(memory, "op slots") < slots + TG_ALIGNMENT);
}

std::vector<std::uint8_t> bytes_of(const std::string& path) {
    const std::string text = read_text(path);
    return {text.begin(), text.end()};
}

}  // namespace

TEST_CASE("the memory map adds up to the arena, part by part as the session lays it out") {
    const Folder folder;
    for (const Sample& sample : {lstm_sample(), forecaster_sample(), recurrent_sample(), moves_sample(),
                                 symbolic_sample(), expressions_sample()}) {
        write_model(folder / "model.tide", sample);
        check_map(info_of(folder / "model.tide"), TestSession(file_of(sample)).model());
    }
    check_map(info_of(air_quality_model()), TestSession(bytes_of(air_quality_model())).model());
}

TEST_CASE("every input, state and output is at its place in the map") {
    const Json info = info_of(air_quality_model());
    const TestSession session(bytes_of(air_quality_model()));
    tg_tensor x, y;
    REQUIRE(tg_input(session.get(), 0, &x) == TG_OK);
    REQUIRE(tg_output(session.get(), 0, &y) == TG_OK);
    const char* const start = reinterpret_cast<const char*>(session.get());
    const auto holder = [&](const std::string& what) {
        for (const Json& buffer : info["memory"]["buffers"]) {
            for (const Json& held : buffer["holds"]) {
                if (held.get<std::string>().starts_with(what)) { return buffer; }
            }
        }
        FAIL(what);
        return Json();
    };
    CHECK(holder("input x")["offset"] == static_cast<const char*>(x.data) - start);
    CHECK(holder("output forecast")["offset"] == static_cast<const char*>(y.data) - start);
    CHECK(holder("state h")["first"] == 0);
    CHECK(holder("next state c = Y_c of ")["last"] == info["ops"].size());
    CHECK(holder("scratch of ")["bytes"] > 0);
    for (const Json& buffer : info["memory"]["buffers"]) { CHECK_FALSE(buffer["holds"].empty()); }
}

TEST_CASE("the map reads as text, a row per buffer with its life") {
    const Folder folder;
    write_model(folder / "lstm.tide", lstm_sample());
    const std::string text = tidegate_command("info " + (folder / "lstm.tide")).out;
    for (const char* line : {"symbols     0  time 1..96", "f32 [time,1,3]", "f32 [time,1,1,4]",
                             "0-0  #.  scratch of lstm", "0-1  ##  next state h = Y_h of lstm", "184  session"}) {
        CAPTURE(text);
        CAPTURE(line);
        CHECK(text.find(line) != std::string::npos);
    }
}

TEST_CASE("symbols and expressions are shown as they are meant") {
    const Folder folder;
    write_model(folder / "model.tide", expressions_sample());
    const Json info = info_of(folder / "model.tide");
    CHECK(info["symbols"] == Json::parse(R"([{"name": "time", "minimum": 3, "maximum": 9},
                                             {"name": "batch", "minimum": 1, "maximum": 2}])"));
    CHECK(info["inputs"][0]["axes"] == Json({"time", "time-1", "floor((time-1)/2)", "(time-1)/2"}));
    CHECK(info["inputs"][0]["shape"] == Json({9, 8, 4, 4}));
    CHECK(info["inputs"][1]["axes"] ==
          Json({"(time-1)*batch", "min(time,2)", "max(floor((time-1)/2),batch)", "time-batch"}));
    CHECK(info["inputs"][1]["shape"] == Json({16, 2, 4, 7}));
    write_model(folder / "hidden.tide", hidden_symbol_sample());
    CHECK(info_of(folder / "hidden.tide")["outputs"][0]["axes"] == Json::array({"2*time"}));
    write_model(folder / "fixed.tide", moves_sample());
    CHECK_FALSE(info_of(folder / "fixed.tide")["inputs"][0].contains("axes"));
}

}  // namespace memory_map_test
