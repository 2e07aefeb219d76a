// SPDX-License-Identifier: MIT
// tidegate-convert --calibrate: what is wrong in the data is named with its file, its place, and what to do.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "command_place.h"
#include "onnx_builder.h"
#include "verify/tensor_file.h"

namespace tidegate::command_calibrate_test {
namespace {

/// x [1, 1, 3] -> RNN of 4 units whose function has no bound -> y.
std::string unbounded_model() {
    test::ModelBuilder m;
    m.input("x", {1, 1, 3}).weights("W", {1, 4, 3}).weights("R", {1, 4, 4});
    m.node("RNN", {"x", "W", "R"}, {"y"}, {{"hidden_size", 4}, {"activations", std::vector<std::string>{"Relu"}}});
    return m.output("y").save("unbounded.onnx");
}

/// Lines of numbers: `rows` of them under a header, one of them another.
std::string rows_of_numbers(int rows, int other, const std::string& text) {
    std::string csv = "a,b,c\n";
    for (int row = 0; row < rows; ++row) { csv += row == other ? text + "\n" : std::to_string(row) + ",-1.5,0.25\n"; }
    return csv;
}

void write(const Place& place, const std::string& name, const std::string& text) {
    std::ofstream(place.at(name), std::ios::binary) << text;
}

/// `hours` rows of the flagship's series from 2010-01-01 on, without those that `left_out` takes.
std::string series(int hours, const std::function<bool(int)>& left_out, const std::string& wind = "NW") {
    std::string csv = "No,year,month,day,hour,pm2.5,DEWP,TEMP,PRES,cbwd,Iws,Is,Ir\n";
    for (int i = 0; i < hours; ++i) {
        if (left_out(i)) { continue; }
        csv += std::to_string(i + 1) + ",2010,1," + std::to_string(1 + i / 24) + "," + std::to_string(i % 24) + "," +
               std::to_string(30 + i % 7) + ",1,1,1000," + (i == 50 ? wind : "NW") + ",1,0,0\n";
    }
    return csv;
}

nlohmann::json report_of(const Place& place) { return nlohmann::json::parse(contents(place.at("r.json"))); }

}  // namespace

TEST_CASE("values that no run can take are named with file, line and input") {
    const Place place;
    const std::string base = unbounded_model() + " -o m.tide --stateful --int8 --calibrate x.csv";
    write(place, "x.csv", rows_of_numbers(20, 6, "1,1e39,2"));
    CHECK(
        place.run(base).refused_with("--calibrate 'x.csv': line 8, input 'x': element 1 is 1e+39, too large for "
                                     "fp32; every value must be a finite number: mend it"));
    write(place, "x.csv", rows_of_numbers(20, 6, "1,2,1e30"));
    const Result result = place.run(base);
    CHECK(result.refused_with("--calibrate 'x.csv': line 8: the runtime refused to run: a state would not be finite"));
    CHECK(result.refused_with(": input 'x' has 1e+30 at element 2; mend it, or leave that part of the data out"));
    write(place, "x.csv", rows_of_numbers(20, 6, "1,,2"));
    CHECK(place.run(base).refused_with("x.csv line 8, field 2: '' is not a finite number; mend it, or leave that row"));
}

TEST_CASE("an index out of range is named with file, run, input and the range") {
    const Place place;
    test::ModelBuilder m;
    m.input("ids", {2}, onnx::TensorProto::INT64).weights("table", {5, 3}).weights("w", {3, 4});
    m.node("Gather", {"table", "ids"}, {"rows"}).node("MatMul", {"rows", "w"}, {"y"});
    const std::string model = m.output("y").save("indices.onnx");
    std::vector<std::int64_t> ids(40);
    ids[2 * 17 + 1] = 5;
    write_npy(place.at("ids.npy").string(), Tensor::of_i64({20, 2}, ids));
    CHECK(place.run(model + " -o m.tide --int8 --calibrate ids.npy")
              .refused_with("--calibrate 'ids.npy': run 17: the runtime refused to run: a length or an index in an "
                            "input is out of range; nothing was run: input 'ids' has 5 at element 1, allowed are "
                            "-5..4; mend it"));
}

TEST_CASE("a table of semicolons or tabs is refused with what was expected") {
    const Place place;
    const std::string base = unbounded_model() + " -o m.tide --int8 --calibrate x.csv";
    write(place, "x.csv", "a;b;c\n1,5;2;3\n");
    CHECK(
        place.run(base).refused_with("x.csv: the first line has no comma, but semicolons; separate fields by commas"));
    write(place, "x.csv", "1\t2\t3\n");
    CHECK(place.run(base).refused_with("the first line has no comma, but tabs"));
    write(place, "x.csv", "1,5;2,5;3,5\n");
    CHECK(place.run(base).refused_with("line 1, field 2: '5;2' is not a finite number; separate fields by commas"));
    const std::string forecast = kModel + " -o m.tide --stateful --int8 --forecast " + kSpec + " --calibrate x.csv";
    write(place, "x.csv", "No;year;month;day;hour\n1;2010;1;1;0\n");
    CHECK(place.run(forecast).refused_with("x.csv: the first line has no comma, but semicolons"));
}

TEST_CASE("a gap in a series is filled as the forecaster fills it, or refused with its lines") {
    const Place place;
    const std::string base =
        kModel + " -o m.tide --stateful --int8 --forecast " + kSpec + " --calibrate s.csv --report r.json";
    write(place, "s.csv", series(120, [](int hour) { return hour >= 60 && hour < 70; }));
    REQUIRE(place.run(base).status == 0);
    CHECK(report_of(place)["data"]["steps"] == 120);
    write(place, "s.csv", series(400, [](int hour) { return hour >= 60 && hour < 60 + 169; }));
    CHECK(
        place.run(base).refused_with("line 62 (2010-01-10T13:00:00): 169 rows are missing behind line 61 "
                                     "(2010-01-03T11:00:00), the model fills 168; put them in"));
    const std::string ordered = series(40, [](int) { return false; });
    write(place, "s.csv", ordered + "1,2010,1,1,5,30,1,1,1000,NW,1,0,0\n");
    CHECK(
        place.run(base).refused_with("line 42 (2010-01-01T05:00:00): the timestamp is not later than the last one, "
                                     "line 41 (2010-01-02T15:00:00); sort the rows"));
}

TEST_CASE("a category that the model does not know is told") {
    const Place place;
    write(place, "s.csv",
          series(
              120, [](int) { return false; }, "up"));
    const Result result = place.run(kModel + " -o m.tide --stateful --int8 --forecast " + kSpec + " --calibrate s.csv");
    CHECK(result.status == 0);
    CHECK(has(result.out, "warning: s.csv line 52: cbwd: 'up' is none of NE, NW, SE, cv; counted as missing, 1 such"));
}

TEST_CASE("--dynamic-inputs measures on the data and leaves every input a scale of each step's own") {
    const Place place;
    write(place, "x.csv", rows_of_numbers(40, -1, ""));
    const std::string base = unbounded_model() + " -o m.tide --stateful --calibrate x.csv --report r.json ";
    REQUIRE(place.run(base + "--int8").status == 0);
    CHECK(report_of(place)["layers"][0]["input_scale"].is_number());
    for (const char* words : {"--int8", "--int8-only RNN_0", "--fp16-weights --int8-only RNN_0"}) {
        const Result result = place.run(base + "--dynamic-inputs " + words);
        CAPTURE(result.err);
        REQUIRE(result.status == 0);
        CHECK(report_of(place)["layers"][0]["input_scale"] == "dynamic");
        CHECK(report_of(place)["data"]["source"] == "40 steps of x.csv");
    }
    const std::string wanted = "--dynamic-inputs goes with --int8 or --int8-only";
    CHECK(place.run(base + "--dynamic-inputs --fp16-weights").refused_with(wanted));
    CHECK(place.run(unbounded_model() + " -o m.tide --dynamic-inputs").refused_with(wanted));
}

TEST_CASE("a file that int8 makes no smaller is told so") {
    const Place place;
    test::ModelBuilder m;
    m.input("x", {1, 1, 3}).weights("W", {1, 8, 3}).weights("R", {1, 8, 2});
    const std::string model =
        m.node("LSTM", {"x", "W", "R"}, {"y"}, {{"hidden_size", 2}}).output("y").save("tiny_cell.onnx");
    const Result result = place.run(model + " -o m.tide --int8 --report r.json");
    CHECK(result.status == 0);
    CHECK(has(result.out, "warning: nothing is saved: the file has "));
    CHECK(report_of(place)["warnings"].size() == 1);
    CHECK(report_of(place)["bytes"]["quantized"] >= report_of(place)["bytes"]["fp32"]);
}

TEST_CASE("an option that names a file is refused with an empty name") {
    const Place place;
    const std::string base = kModel + " --stateful --int8 ";
    CHECK(place.run(base + "-o m.tide --calibrate ''").refused_with("--calibrate '' names no file"));
    CHECK(place.run(base + "-o m.tide --report ''").refused_with("--report '' names no file"));
    CHECK(place.run(base + "-o m.tide --forecast ''").refused_with("--forecast '' names no file"));
    CHECK(place.run(base + "-o m.tide --emit-c ''").refused_with("--emit-c '' names no file"));
    CHECK(place.run(base + "-o ''").refused_with("'' names no file"));
    CHECK(place.run("verify " + kModel + " . --int8 --calibrate ''").refused_with("--calibrate '' names no file"));
    CHECK_FALSE(fs::exists(place.at("m.tide")));
}

TEST_CASE("verify says how far off quantized weights are, takes the tolerance that it names, and writes the report") {
    const Place place;
    test::ModelBuilder m;
    m.input("x", {1, 3}).weights("w", {3, 4}).node("MatMul", {"x", "w"}, {"p"}).node("Tanh", {"p"}, {"y"});
    const std::string model = m.output("y").save("verified.onnx");
    const auto record = [&](const char* name, const std::string& tensor, const Dims& dims,
                            const std::vector<float>& values) {
        std::ofstream(place.at(name), std::ios::binary) << test::tensor_proto(tensor, dims, values).SerializeAsString();
    };
    record("input_0.pb", "x", {1, 3}, {0.5F, -0.25F, 1});
    record("output_0.pb", "y", {1, 4}, {0, 0, 0, 0});
    const std::string base = "verify " + model + " . ";

    const Result fp32 = place.run(base);
    CHECK(fp32.status == 1);
    CHECK(has(fp32.out, ", at output 'y'; --atol 1e-05 and --rtol 1e-05 allow less; --atol "));
    for (const char* form : {"--int8", "--fp16-weights"}) {
        const Result result = place.run(base + form + " --report r.json");
        CHECK(result.status == 1);
        CHECK(has(result.out, std::string(form).substr(2, 4) + " weights promise no such tolerance"));
        const std::size_t from = result.out.find("--atol ", result.out.find("promise"));
        REQUIRE(from != std::string::npos);
        const std::string option = result.out.substr(from, result.out.find(" passes", from) - from);
        CHECK(place.run(base + form + " " + option).status == 0);
        CHECK(report_of(place)["form"] == std::string(form).substr(2, 4));
    }
    CHECK(place.run(base + "--report r.json").refused_with("--report goes with --int8"));
    CHECK(place.run(base + ". --int8 --report r.json").refused_with("--report goes with one data set"));
    CHECK(place.run(base + "--int8 --report " + model).refused_with("is the model itself"));
}

}  // namespace tidegate::command_calibrate_test
