// SPDX-License-Identifier: MIT
// --stream on the command line: convert says what the stream is, verify feeds recorded sequences to it.
#include <doctest/doctest.h>

#include "converter/command_place.h"
#include "converter/onnx_builder.h"
#include "converter/verify_support.h"
#include "support/session.h"

namespace tidegate::command_test {
namespace {

/// y[t] = x[t] + 2 x[t + 1] + 4 x[t + 2], one channel.
std::string sums_of_three(std::vector<std::int64_t> pads) {
    test::ModelBuilder model;
    model.input("x", {1, 1, "time"}).floats("w", {1, 1, 3}, {1, 2, 4});
    model.node("Conv", {"x", "w"}, {"y"}, {{"pads", std::move(pads)}}, "three");
    return model.output("y").save("three.onnx");
}

}  // namespace

TEST_CASE("convert --stream tells the warm-up, and what was compared") {
    const Place place;
    const Result result = place.run(sums_of_three({0, 0}) + " -o m.tide --stream time");
    INFO(result.err);
    CHECK(result.status == 0);
    CHECK(has(result.out, "input       x: f32 [1, 1, 1]"));
    CHECK(has(result.out, "state       three.history: f32 [1, 1, 2], starts at zero"));
    CHECK(has(result.out, "output 'y': its first 2 steps are a warm-up"));
    CHECK(has(result.out, "self-check  the bits of the whole, at 8 steps"));
    const test::TestSession session(bytes(place.at("m.tide")));
    CHECK(tg_input_count(&session.model()) == 1);

    const Result four = place.run(sums_of_three({2, 0}) + " -o m.tide --stream x:2=4 --emit-c three.c");
    INFO(four.err);
    CHECK(four.status == 0);
    CHECK(has(four.out, "input       x: f32 [1, 1, 4]"));
    CHECK_FALSE(has(four.out, "warm-up"));
    CHECK(has(contents(place.at("three.h")), "three_operators"));
}

TEST_CASE("verify --stream compares recorded sequences behind the warm-up") {
    const Place place;
    const test::TemporaryDirectory data("stream_data");
    data.write("good/input_0.pb", test::tensor_file("x", {1, 1, 5}, {1, 2, 3, 4, 5}));
    data.write("good/output_0.pb", test::tensor_file("y", {1, 1, 3}, {17, 24, 31}));
    data.write("bad/input_0.pb", test::tensor_file("x", {1, 1, 5}, {1, 2, 3, 4, 5}));
    data.write("bad/output_0.pb", test::tensor_file("y", {1, 1, 3}, {17, 24, 30}));
    const std::string model = sums_of_three({0, 0});
    for (const std::string steps : {"time", "time=2", "time=4"}) {
        CAPTURE(steps);
        const Result good = place.run("verify " + model + " '" + data.at("good") + "' --stream " + steps);
        INFO(good.err);
        CHECK(good.status == 0);
        CHECK(has(good.out, "0 of 3 elements failed"));
        const Result bad = place.run("verify " + model + " '" + data.at("bad") + "' --stream " + steps);
        CHECK(bad.status == 1);
        CHECK(has(bad.out, "1 of 3 elements failed"));
    }
}

TEST_CASE("--stream that cannot be is refused in one line") {
    const Place place;
    const std::string model = sums_of_three({1, 1});
    CHECK(place.run(model + " -o m.tide --stream time")
              .refused_with("node 'three' (Conv): output 'y' would need 1 later"));
    CHECK(place.run(model + " -o m.tide --stream tide").refused_with("symbols: 'time'"));
    CHECK(place.run(model + " -o m.tide --stream time=0").refused_with("a number from 1 to"));
    CHECK(place.run(model + " -o m.tide --stream time --stateful").refused_with("leave --stateful out"));
    CHECK(place.run(model + " -o m.tide --stream time --dim time=4").refused_with("--dim binds the same dimension"));
    CHECK(place.run(model + " -o m.tide --stream ''").refused_with("names no axis"));
    CHECK_FALSE(fs::exists(place.at("m.tide")));
}

}  // namespace tidegate::command_test
