// SPDX-License-Identifier: MIT
// The command line itself: help, wrong usage, files that are no models.
#include <doctest/doctest.h>

#include "shell.h"

namespace usage_test {

using namespace tidegate::test;

TEST_CASE("every command has its help and exits with 0") {
    for (const char* command : {"", "run", "info", "bench", "forecast"}) {
        const Outcome help = tidegate_command(std::string(command) + " --help");
        CAPTURE(command);
        CHECK(help.code == 0);
        CHECK(help.err.empty());
        CHECK(help.out.find("--help") != std::string::npos);
        CHECK(help.out.find("Usage: tidegate") != std::string::npos);
    }
    CHECK(tidegate_command("--version").code == 0);
}

TEST_CASE("wrong usage is one line and exit 2") {
    const Folder folder;
    const std::string model = air_quality_model();
    for (const std::string& arguments :
         {std::string(), std::string("dance"), std::string("info"), "info " + model + " extra",
          "info " + model + " --what", "run " + model, "run " + model + " --out-dir " + (folder / "o"),
          "bench " + model + " --kernels ''", std::string("forecast"), "forecast " + model, std::string("bench")}) {
        CAPTURE(arguments);
        CHECK(tidegate_command(arguments).refused());
    }
}

TEST_CASE("an unknown command is named, with those that exist") {
    const Outcome outcome = tidegate_command("rn model.tide");
    CHECK(outcome.refused());
    for (const char* word : {"'rn'", "run", "info", "bench", "forecast"}) { CHECK(outcome.says(word)); }
}

TEST_CASE("an unknown option is named before what is missing, with the nearest one that exists") {
    const Outcome outcome = tidegate_command("run model.tide --inn x.npy --ot-dir out");
    CHECK(outcome.refused());
    CHECK(outcome.says(
        "unknown option '--inn', did you mean '--in'?; unknown option '--ot-dir', did you mean '--out-dir'?"));
}

TEST_CASE("a file that is no model is refused with its name and a reason") {
    const Folder folder;
    write_text(folder / "empty.tide", "");
    write_text(folder / "text.tide", std::string(200, 'x'));
    const std::string whole = read_text(air_quality_model());
    write_text(folder / "half.tide", whole.substr(0, whole.size() / 2));
    std::string flipped = whole;
    flipped[whole.size() / 2] = static_cast<char>(flipped[whole.size() / 2] ^ 1);
    write_text(folder / "flipped.tide", flipped);
    for (const char* name : {"missing.tide", "empty.tide", "text.tide", "half.tide", "flipped.tide", "."}) {
        CAPTURE(name);
        for (const char* command : {"info ", "bench "}) {
            const Outcome outcome = tidegate_command(command + (folder / name));
            CHECK(outcome.refused());
            CHECK(outcome.says(name));
        }
    }
}

TEST_CASE("a control character in a name cannot break the line of an error") {
    CHECK(tidegate_command("info \"$(printf 'a\\nb\\033c')\"").refused());
}

}  // namespace usage_test
