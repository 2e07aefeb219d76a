// SPDX-License-Identifier: MIT
// tidegate bench: what its figures must satisfy, whatever the machine.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "models.h"
#include "shell.h"

namespace bench_test {

using namespace tidegate::test;
using Json = nlohmann::json;

namespace {

Json bench_of(const std::string& arguments) {
    const Outcome outcome = tidegate_command("bench --json " + arguments);
    REQUIRE(outcome.code == 0);
    return Json::parse(outcome.out);
}

}  // namespace

TEST_CASE("bench prints its figures as JSON") {
    const Json bench = bench_of(air_quality_model() + " --kernels scalar --runs 300");
    const Json info = Json::parse(tidegate_command("info --json " + air_quality_model()).out);
    CHECK(bench["min_ns"] > 0);
    CHECK(bench["median_ns"] >= bench["min_ns"]);
    CHECK(bench["worst_ns"] >= bench["p999_ns"]);
    CHECK(bench["p999_ns"] >= bench["min_ns"]);
    CHECK(bench["runs"] == 300);
    CHECK(bench["kernels"] == "scalar");
    CHECK(bench["arena_bytes"] == info["arena_bytes"]);
    CHECK(bench["weight_bytes"] == info["weight_bytes"]);
    CHECK(bench["dims"].empty());
    CHECK_FALSE(bench.contains("profile"));
}

TEST_CASE("bench --ops gives every op its time and its bytes") {
    const Json bench = bench_of(air_quality_model() + " --ops --runs 500");
    const Json info = Json::parse(tidegate_command("info --json " + air_quality_model()).out);
    const Json& profile = bench["profile"];
    REQUIRE(profile["ops"].size() == info["ops"].size());
    CHECK(profile["runs"] == 500);
    CHECK(profile["clock_ns"] > 0);
    double share = profile["rest"]["share"];
    std::size_t weight_bytes = 0;
    for (std::size_t i = 0; i < info["ops"].size(); ++i) {
        const Json& op = profile["ops"][i];
        CHECK(op["index"] == i);
        for (const char* key : {"name", "kind", "detail"}) { CHECK(op[key] == info["ops"][i][key]); }
        CHECK(op["median_ns"] >= op["min_ns"]);
        share += op["share"].get<double>();
        weight_bytes += op["weight_bytes"].get<std::size_t>();
    }
    CHECK(share == doctest::Approx(1));
    CHECK(profile["whole"]["min_ns"] >= profile["rest"]["min_ns"]);
    CHECK(weight_bytes <= bench["weight_bytes"]);
    const Json& lstm = profile["ops"][0];
    CHECK(lstm["weight_bytes"] == 4 * 32 * (16 + 32 + 1) * 4);
    CHECK(lstm["input_bytes"] == (16 + 32 + 32) * 4);
    CHECK(lstm["output_bytes"] == 2 * 32 * 4);  // Y and Y_h of one step are the same
    CHECK(lstm["weight_gb_per_s"].get<double>() ==
          doctest::Approx(lstm["weight_bytes"].get<double>() / lstm["median_ns"].get<double>()));
}

TEST_CASE("bench measures a symbolic model at its maxima, or where --dims says") {
    const Folder folder;
    write_model(folder / "lstm.tide", lstm_sample());
    write_model(folder / "two.tide", symbolic_sample());
    const Json longest = bench_of((folder / "lstm.tide") + " --ops --runs 20");
    const Json shorter = bench_of((folder / "lstm.tide") + " --ops --runs 20 --dims time=12");
    CHECK(longest["dims"] == Json({{"time", 96}}));
    CHECK(shorter["dims"] == Json({{"time", 12}}));
    CHECK(longest["profile"]["ops"][0]["weight_reads"] == 96);
    CHECK(shorter["profile"]["ops"][0]["weight_reads"] == 12);
    CHECK(shorter["profile"]["ops"][0]["input_bytes"] == (12 * kLstmInputs + 2 * kLstmUnits) * 4);
    CHECK(shorter["profile"]["ops"][0]["output_bytes"] == (12 * kLstmUnits + 2 * kLstmUnits) * 4);
    const Json two = bench_of("--dims time=2,batch=3 --runs 20 " + (folder / "two.tide"));
    CHECK(two["dims"] == Json({{"time", 2}, {"batch", 3}}));
    const Outcome odd = tidegate_command("bench --dims time=3 " + (folder / "two.tide"));
    CHECK(odd.refused());
    CHECK(odd.says("no result at these dimensions"));
}

TEST_CASE("bench --ops reads as a table that says what its clock costs") {
    const Outcome outcome = tidegate_command("bench --ops --runs 100 " + air_quality_model());
    REQUIRE(outcome.code == 0);
    for (const char* word : {"99.9 % within", "worst", "Recurrent (lstm, 16 -> 32 units)", "checks, states",
                             "whole run", "reading it takes", "GB/s"}) {
        CAPTURE(word);
        CHECK(outcome.out.find(word) != std::string::npos);
    }
    for (const char* runs : {"0", "-1", "many", "2000000"}) {
        CHECK(tidegate_command("bench " + air_quality_model() + " --runs " + runs).refused());
    }
}

}  // namespace bench_test
