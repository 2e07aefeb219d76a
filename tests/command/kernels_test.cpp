// SPDX-License-Identifier: MIT
// Kernel tables and arenas by hand: what `info --kernels` lists is what the commands take.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "arrays.h"
#include "npy_file.h"

namespace kernels_test {

using namespace tidegate::test;
using Json = nlohmann::json;

namespace {

Json kernels() {
    const Outcome outcome = tidegate_command("info --kernels --json");
    REQUIRE(outcome.code == 0);
    return Json::parse(outcome.out)["kernels"];
}

/// The commands that start a session, but for the kernels and the arena.
std::vector<std::string> starting_commands(const Folder& folder) {
    write_npy(folder / "x.npy", "(20, 1, 1, 16)", noise(20 * 16, 6));
    std::ifstream file(TIDEGATE_SOURCE_DIR "/examples/air-quality/beijing_pm25_2010_2014_hourly.csv");
    std::string rows;
    for (std::string line; std::count(rows.begin(), rows.end(), '\n') < 60 && std::getline(file, line);) {
        rows += line + "\n";
    }
    write_text(folder / "data.csv", rows);
    return {run_line(air_quality_model(), folder / "x.npy", folder / "out", "--steps"),
            "forecast " + air_quality_model() + " " + (folder / "data.csv") + " --out " + (folder / "forecast.csv"),
            "bench --runs 5 " + air_quality_model()};
}

}  // namespace

TEST_CASE("info --kernels lists every table, best first, and the one that is chosen") {
    const Json list = kernels();
    REQUIRE(list.size() >= 1);
    CHECK(list.back()["name"] == "scalar");
    CHECK(list.back()["runs_here"] == true);
    bool found = false;
    const std::string text = tidegate_command("info --kernels").out;
    for (const Json& table : list) {
        CHECK(table["chosen"] == (!found && table["runs_here"]));
        found = found || table["runs_here"];
        CHECK(text.find("\n" + table["name"].get<std::string>() + " ") != std::string::npos);
        if (!table["chosen"]) { continue; }
        CHECK(Json::parse(tidegate_command("bench --json --runs 5 " + air_quality_model()).out)["kernels"] ==
              table["name"]);
    }
}

TEST_CASE("info takes a model or --kernels") {
    const Outcome neither = tidegate_command("info");
    CHECK(neither.refused());
    CHECK(neither.says("MODEL"));
    CHECK(tidegate_command("info --kernels " + air_quality_model()).refused());
    CHECK(tidegate_command("info --kernels --payload x").refused());
}

TEST_CASE("every table writes the same files; one that this CPU cannot run is refused with that said") {
    const Folder folder;
    const std::vector<std::string> commands = starting_commands(folder);
    for (const std::string& command : commands) { REQUIRE(tidegate_command(command + " --kernels scalar").code == 0); }
    const std::string outputs = read_text(folder / "out/0.npy"), forecast = read_text(folder / "forecast.csv");
    for (const Json& table : kernels()) {
        const std::string name = table["name"];
        CAPTURE(name);
        for (const std::string& command : commands) {
            const Outcome outcome = tidegate_command(command + " --kernels " + name);
            if (table["runs_here"]) {
                CHECK(outcome.code == 0);
            } else {
                CHECK(outcome.refused());
                CHECK(outcome.says("this CPU cannot run them"));
            }
        }
        CHECK(read_text(folder / "out/0.npy") == outputs);
        CHECK(read_text(folder / "forecast.csv") == forecast);
    }
}

TEST_CASE("an unknown kernel name lists those that exist, and which of them run here") {
    const Folder folder;
    for (const std::string& command : starting_commands(folder)) {
        const Outcome outcome = tidegate_command(command + " --kernels abacus");
        CAPTURE(command);
        CHECK(outcome.refused());
        CHECK(outcome.says("abacus"));
        for (const Json& table : kernels()) {
            const std::string name = table["name"];
            CHECK(outcome.says(name + (table["runs_here"] ? "" : " (not on this CPU)")));
        }
    }
}

TEST_CASE("an arena that is too small is refused with the size needed, which is the size that info shows") {
    const Folder folder;
    const Json info = Json::parse(tidegate_command("info --json " + air_quality_model()).out);
    for (const std::string& command : starting_commands(folder)) {
        CAPTURE(command);
        const std::size_t needed =
            command.starts_with("forecast") ? info["forecast"]["arena_bytes"] : info["arena_bytes"];
        CHECK(tidegate_command(command + " --arena " + std::to_string(needed)).code == 0);
        const Outcome outcome = tidegate_command(command + " --arena " + std::to_string(needed - 1));
        CHECK(outcome.refused());
        CHECK(outcome.says("the arena is smaller than the model needs: " + std::to_string(needed - 1) +
                           " bytes, and it takes " + std::to_string(needed)));
        for (const char* size : {"0", "-1", "many"}) {
            CHECK(tidegate_command(command + " --arena " + size).refused());
        }
    }
}

}  // namespace kernels_test
