// SPDX-License-Identifier: MIT
// tidegate run on models with symbolic dimensions: the inputs show them, --dims names them, mistakes are one line.
#include <doctest/doctest.h>

#include <array>

#include "arrays.h"
#include "models.h"
#include "npy_file.h"

namespace run_dims_test {

using namespace tidegate::test;

namespace {

/// A folder with the LSTM of models.h and x of all 96 steps.
struct LstmFolder {
    Folder folder;
    std::vector<float> x = noise(kLstmLongest * kLstmInputs, 1);

    LstmFolder() {
        write_model(model(), lstm_sample());
        write_npy(folder / "x.npy", "(96, 1, 3)", x);
    }
    std::string model() const { return folder / "lstm.tide"; }
    std::vector<float> y_of_all() const {
        const Outcome outcome = tidegate_command(run_line(model(), folder / "x.npy", folder / "all", ""));
        REQUIRE(outcome.code == 0);
        return read_npy(folder / "all/0.npy", "(96, 1, 1, 4)");
    }
};

void write_x(const std::string& path, int time) {
    write_npy(path, "(" + std::to_string(time) + ", 1, 3)", noise(static_cast<std::size_t>(time) * kLstmInputs, 2));
}

}  // namespace

TEST_CASE("an input's length sets the outputs' and the results are those of a longer run up to there") {
    const LstmFolder lstm;
    const std::vector<float> all = lstm.y_of_all();
    for (const int time : {1, 5, 95}) {
        CAPTURE(time);
        const std::string n = std::to_string(time);
        write_npy(lstm.folder / "short.npy", "(" + n + ", 1, 3)", part(lstm.x, 0, time * kLstmInputs));
        const std::string line = run_line(lstm.model(), lstm.folder / "short.npy", lstm.folder / n, "");
        REQUIRE(tidegate_command(line).code == 0);
        const std::vector<float> y = read_npy(lstm.folder / (n + "/0.npy"), "(" + n + ", 1, 1, 4)");
        CHECK(same_bits(y, part(all, 0, time * kLstmUnits)));
        CHECK(tidegate_command(line + " --dims time=" + n).code == 0);
    }
}

TEST_CASE("with --steps the slices show the length, and chunks equal the whole") {
    const LstmFolder lstm;
    const std::vector<float> all = lstm.y_of_all();
    write_npy(lstm.folder / "chunks.npy", "(8, 12, 1, 3)", lstm.x);
    REQUIRE(tidegate_command(run_line(lstm.model(), lstm.folder / "chunks.npy", lstm.folder / "y", "--steps")).code ==
            0);
    CHECK(same_bits(read_npy(lstm.folder / "y/0.npy", "(8, 12, 1, 1, 4)"), all));
}

TEST_CASE("lengths outside the plan and lengths that disagree are refused by input, axis, symbol and values") {
    const LstmFolder lstm;
    const std::string out = lstm.folder / "out";
    write_x(lstm.folder / "long.npy", 97);
    write_npy(lstm.folder / "steps.npy", "(1, 97, 1, 3)", noise(97 * 3, 3));
    const Outcome longer = tidegate_command(run_line(lstm.model(), lstm.folder / "long.npy", out, ""));
    CHECK(longer.refused());
    CHECK(longer.says("long.npy (input 'x') axis 0: 'time' is 97, but the model is planned for 1..96"));
    const Outcome sliced = tidegate_command(run_line(lstm.model(), lstm.folder / "steps.npy", out, "--steps"));
    CHECK(sliced.refused());
    CHECK(sliced.says("steps.npy (input 'x') axis 1: 'time' is 97"));
    write_x(lstm.folder / "five.npy", 5);
    const Outcome against = tidegate_command(run_line(lstm.model(), lstm.folder / "five.npy", out, "--dims time=6"));
    CHECK(against.refused());
    CHECK(against.says("five.npy (input 'x') axis 0: 'time' is 5, but 6 by --dims time=6"));

    write_model(lstm.folder / "two.tide", symbolic_sample());
    write_npy(lstm.folder / "a.npy", "(2, 3, 2)", noise(12, 4));
    write_npy(lstm.folder / "lengths.npy", "(2,)", std::vector<std::int32_t>{1, 1});
    const Outcome both = tidegate_command(
        run_line(lstm.folder / "two.tide", (lstm.folder / "a.npy") + " " + (lstm.folder / "lengths.npy"), out, ""));
    CHECK(both.refused());
    CHECK(both.says("lengths.npy (input 'lengths') axis 0: 'batch' is 2, but 3 by"));
    CHECK(both.says("a.npy (input 'x') axis 1"));
    CHECK_FALSE(std::filesystem::exists(out));
}

TEST_CASE("dimensions without a result are refused with their values") {
    const Folder folder;
    write_model(folder / "two.tide", symbolic_sample());
    write_npy(folder / "a.npy", "(3, 1, 2)", noise(6, 4));
    write_npy(folder / "lengths.npy", "(1,)", std::vector<std::int32_t>{3});
    const Outcome odd = tidegate_command(
        run_line(folder / "two.tide", (folder / "a.npy") + " " + (folder / "lengths.npy"), folder / "out", ""));
    CHECK(odd.refused());
    CHECK(odd.says("time=3, batch=1"));
    CHECK(odd.says("no result at these dimensions"));
}

TEST_CASE("a symbol that no input shows must be given, and expressions are checked against it") {
    const Folder folder;
    write_model(folder / "hidden.tide", hidden_symbol_sample());
    write_npy(folder / "x.npy", "(6,)", noise(6, 5));
    const auto run = [&](const std::string& more) {
        return tidegate_command(run_line(folder / "hidden.tide", folder / "x.npy", folder / "out", more));
    };
    const Outcome silent = run("");
    CHECK(silent.refused());
    CHECK(silent.says("--dims time=N, N in 1..10"));
    const Outcome wrong = run("--dims time=4");
    CHECK(wrong.refused());
    CHECK(wrong.says("the shape is [6], the model wants [2*time], here [8]"));
    CHECK(run("--dims time=3").code == 0);
    CHECK(read_npy(folder / "out/0.npy", "(6,)").size() == 6);
}

TEST_CASE("what is no dimension is refused by --dims") {
    const LstmFolder lstm;
    const std::array<std::array<const char*, 2>, 7> cases = {{{"tame=3", "no symbolic dimension 'tame'; it has time"},
                                                              {"time", "write NAME=N"},
                                                              {"time=", "write NAME=N"},
                                                              {"time=3x", "write NAME=N"},
                                                              {"time=0", "planned for 1..96"},
                                                              {"time=4294967297", "planned for 1..96"},
                                                              {"time=3,time=4", "but 3 by"}}};
    for (const std::array<const char*, 2>& each : cases) {
        CAPTURE(each[0]);
        const std::string dims = std::string(" --dims ") + each[0];
        for (const std::string& line : {run_line(lstm.model(), lstm.folder / "x.npy", lstm.folder / "out", dims),
                                        "bench " + lstm.model() + dims}) {
            const Outcome outcome = tidegate_command(line);
            CHECK(outcome.refused());
            CHECK(outcome.says(each[1]));
        }
    }
    const Outcome fixed = tidegate_command("bench " + air_quality_model() + " --dims time=3");
    CHECK(fixed.refused());
    CHECK(fixed.says("it has none"));
}

}  // namespace run_dims_test
