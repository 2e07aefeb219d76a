// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "shell.h"

namespace info_test {

using namespace tidegate::test;
using Json = nlohmann::json;

TEST_CASE("info states what is in the file") {
    const Outcome outcome = tidegate_command("info " + air_quality_model() + " --json");
    REQUIRE(outcome.code == 0);
    const Json info = Json::parse(outcome.out);
    CHECK(info["file_bytes"] == std::filesystem::file_size(air_quality_model()));
    CHECK(info["weight_bytes"] > 8776 * 4);  // the parameters, padded
    CHECK(info["arena_bytes"] > 0);
    CHECK(info["source_sha256"].get<std::string>().size() == 64);
    REQUIRE(info["inputs"].size() == 1);
    CHECK(info["inputs"][0] == Json({{"name", "x"}, {"type", "f32"}, {"shape", {1, 1, 16}}}));
    REQUIRE(info["outputs"].size() == 1);
    CHECK(info["outputs"][0] == Json({{"name", "forecast"}, {"type", "f32"}, {"shape", {24, 3}}}));
    REQUIRE(info["states"].size() == 2);
    CHECK(info["ops"].size() >= 2);
    CHECK(info["ops"][0]["outputs"].size() > 0);
    CHECK(info["forecast"]["target"] == "pm2.5");
    CHECK(info["forecast"]["horizon"] == 24);
    CHECK(info["forecast"]["quantiles"] == Json({0.1, 0.5, 0.9}));
    CHECK(info["forecast"]["arena_bytes"] > info["arena_bytes"]);
}

TEST_CASE("info gives the digest of the ONNX file") {
    const Outcome digest = run_program("sha256sum", TIDEGATE_SOURCE_DIR "/examples/air-quality/air-quality.onnx");
    REQUIRE(digest.code == 0);
    const Json info = Json::parse(tidegate_command("info --json " + air_quality_model()).out);
    CHECK(info["source_sha256"] == digest.out.substr(0, 64));
}

TEST_CASE("info reads as text, and a model without a forecast block has none") {
    const Outcome outcome = tidegate_command("info " + air_quality_model());
    REQUIRE(outcome.code == 0);
    for (const char* word :
         {"arena", "weights", "inputs", "forecast", "pm2.5 (log1p)", "Recurrent (lstm, 16 -> 32 units)"}) {
        CAPTURE(word);
        CHECK(outcome.out.find(word) != std::string::npos);
    }
    CHECK(Json::parse(tidegate_command("info --json " + air_quality_step_model()).out)["forecast"] == nullptr);
}

TEST_CASE("the payload is the file behind its header") {
    const Folder folder;
    REQUIRE(tidegate_command("info " + air_quality_model() + " --payload " + (folder / "model.bin")).code == 0);
    CHECK(read_text(folder / "model.bin") == read_text(air_quality_model()).substr(64));
    CHECK(read_text(folder / "model.bin").substr(4, 4) == "TIDE");  // FlatBuffers' own identifier
}

}  // namespace info_test
