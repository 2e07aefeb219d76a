// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "arrays.h"
#include "npy_file.h"

namespace run_test {

using namespace tidegate::test;

namespace {

constexpr std::size_t kFeatures = 16, kUnits = 32, kValues = 72;

}  // namespace

TEST_CASE("states in the session and states carried outside give the same bits") {
    constexpr std::size_t kSteps = 7;
    const Folder folder;
    const std::vector<float> x = noise(kSteps * kFeatures, 1);
    write_npy(folder / "x.npy", "(7, 1, 1, 16)", x);
    REQUIRE(tidegate_command(run_line(air_quality_model(), folder / "x.npy", folder / "out", "--steps")).code == 0);
    const std::vector<float> stepped = read_npy(folder / "out/0.npy", "(7, 24, 3)");

    std::vector<float> h(kUnits, 0.0F), c(kUnits, 0.0F);
    for (std::size_t step = 0; step < kSteps; ++step) {
        write_npy(folder / "x1.npy", "(1, 1, 16)", part(x, step * kFeatures, kFeatures));
        write_npy(folder / "h.npy", "(1, 1, 32)", h);
        write_npy(folder / "c.npy", "(1, 1, 32)", c);
        const std::string inputs = (folder / "x1.npy") + " " + (folder / "h.npy") + " " + (folder / "c.npy");
        REQUIRE(tidegate_command(run_line(air_quality_step_model(), inputs, folder / "one", "")).code == 0);
        CHECK(same_bits(read_npy(folder / "one/0.npy", "(24, 3)"), part(stepped, step * kValues, kValues)));
        h = read_npy(folder / "one/1.npy", "(1, 1, 32)");
        c = read_npy(folder / "one/2.npy", "(1, 1, 32)");
    }
}

TEST_CASE("with --steps an input of the model's own shape stays constant") {
    const Folder folder;
    const std::vector<float> x = noise(2 * kFeatures, 2);
    write_npy(folder / "x.npy", "(2, 1, 1, 16)", x);
    write_npy(folder / "h.npy", "(1, 1, 32)", noise(kUnits, 3));
    write_npy(folder / "c.npy", "(2, 1, 1, 32)", noise(2 * kUnits, 4));
    const std::string inputs = (folder / "x.npy") + " " + (folder / "h.npy") + " " + (folder / "c.npy");
    REQUIRE(tidegate_command(run_line(air_quality_step_model(), inputs, folder / "all", "--steps")).code == 0);
    const std::vector<float> all = read_npy(folder / "all/0.npy", "(2, 24, 3)");
    write_npy(folder / "x1.npy", "(1, 1, 16)", part(x, kFeatures, kFeatures));
    write_npy(folder / "c1.npy", "(1, 1, 32)", part(noise(2 * kUnits, 4), kUnits, kUnits));
    const std::string second = (folder / "x1.npy") + " " + (folder / "h.npy") + " " + (folder / "c1.npy");
    REQUIRE(tidegate_command(run_line(air_quality_step_model(), second, folder / "one", "")).code == 0);
    CHECK(same_bits(part(all, kValues, kValues), read_npy(folder / "one/0.npy", "(24, 3)")));
}

TEST_CASE("doubles are rounded to float, column-major arrays are turned") {
    const Folder folder;
    const std::vector<float> x = noise(3 * kFeatures, 5);
    write_npy(folder / "f4.npy", "(3, 1, 1, 16)", x);
    write_npy(folder / "f8.npy", "(3, 1, 1, 16)", std::vector<double>(x.begin(), x.end()));
    std::vector<float> columns(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) { columns[i % kFeatures * 3 + i / kFeatures] = x[i]; }
    write_npy(folder / "fortran.npy", "(3, 1, 1, 16)", columns, true);
    for (const char* name : {"f4", "f8", "fortran"}) {
        REQUIRE(tidegate_command(
                    run_line(air_quality_model(), folder / (std::string(name) + ".npy"), folder / name, "--steps"))
                    .code == 0);
        CHECK(read_text(folder / (std::string(name) + "/0.npy")) == read_text(folder / "f4/0.npy"));
    }
}

TEST_CASE("inputs that do not fit are refused, with what is wanted") {
    const Folder folder;
    write_npy(folder / "good.npy", "(1, 1, 16)", noise(16, 7));
    write_npy(folder / "flat.npy", "(16,)", noise(16, 7));
    write_npy(folder / "ints.npy", "(1, 1, 16)", std::vector<std::int32_t>(16));
    write_npy(folder / "huge.npy", "(1, 1, 16)", std::vector<double>(16, 1e300));
    write_npy(folder / "short.npy", "(1, 1, 17)", noise(16, 7));
    write_npy(folder / "wrap.npy", "(4294967296, 4294967296, 4294967296)", noise(16, 7));
    write_text(folder / "text.npy", "1,2,3");
    write_text(folder / "cut.npy", read_text(folder / "good.npy").substr(0, 40));
    const std::array<std::array<const char*, 2>, 8> cases = {{{"flat", "[1,1,16]"},
                                                              {"ints", "i4"},
                                                              {"huge", "1e+300"},
                                                              {"short", "bytes"},
                                                              {"wrap", "too large"},
                                                              {"text", "not a .npy file"},
                                                              {"cut", "truncated"},
                                                              {"absent", "No such file"}}};
    for (const std::array<const char*, 2>& each : cases) {
        const std::string name = each[0], reason = each[1];
        CAPTURE(name);
        const std::string file = folder / (name + ".npy");
        const Outcome outcome = tidegate_command(run_line(air_quality_model(), file, folder / "out", ""));
        CHECK(outcome.refused());
        CHECK(outcome.says(reason));
        CHECK(outcome.says(name));
    }
    const std::string good = folder / "good.npy";
    CHECK(tidegate_command(run_line(air_quality_model(), good + " " + good, folder / "out", "")).says("1 inputs"));
    CHECK(tidegate_command(run_line(air_quality_model(), good, folder / "out", "--steps")).says("one axis more"));
    CHECK_FALSE(std::filesystem::exists(folder / "out"));
}

}  // namespace run_test
