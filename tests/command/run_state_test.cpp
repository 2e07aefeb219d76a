// SPDX-License-Identifier: MIT
// tidegate run --state and --policy: runs that go on where the last one stopped, and runs that go on at all.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "arrays.h"
#include "format/crc32c.h"
#include "models.h"
#include "npy_file.h"

namespace run_state_test {

using namespace tidegate::test;

namespace {

constexpr std::size_t kFeatures = 16, kValues = 72, kSteps = 10;

void write_steps(const std::string& path, const std::vector<float>& x) {
    write_npy(path, "(" + std::to_string(x.size() / kFeatures) + ", 1, 1, 16)", x);
}

/// The LSTM with one weight changed: another version of the same network.
Sample other_lstm_sample() {
    Sample sample = lstm_sample();
    sample.model.weights[3] ^= 0x80;  // a sign
    return sample;
}

}  // namespace

TEST_CASE("a folder for outputs that cannot be made is refused by name") {
    const Folder folder;
    write_steps(folder / "x.npy", noise(kFeatures, 1));
    const Outcome outcome =
        tidegate_command(run_line(air_quality_model(), folder / "x.npy", folder / "x.npy/out", "--steps"));
    CHECK(outcome.refused());
    CHECK(outcome.says("--out-dir"));
}

TEST_CASE("runs with --state equal one run over all steps") {
    const Folder folder;
    const std::vector<float> x = noise(kSteps * kFeatures, 1);
    write_steps(folder / "all.npy", x);
    REQUIRE(tidegate_command(run_line(air_quality_model(), folder / "all.npy", folder / "all", "--steps")).code == 0);
    const std::vector<float> all = read_npy(folder / "all/0.npy", "(10, 24, 3)");
    std::size_t at = 0;
    for (const std::size_t steps : {std::size_t{3}, std::size_t{1}, std::size_t{6}}) {
        write_steps(folder / "x.npy", part(x, at * kFeatures, steps * kFeatures));
        const Outcome outcome = tidegate_command(
            run_line(air_quality_model(), folder / "x.npy", folder / "y", "--steps --state " + (folder / "aq.state")));
        REQUIRE(outcome.code == 0);
        CHECK(outcome.out.empty());
        CHECK(same_bits(read_npy(folder / "y/0.npy", "(" + std::to_string(steps) + ", 24, 3)"),
                        part(all, at * kValues, steps * kValues)));
        at += steps;
    }
}

TEST_CASE("a saved state goes on at another length") {
    const Folder folder;
    write_model(folder / "lstm.tide", lstm_sample());
    const std::vector<float> x = noise(20 * kLstmInputs, 2);
    write_npy(folder / "all.npy", "(20, 1, 3)", x);
    write_npy(folder / "first.npy", "(7, 1, 3)", part(x, 0, 7 * kLstmInputs));
    write_npy(folder / "then.npy", "(13, 1, 3)", part(x, 7 * kLstmInputs, 13 * kLstmInputs));
    const auto run = [&](const std::string& input, const std::string& more) {
        return tidegate_command(run_line(folder / "lstm.tide", folder / (input + ".npy"), folder / input, more)).code;
    };
    REQUIRE(run("all", "") == 0);
    REQUIRE(run("first", "--state " + (folder / "state")) == 0);
    REQUIRE(run("then", "--state " + (folder / "state")) == 0);
    CHECK(same_bits(read_npy(folder / "then/0.npy", "(13, 1, 1, 4)"),
                    part(read_npy(folder / "all/0.npy", "(20, 1, 1, 4)"), 7 * kLstmUnits, 13 * kLstmUnits)));
}

TEST_CASE("a state that is not this model's is refused with the file's name, and the file stays") {
    const Folder folder;
    write_model(folder / "lstm.tide", lstm_sample());
    write_model(folder / "other.tide", other_lstm_sample());
    write_npy(folder / "x.npy", "(2, 1, 3)", noise(2 * kLstmInputs, 3));
    const auto run = [&](const std::string& model, const std::string& state, const std::string& more) {
        return tidegate_command(
            run_line(model, folder / "x.npy", folder / "y", "--state " + (folder / state) + " " + more));
    };
    REQUIRE(run(folder / "lstm.tide", "state", "").code == 0);
    const std::string saved = read_text(folder / "state");

    const Outcome other = run(folder / "other.tide", "state", "");
    CHECK(other.refused());
    CHECK(other.says(folder / "state"));
    CHECK(other.says("another version"));
    CHECK(other.says("--restore-other-version takes it"));
    CHECK(read_text(folder / "state") == saved);

    write_steps(folder / "x.npy", noise(kFeatures, 4));
    const Outcome foreign = tidegate_command(run_line(air_quality_model(), folder / "x.npy", folder / "y",
                                                      "--steps --restore-other-version --state " + (folder / "state")));
    CHECK(foreign.refused());
    CHECK(foreign.says("another model"));
    CHECK(foreign.says("move it away"));
    CHECK(read_text(folder / "state") == saved);

    write_npy(folder / "x.npy", "(2, 1, 3)", noise(2 * kLstmInputs, 3));
    write_text(folder / "cut", saved.substr(0, saved.size() - 1));
    write_text(folder / "text", std::string(200, 'x'));
    for (const char* name : {"cut", "text", "."}) {
        CAPTURE(name);
        const Outcome outcome = run(folder / "lstm.tide", name, "");
        CHECK(outcome.refused());
        CHECK(outcome.says(folder / name));
    }
    CHECK(run(folder / "other.tide", "state", "--restore-other-version").code == 0);
    CHECK(read_text(folder / "state") != saved);
}

TEST_CASE("a value that is refused in a saved state is named, with the state and its limit") {
    const Folder folder;
    Sample tight = lstm_sample();
    tight.model.states[1]->limit = 0x1p-20F;
    write_model(folder / "lstm.tide", lstm_sample());
    write_model(folder / "tight.tide", tight);
    write_npy(folder / "x.npy", "(2, 1, 3)", noise(2 * kLstmInputs, 3));
    const auto run = [&](const std::string& model) {
        return tidegate_command(run_line(folder / model, folder / "x.npy", folder / "y",
                                         "--restore-other-version --state " + (folder / "state")));
    };
    REQUIRE(run("lstm.tide").code == 0);
    const Outcome beyond = run("tight.tide");
    CHECK(beyond.refused());
    CHECK(beyond.says("(state 'c' has "));
    CHECK(beyond.says(" at [0,0,0], its limit is 9.53674316e-07); move it away"));

    std::string saved = read_text(folder / "state");
    const float infinite = -std::numeric_limits<float>::infinity();
    std::memcpy(saved.data() + 64 + 2 * sizeof(float), &infinite, sizeof infinite);
    const std::uint32_t front = tidegate::format::crc32c(saved.data(), 36);
    const std::uint32_t crc = tidegate::format::crc32c(saved.data() + 40, saved.size() - 40, front);
    std::memcpy(saved.data() + 36, &crc, sizeof crc);
    write_text(folder / "state", saved);
    const Outcome infinity = run("lstm.tide");
    CAPTURE(infinity.err);
    CHECK(infinity.says("(state 'h' has -inf at [0,0,2], its limit is 1.12589991e+15)"));
    CHECK(read_text(folder / "state") == saved);
}

TEST_CASE("states cannot be kept for a model that has none, nor where no file can be") {
    const Folder folder;
    write_npy(folder / "x.npy", "(6,)", noise(6, 5));
    write_model(folder / "stateless.tide", hidden_symbol_sample());
    const Outcome none = tidegate_command(run_line(folder / "stateless.tide", folder / "x.npy", folder / "y",
                                                   "--dims time=3 --state " + (folder / "state")));
    CHECK(none.refused());
    CHECK(none.says("keeps no states"));
    write_steps(folder / "x.npy", noise(kFeatures, 6));
    const Outcome nowhere = tidegate_command(
        run_line(air_quality_model(), folder / "x.npy", folder / "y", "--steps --state " + (folder / "no/state")));
    CHECK(nowhere.refused());
    CHECK(nowhere.says("the states were not saved"));
    CHECK(nowhere.says("no/state"));
}

TEST_CASE("the policy decides what a spoiled step does") {
    const Folder folder;
    std::vector<float> x = noise(kSteps * kFeatures, 7);
    x[4 * kFeatures + 2] = std::numeric_limits<float>::quiet_NaN();
    write_steps(folder / "x.npy", x);
    const auto run = [&](const std::string& policy) {
        return tidegate_command(run_line(air_quality_model(), folder / "x.npy", folder / policy,
                                         "--steps --policy " + policy + " --state " + (folder / (policy + ".state"))));
    };
    const auto run_part = [&](const std::string& name, std::size_t first, std::size_t count, const std::string& more) {
        write_steps(folder / "part.npy", part(x, first * kFeatures, count * kFeatures));
        REQUIRE(tidegate_command(run_line(air_quality_model(), folder / "part.npy", folder / name, "--steps " + more))
                    .code == 0);
        return read_npy(folder / (name + "/0.npy"), "(" + std::to_string(count) + ", 24, 3)");
    };
    const std::vector<float> before = run_part("before", 0, 4, "--state " + (folder / "state"));

    const Outcome refused = run("refuse");
    CHECK(refused.refused());
    CHECK(refused.says("step 4"));
    CHECK(refused.says("(input 'x') has nan at [4,0,0,2]"));
    CHECK_FALSE(std::filesystem::exists(folder / "refuse.state"));
    CHECK(tidegate_command(run_line(air_quality_model(), folder / "x.npy", folder / "none", "--steps")).err ==
          refused.err);

    for (const std::string policy : {"hold", "reset"}) {
        CAPTURE(policy);
        const Outcome outcome = run(policy);
        REQUIRE(outcome.code == 0);
        CHECK(outcome.out.find("10 runs, states held in " + std::string(policy == "hold" ? "1" : "0") +
                               " and reset in " + (policy == "hold" ? "0" : "1")) == 0);
        const std::vector<float> y = read_npy(folder / (policy + "/0.npy"), "(10, 24, 3)");
        CHECK(same_bits(part(y, 0, 4 * kValues), before));
        for (std::size_t i = 4 * kValues; i < 5 * kValues; ++i) { CHECK(std::isnan(y[i])); }
        const std::string from = policy == "hold" ? "--state " + (folder / "state") : "";
        CHECK(same_bits(part(y, 5 * kValues, 5 * kValues), run_part("after-" + policy, 5, 5, from)));
    }
    CHECK(run("forgive").refused());
}

}  // namespace run_state_test
