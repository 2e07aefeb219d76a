// SPDX-License-Identifier: MIT
// What --calibrate reads, and what it refuses.
#include <doctest/doctest.h>
#include <zlib.h>

#include "accuracy/npz.h"
#include "accuracy_support.h"
#include "onnx_builder.h"
#include "verify/tensor_file.h"
#include "verify_support.h"

namespace tidegate::accuracy_data_test {
namespace {

using test::has;
using test::refusal;
using test::TemporaryDirectory;

template <class T>
void append(std::string& bytes, T value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::string deflated(const std::string& content) {
    std::string packed(content.size() + 1000, '\0');
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
    stream.avail_in = static_cast<uInt>(content.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

/// A zip archive as numpy's savez and savez_compressed write it.
std::string zip_of(const std::vector<std::pair<std::string, std::string>>& files, bool deflate) {
    std::string archive, directory;
    for (const auto& [name, content] : files) {
        const std::string packed = deflate ? deflated(content) : content;
        const auto crc = static_cast<std::uint32_t>(
            crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size())));
        const auto offset = static_cast<std::uint32_t>(archive.size());
        std::string header;  // what the local header and the directory share
        append<std::uint16_t>(header, 20);
        append<std::uint16_t>(header, 0);
        append<std::uint16_t>(header, deflate ? 8 : 0);
        append<std::uint32_t>(header, 0);
        append<std::uint32_t>(header, crc);
        append<std::uint32_t>(header, static_cast<std::uint32_t>(packed.size()));
        append<std::uint32_t>(header, static_cast<std::uint32_t>(content.size()));
        append<std::uint16_t>(header, static_cast<std::uint16_t>(name.size()));
        append<std::uint16_t>(header, 0);
        archive += "PK\x03\x04" + header + name + packed;
        directory += std::string("PK\x01\x02") + std::string("\x14\0", 2) + header + std::string(10, '\0');
        append<std::uint32_t>(directory, offset);
        directory += name;
    }
    std::string end = "PK\x05\x06" + std::string(4, '\0');
    append<std::uint16_t>(end, static_cast<std::uint16_t>(files.size()));
    append<std::uint16_t>(end, static_cast<std::uint16_t>(files.size()));
    append<std::uint32_t>(end, static_cast<std::uint32_t>(directory.size()));
    append<std::uint32_t>(end, static_cast<std::uint32_t>(archive.size()));
    return archive + directory + end + std::string(2, '\0');
}

std::string npy_bytes(const TemporaryDirectory& folder, const Tensor& tensor) {
    const std::string path = folder.at("one.npy");
    write_npy(path, tensor);
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

Tensor counted(Dims dims) {
    Tensor tensor = Tensor::zeros(ElementType::f32, std::move(dims));
    for (std::size_t i = 0; i < tensor.reals.size(); ++i) { tensor.reals[i] = static_cast<double>(i) / 8; }
    return tensor;
}

/// A layer for x [rows, 3], or for that and y [1, 2].
Conversion layer_for(std::int64_t rows, bool two_inputs = false) {
    test::Random random(1);
    test::GraphMaker m;
    const ValueId x = m.input("x", {rows, 3});
    m.output(m.node(MatMul{}, {x, m.constant(random.tensor({3, 4}))}, {rows, 4}));
    if (two_inputs) { m.output(m.node(MatMul{}, {m.input("y", {1, 2}), m.constant(random.tensor({2, 4}))}, {1, 4})); }
    return test::converted(m.graph);
}

std::string refused(const Conversion& model, const std::string& path) {
    return refusal([&] { read_runs(model, "", path); });
}

}  // namespace

TEST_CASE("a .npy file holds one run, or runs along its first axis; axes of 1 may be left out") {
    const TemporaryDirectory folder("calibrate_npy");
    const Conversion model = layer_for(1);
    for (const Dims& dims : {Dims{20, 1, 3}, Dims{20, 3}}) {
        write_npy(folder.at("x.npy"), counted(dims));
        const Runs runs = read_runs(model, "", folder.at("x.npy"));
        REQUIRE(runs.inputs.size() == 20);
        CHECK(runs.steps == 20);
        CHECK(runs.inputs[19][0] == Tensor::of({1, 3}, {57.0 / 8, 58.0 / 8, 59.0 / 8}));
    }
    write_npy(folder.at("x.npy"), counted({20, 4}));
    CHECK(has(refused(model, folder.at("x.npy")), "the array for input 'x' is [20, 4]; expected is [1, 3], or [runs]"));
    CHECK(has(refused(layer_for(1, true), folder.at("x.npy")),
              "the model has 2 inputs ('x' [1, 3], 'y' [1, 2]); give a .npz"));
}

TEST_CASE("a .npz file has an array for each input by its name, stored or deflated") {
    const TemporaryDirectory folder("calibrate_npz");
    const Conversion model = layer_for(1, true);
    const std::string x = npy_bytes(folder, counted({16, 1, 3})), y = npy_bytes(folder, counted({16, 2}));
    for (const bool deflate : {false, true}) {
        folder.write("a.npz", zip_of({{"y.npy", y}, {"x.npy", x}}, deflate));
        const Runs runs = read_runs(model, "", folder.at("a.npz"));
        REQUIRE(runs.inputs.size() == 16);
        CHECK(runs.inputs[15][0] == Tensor::of({1, 3}, {45.0 / 8, 46.0 / 8, 47.0 / 8}));
        CHECK(runs.inputs[15][1] == Tensor::of({1, 2}, {30.0 / 8, 31.0 / 8}));
    }
    folder.write("a.npz", zip_of({{"x.npy", x}}, false));
    CHECK(has(refused(model, folder.at("a.npz")), "there is no array 'y'; expected are 'x' [1, 3], 'y' [1, 2]"));
    folder.write("a.npz", zip_of({{"x.npy", x}, {"y.npy", y}, {"z.npy", y}}, false));
    CHECK(has(refused(model, folder.at("a.npz")), "array 'z' is no input of the model"));
    folder.write("a.npz", zip_of({{"x.npy", x}, {"y.npy", npy_bytes(folder, counted({15, 2}))}}, false));
    CHECK(has(refused(model, folder.at("a.npz")), "15 runs of input 'y', but 16 of 'x'"));
}

TEST_CASE("an archive that is cut or changed anywhere is refused, or has the same arrays") {
    const TemporaryDirectory folder("calibrate_damaged");
    for (const bool deflate : {false, true}) {
        const std::string whole = zip_of({{"x.npy", npy_bytes(folder, counted({16, 3}))}}, deflate);
        const Tensor expected = counted({16, 3});
        int accepted = 0;
        for (std::size_t i = 0; i < whole.size(); ++i) {
            std::string damaged = whole;
            damaged[i] = static_cast<char>(damaged[i] ^ 0x11);
            folder.write("a.npz", damaged);
            std::map<std::string, Tensor> arrays;
            if (!refusal([&] { arrays = read_npz(folder.at("a.npz")); }).empty()) { continue; }
            ++accepted;
            for (const auto& [name, tensor] : arrays) { CHECK(tensor == expected); }
            folder.write("a.npz", whole.substr(0, i));
            CHECK_FALSE(refusal([&] { read_npz(folder.at("a.npz")); }).empty());
        }
        CHECK(accepted < 70);  // times, versions and other fields that say nothing of the content
    }
}

TEST_CASE("rows of a .csv file are vectors of the only input, under a header or not") {
    const TemporaryDirectory folder("calibrate_csv");
    std::string rows;
    for (int i = 0; i < 33; ++i) { rows += std::to_string(i) + ",-1.5, 2e1\n"; }
    for (const char* header : {"", "a,b,c\n"}) {
        folder.write("x.csv", header + rows);
        const Runs single = read_runs(layer_for(1), "", folder.at("x.csv"));
        REQUIRE(single.inputs.size() == 33);
        CHECK(single.inputs[32][0] == Tensor::of({1, 3}, {32, -1.5, 20}));
        const Runs paired = read_runs(layer_for(2), "", folder.at("x.csv"));
        REQUIRE(paired.inputs.size() == 16);  // the last row fills no run
        CHECK(paired.inputs[15][0] == Tensor::of({2, 3}, {30, -1.5, 20, 31, -1.5, 20}));
    }
    folder.write("x.csv", "a,b\n1,2\n");
    CHECK(has(refused(layer_for(1), folder.at("x.csv")),
              "2 columns; a row is a vector of input 'x' [1, 3], expected are 3"));
    folder.write("x.csv", "a,b,c\n1,2,3\n4,oops,6\n");
    CHECK(has(refused(layer_for(1), folder.at("x.csv")), "line 3, field 2: 'oops' is not a finite number"));
    folder.write("x.csv", "a,b,c\n1,2,nan\n");
    CHECK(has(refused(layer_for(1), folder.at("x.csv")), "line 2, field 3: 'nan' is not a finite number"));
    folder.write("x.csv", "a,b,c\n1,2,3\n");
    CHECK(has(refused(layer_for(2), folder.at("x.csv")), "1 rows; one run of input 'x' [2, 3] takes 2"));
}

TEST_CASE("NaN, too few steps, other files and files that do not exist are refused") {
    const TemporaryDirectory folder("calibrate_bad");
    Tensor x = counted({20, 3});
    x.reals[7] = NAN;
    write_npy(folder.at("x.npy"), x);
    CHECK(has(refused(layer_for(1), folder.at("x.npy")),
              "run 2, input 'x': element 1 is NaN; every value must be a finite"));
    x.reals[7] = INFINITY;
    write_npy(folder.at("x.npy"), x);
    CHECK(has(refused(layer_for(1), folder.at("x.npy")), "infinite"));
    write_npy(folder.at("x.npy"), counted({15, 3}));
    CHECK(has(refused(layer_for(1), folder.at("x.npy")), "15 steps in all; at least 16 are needed"));
    folder.write("x.txt", "1 2 3\n");
    CHECK(has(refused(layer_for(1), folder.at("x.txt")),
              "is another kind of file; expected is a .npy, .npz or .csv file, or the folder"));
    CHECK(has(refused(layer_for(1), folder.at("none.npy")), "does not exist"));
    CHECK(has(refused(layer_for(1), folder.at("none")), "does not exist"));
}

TEST_CASE("a data set's folder, a stream of them, and recordings of several series for a model of one") {
    const TemporaryDirectory folder("calibrate_dataset");
    test::ModelBuilder builder;
    builder.input("x", {"batch", 3}).weights("w", {3, 2}).node("MatMul", {"x", "w"}, {"y"});
    const std::string path = builder.output("y").save("calibrated.onnx");
    const Conversion model = convert(path, {});
    const auto tensor = [](int first, int rows) {
        std::vector<float> values;
        for (int i = 0; i < rows * 3; ++i) { values.push_back(static_cast<float>(first + i)); }
        return test::tensor_file("x", {rows, 3}, values);
    };
    const std::string answer = test::tensor_file("y", {1, 2}, {0, 0});
    for (int step = 0; step < 16; ++step) {
        const std::string name = "stream/step_0" + std::string(step < 10 ? "0" : "") + std::to_string(step) + "/";
        folder.write(name + "input_0.pb", tensor(step, 1));
        folder.write(name + "output_0.pb", answer);
    }
    folder.write("stream/map.json", "{\"states\": {}}");
    Runs runs = read_runs(model, path, folder.at("stream"));
    CHECK(runs.inputs.size() == 16);
    CHECK(runs.inputs[15][0] == Tensor::of({1, 3}, {15, 16, 17}));
    folder.write("single/input_0.pb", tensor(0, 1));
    folder.write("single/output_0.pb", answer);
    CHECK(has(refusal([&] { read_runs(model, path, folder.at("single")); }), "1 step in all; at least 16 are needed"));
    // TensorProto's lengths in this writer end at 127 bytes: 10 rows of 3 floats are 120.
    for (const char* step : {"rows/step_000/", "rows/step_001/"}) {
        folder.write(std::string(step) + "input_0.pb", tensor(step[12] == '0' ? 0 : 100, 10));
        folder.write(std::string(step) + "output_0.pb", answer);
    }
    folder.write("rows/map.json", "{\"states\": {}}");
    runs = read_runs(model, path, folder.at("rows"));
    REQUIRE(runs.inputs.size() == 20);  // both steps of the first series, both of the second...
    CHECK(runs.inputs[2][0].reals[0] == 3);
    folder.write("wrong/input_0.pb", test::tensor_file("x", {1, 2}, {1, 2}));
    folder.write("wrong/output_0.pb", answer);
    CHECK(has(refusal([&] { read_runs(model, path, folder.at("wrong")); }),
              "run 0, input 'x' is f32 [1, 2], the model wants f32 [1, 3]"));
}

}  // namespace tidegate::accuracy_data_test
