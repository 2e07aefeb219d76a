// SPDX-License-Identifier: MIT
// What verify says where a data set does not fit the model, or its answers not the tolerance.
#include <doctest/doctest.h>

#include "command_place.h"
#include "onnx_builder.h"

namespace tidegate::verify_advice_test {
namespace {

/// y = tanh(x w) + h in a file, as an argument; both inputs have the batch.
std::string model() {
    test::ModelBuilder m;
    m.input("x", {"batch", 3}).input("h", {"batch", 4}).weights("w", {3, 4}).output("y");
    m.node("MatMul", {"x", "w"}, {"p"}).node("Tanh", {"p"}, {"t"}).node("Add", {"t", "h"}, {"y"});
    return m.save("advised.onnx");
}

void record(const Place& place, const char* file, const std::string& tensor, const Dims& dims,
            const std::vector<float>& values) {
    std::ofstream(place.at(file), std::ios::binary) << test::tensor_proto(tensor, dims, values).SerializeAsString();
}

/// x is zero: the answer is h.
void record_inputs(const Place& place) {
    record(place, "input_0.pb", "x", {1, 3}, {0, 0, 0});
    record(place, "input_1.pb", "h", {1, 4}, {1, 2, 3, 4});
}

/// The option behind these words.
std::string option_behind(const std::string& text, const std::string& words) {
    const std::size_t from = text.find(words);
    REQUIRE(from != std::string::npos);
    const std::size_t first = from + words.size();
    return text.substr(first, text.find_first_of(" \n", text.find(' ', first) + 1) - first);
}

}  // namespace

TEST_CASE("verify names the tolerances that answers would pass with, absolute and relative") {
    const Place place;
    record_inputs(place);
    record(place, "output_0.pb", "y", {1, 4}, {1.000001F, 2, 3.003F, 4.001F});
    const std::string base = "verify " + model() + " . ";
    const Result failed = place.run(base);
    CHECK(failed.status == 1);
    const std::string absolute = option_behind(failed.out, "allow less; "),
                      relative = option_behind(failed.out, "so does ");
    CHECK(absolute == "--atol 0.0031");
    CHECK(relative == "--rtol 0.001");
    CHECK(place.run(base + absolute).status == 0);
    CHECK(place.run(base + relative).status == 0);
    CHECK(place.run(base + "--atol 0.0029").status == 1);
    CHECK(place.run(base + "--rtol 0.00099").status == 1);
    record(place, "output_0.pb", "y", {1, 4},
           {1, 2, 3, 0});  // no relative tolerance allows anything where 0 is expected
    CHECK(has(place.run(base).out, "--atol 4.1 passes\n"));
}

TEST_CASE("a data set of another model is told so, with the input that shows it") {
    const Place place;
    record_inputs(place);
    record(place, "output_0.pb", "y", {1, 4}, {1, 2, 3, 4});
    const std::string base = "verify " + model() + " . ";
    CHECK(place.run(base).status == 0);
    record(place, "input_0.pb", "x", {1, 5}, {0, 0, 0, 0, 0});
    CHECK(
        place.run(base).refused_with("data set '.': input 'x' is [1, 5] there, and [batch, 3] in the model: the data "
                                     "set does not fit the model"));
    record(place, "input_0.pb", "x", {3}, {0, 0, 0});
    CHECK(place.run(base).refused_with("input 'x' is [3] there, and [batch, 3] in the model: the data set"));
    record(place, "input_0.pb", "x", {2, 3}, {0, 0, 0, 0, 0, 0});
    CHECK(
        place.run(base).refused_with("input 'h' is [1, 4] there, and [batch, 4] in the model, where batch is 2 by "
                                     "another input: the data set does not fit the model"));
}

}  // namespace tidegate::verify_advice_test
