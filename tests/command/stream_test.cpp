// SPDX-License-Identifier: MIT
// A model of steps, run as a user would.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "npy_file.h"
#include "shell.h"

namespace stream_test {

using namespace tidegate::test;
using Json = nlohmann::json;

namespace {

/// y[t] = x[t] + 2 x[t + 1] + 4 x[t + 2], as tests/command/three.onnx has it.
std::string three_steps(const Folder& folder, const std::string& steps) {
    const std::string path = folder / "three.tide";
    const Outcome made = run_program(TIDEGATE_CONVERT,
                                     TIDEGATE_SOURCE_DIR "/tests/command/three.onnx -o " + path + " --stream " + steps);
    REQUIRE_MESSAGE(made.code == 0, made.err);
    return path;
}

}  // namespace

TEST_CASE("info shows the stream, its states and its warm-up") {
    const Folder folder;
    const std::string model = three_steps(folder, "time=2");
    const Outcome text = tidegate_command("info " + model);
    CHECK(text.out.find("stream    time, 2 steps a run") != std::string::npos);
    CHECK(text.out.find("y: element t - 2 of the whole at step t; the first 2 steps are a warm-up") !=
          std::string::npos);
    CHECK(text.out.find("three.history") != std::string::npos);
    const Json info = Json::parse(tidegate_command("info --json " + model).out);
    CHECK(info["stream"] ==
          Json({{"axis", "time"}, {"steps", 2}, {"inputs", {2}}, {"outputs", {2}}, {"shifts", {-2}}}));
    CHECK(Json::parse(tidegate_command("info --json " + air_quality_model()).out)["stream"] == nullptr);
}

TEST_CASE("a stream that gives one result of two steps says so") {
    const Folder folder;  // y[t] = x[2 t] + 2 x[2 t + 1] + 4 x[2 t + 2]
    const std::string convert = TIDEGATE_SOURCE_DIR "/tests/command/halves.onnx -o " + (folder / "halves.tide");
    const Outcome alone = run_program(TIDEGATE_CONVERT, convert + " --stream time");
    CHECK(alone.code != 0);
    CHECK(alone.err.find("--stream time=2") != std::string::npos);
    REQUIRE(run_program(TIDEGATE_CONVERT, convert + " --stream time=4").code == 0);
    const Outcome info = tidegate_command("info " + (folder / "halves.tide"));
    CHECK(info.out.find("y: element t - 1 of the whole at steps 2t to 2t + 1; the first 1 elements are a warm-up") !=
          std::string::npos);
    write_npy<float>(folder / "x.npy", "(2, 1, 1, 4)", {1, 2, 3, 4, 5, 6, 7, 8});
    REQUIRE(tidegate_command("run " + (folder / "halves.tide") + " --steps --in " + (folder / "x.npy") + " --out-dir " +
                             (folder / "out"))
                .code == 0);
    const std::vector<float> y = read_npy(folder / "out/0.npy", "(2, 1, 1, 2)");
    CHECK(std::vector<float>(y.begin() + 1, y.end()) == std::vector<float>{17, 31, 45});
}

TEST_CASE("run feeds the steps one by one, over a saved state too, and bench measures one") {
    const Folder folder;
    const std::string model = three_steps(folder, "time");
    write_npy<float>(folder / "x.npy", "(3, 1, 1, 1)", {1, 2, 3});
    write_npy<float>(folder / "more.npy", "(2, 1, 1, 1)", {4, 5});
    const std::string state = " --state " + (folder / "state");
    REQUIRE(tidegate_command("run " + model + " --steps --in " + (folder / "x.npy") + " --out-dir " + (folder / "a") +
                             state)
                .code == 0);
    CHECK(read_npy(folder / "a/0.npy", "(3, 1, 1, 1)").back() == 17);
    REQUIRE(tidegate_command("run " + model + " --steps --in " + (folder / "more.npy") + " --out-dir " +
                             (folder / "b") + state)
                .code == 0);
    CHECK(read_npy(folder / "b/0.npy", "(2, 1, 1, 1)") == std::vector<float>{24, 31});
    CHECK(tidegate_command("bench " + model + " --runs 100").code == 0);
}

}  // namespace stream_test
