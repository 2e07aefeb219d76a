// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "graph/error.h"
#include "verify/dataset.h"
#include "verify_support.h"

namespace tidegate::verify_dataset_test {

TEST_CASE("a data set holds inputs and outputs by position, gaps allowed") {
    const test::TemporaryDirectory directory("dataset");
    directory.write("input_0.pb", test::tensor_file("x", {2}, {1, 2}));
    directory.write("input_2.pb", test::tensor_file("", {1}, {3}));
    directory.write("output_10.pb", test::tensor_file("y", {1, 1}, {4}));
    directory.write("input_3.pb.orig", "not a tensor");
    directory.write("notes.txt", "not a tensor");
    const Dataset dataset = read_dataset(directory.at(""));
    REQUIRE(dataset.steps.size() == 1);
    const Recording& step = dataset.steps.front();
    REQUIRE(step.inputs.size() == 2);
    CHECK(step.inputs.at(0).name == "x");
    CHECK(step.inputs.at(0).tensor == Tensor::of({2}, {1, 2}));
    CHECK(step.inputs.at(2).name.empty());
    CHECK(step.outputs.at(10).tensor == Tensor::of({1, 1}, {4}));
    CHECK(dataset.states.empty());
    CHECK(dataset.sampled.empty());
}

TEST_CASE("a stream holds its steps in order and the links of its states") {
    const test::TemporaryDirectory directory("stream");
    for (int k = 0; k < 12; ++k) {
        char name[64];
        std::snprintf(name, sizeof name, "stream/step_%03d/output_0.pb", k);
        directory.write(name, test::tensor_file("y", {1}, {static_cast<float>(k)}));
    }
    CHECK_THROWS_WITH_AS(read_dataset(directory.at("stream")), doctest::Contains("map.json"), ConvertError);
    directory.write("stream/map.json", R"({"states": {"h_in": "h_out"}, "initial": "zeros", "steps": 12})");
    directory.write("info.json", R"({"sampled": ["y"]})");
    const Dataset dataset = read_dataset(directory.at("stream/"));
    REQUIRE(dataset.steps.size() == 12);
    CHECK(dataset.steps[11].outputs.at(0).tensor == Tensor::of({1}, {11}));
    CHECK(dataset.states == std::vector<std::pair<std::string, std::string>>{{"h_out", "h_in"}});
    CHECK(dataset.sampled == std::set<std::string>{"y"});
}

TEST_CASE("the folder of a model stands for the data sets in it") {
    const test::TemporaryDirectory directory("model_folder");
    CHECK_THROWS_WITH_AS(dataset_directories(directory.at("")), doctest::Contains("test_data_set_K"), ConvertError);
    for (const char* name : {"test_data_set_1/output_0.pb", "stream/step_000/output_0.pb",
                             "test_data_set_0/output_0.pb", "other/output_0.pb"}) {
        directory.write(name, test::tensor_file("y", {1}, {0}));
    }
    const std::vector<std::string> found = dataset_directories(directory.at(""));
    REQUIRE(found.size() == 3);
    CHECK(found[0].ends_with("/stream"));
    CHECK(found[1].ends_with("/test_data_set_0"));
    CHECK(found[2].ends_with("/test_data_set_1"));
    for (const char* one : {"stream", "test_data_set_0/", "other"}) {
        CHECK(dataset_directories(directory.at(one)) == std::vector<std::string>{directory.at(one)});
    }
    CHECK_THROWS_WITH_AS(dataset_directories(directory.at("none")), doctest::Contains("not a directory"), ConvertError);
}

TEST_CASE("what is not a data set is refused") {
    const test::TemporaryDirectory directory("no_dataset");
    CHECK_THROWS_AS(read_dataset(directory.at("missing")), ConvertError);
    CHECK_THROWS_WITH_AS(read_dataset(directory.at("")), doctest::Contains("no output_K.pb"), ConvertError);
    directory.write("output_0.pb", "\xff\xff\xff");
    CHECK_THROWS_WITH_AS(read_dataset(directory.at("")), doctest::Contains("output_0.pb"), ConvertError);
    directory.write("output_0.pb", test::tensor_file("y", {1}, {0}));
    CHECK_NOTHROW(read_dataset(directory.at("")));
    directory.write("info.json", "{");
    CHECK_THROWS_WITH_AS(read_dataset(directory.at("")), doctest::Contains("info.json"), ConvertError);
    directory.write("info.json", R"({"sampled": 3})");
    CHECK_THROWS_AS(read_dataset(directory.at("")), ConvertError);
    directory.write("step_000/output_0.pb", test::tensor_file("y", {1}, {0}));
    directory.write("map.json", R"({"states": {}, "initial": "ones"})");
    CHECK_THROWS_WITH_AS(read_dataset(directory.at("")), doctest::Contains("zeros"), ConvertError);
    directory.write("map.json", R"({"states": {}})");
    directory.write("info.json", "{}");
    CHECK_NOTHROW(read_dataset(directory.at("")));
    directory.write("step_002/output_0.pb", test::tensor_file("y", {1}, {0}));
    CHECK_THROWS_WITH_AS(read_dataset(directory.at("")), doctest::Contains("step_001 is missing"), ConvertError);
}

}  // namespace tidegate::verify_dataset_test
