// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "converter/onnx_builder.h"
#include "read/tensor.h"
#include "read/tensor_proto.h"

namespace tidegate::read_tensors_test {
namespace {

using onnx::TensorProto;
using test::has;

std::string fault(const TensorProto& tensor) {
    try {
        to_tensor(tensor, test::scratch_folder().string());
    } catch (const std::runtime_error& error) { return error.what(); }
    return "";
}

TensorProto raw(int type, const Dims& dims, const std::string& bytes) {
    TensorProto tensor;
    tensor.set_data_type(type);
    for (const std::int64_t extent : dims) { tensor.add_dims(extent); }
    tensor.set_raw_data(bytes);
    return tensor;
}

TensorProto small(int type, const std::vector<std::int32_t>& values) {
    TensorProto tensor;
    tensor.set_data_type(type);
    tensor.add_dims(static_cast<std::int64_t>(values.size()));
    for (const std::int32_t value : values) { tensor.add_int32_data(value); }
    return tensor;
}

TensorProto external(const std::string& location, const std::string& offset = "", const std::string& length = "") {
    TensorProto tensor;
    tensor.set_data_type(TensorProto::UINT8);
    tensor.add_dims(4);
    tensor.set_data_location(TensorProto::EXTERNAL);
    const auto add = [&](const std::string& key, const std::string& value) {
        if (value.empty()) { return; }
        auto* entry = tensor.add_external_data();
        entry->set_key(key);
        entry->set_value(value);
    };
    add("location", location);
    add("offset", offset);
    add("length", length);
    return tensor;
}

Tensor read_of(const TensorProto& tensor) { return to_tensor(tensor, test::scratch_folder().string()); }

}  // namespace

TEST_CASE("raw data of every type is read little-endian") {
    using namespace std::string_literals;
    CHECK(read_of(raw(TensorProto::FLOAT, {2}, "\0\0\x80\x3f\0\0\0\xc0"s)) == Tensor::of({2}, {1, -2}));
    CHECK(read_of(raw(TensorProto::DOUBLE, {1}, "\0\0\0\0\0\0\xf8\x3f"s)) == Tensor::of({1}, {1.5}));
    CHECK(read_of(raw(TensorProto::INT64, {1}, "\xfe\xff\xff\xff\xff\xff\xff\xff"s)) == Tensor::of_i64({1}, {-2}));
    CHECK(read_of(raw(TensorProto::INT32, {1}, "\xfe\xff\xff\xff"s)).integers == std::vector<std::int64_t>{-2});
    CHECK(read_of(raw(TensorProto::INT8, {2}, "\x80\x7f"s)).integers == std::vector<std::int64_t>{-128, 127});
    CHECK(read_of(raw(TensorProto::UINT8, {2}, "\x80\xff"s)).integers == std::vector<std::int64_t>{128, 255});
    CHECK(read_of(raw(TensorProto::BOOL, {2}, "\x01\0"s)).integers == std::vector<std::int64_t>{1, 0});
    CHECK(read_of(raw(TensorProto::BFLOAT16, {1}, "\xc0\x3f"s)) == Tensor::of({1}, {1.5}));
    CHECK(read_of(raw(TensorProto::FLOAT, {0}, "")) == Tensor::of({0}, {}));
    CHECK(read_of(raw(TensorProto::FLOAT, {}, "\0\0\x80\x3f"s)) == Tensor::of({}, {1}));
}

TEST_CASE("half floats: normal, subnormal, largest, infinite and NaN") {
    const Tensor tensor =
        read_of(small(TensorProto::FLOAT16, {0x3c00, 0xc000, 0x0001, 0x03ff, 0x7bff, 0x7c00, 0x8000}));
    const std::vector<double> expected = {1, -2, 0x1p-24, 0x1.ff8p-15, 65504, std::numeric_limits<double>::infinity(),
                                          0};
    CHECK(tensor.reals == expected);
    CHECK(std::signbit(tensor.reals[6]));
    CHECK(std::isnan(read_of(small(TensorProto::FLOAT16, {0x7e00})).reals[0]));
}

TEST_CASE("typed fields hold what their type can hold") {
    CHECK(read_of(small(TensorProto::INT8, {-128, 127})).type == ElementType::i8);
    CHECK(read_of(small(TensorProto::BFLOAT16, {0x3fc0})) == Tensor::of({1}, {1.5}));
    CHECK(has(fault(small(TensorProto::INT8, {128})), "value 128 in int32_data does not fit INT8"));
    CHECK(has(fault(small(TensorProto::UINT8, {-1})), "does not fit UINT8"));
    CHECK(has(fault(small(TensorProto::BOOL, {2})), "does not fit BOOL"));
    CHECK(has(fault(small(TensorProto::FLOAT16, {0x10000})), "does not fit FLOAT16"));
}

TEST_CASE("doubles are rounded to f32, and refused beyond it") {
    TensorProto tensor;
    tensor.set_data_type(TensorProto::DOUBLE);
    tensor.add_dims(1);
    tensor.add_double_data(0.1);
    CHECK(read_of(tensor).reals[0] == static_cast<double>(0.1F));
    tensor.set_double_data(0, 1e300);
    CHECK(has(fault(tensor), "is beyond f32"));
}

TEST_CASE("element counts that do not match, wrong fields and doubled values are refused") {
    CHECK(has(fault(raw(TensorProto::FLOAT, {2}, "1234567")), "raw_data has 7 bytes where shape [2] of FLOAT needs 8"));
    CHECK(has(fault(test::tensor_proto("t", {3}, {1, 2})), "2 values where shape [3] needs 3"));
    TensorProto both = test::tensor_proto("t", {1}, {1});
    both.set_raw_data("1234");
    CHECK(has(fault(both), "given twice"));
    TensorProto wrong = small(TensorProto::INT32, {1});
    wrong.set_data_type(TensorProto::INT64);
    CHECK(has(fault(wrong), "not the one of INT64"));
    TensorProto segment = test::tensor_proto("t", {1}, {1});
    segment.mutable_segment()->set_begin(0);
    CHECK(has(fault(segment), "segments"));
}

TEST_CASE("shapes that wrap or are negative are refused before anything is allocated") {
    CHECK(has(fault(raw(TensorProto::FLOAT, {std::int64_t{1} << 62, 8}, "")), "2^40"));
    CHECK(has(fault(raw(TensorProto::FLOAT, {65537, 65536, 65536}, "")), "2^40"));
    CHECK(has(fault(raw(TensorProto::FLOAT, {-1}, "")), "negative"));
    CHECK(has(fault(raw(TensorProto::FLOAT, {1 << 30}, "1234")), "needs 4294967296"));
}

TEST_CASE("types that are not read are refused by name") {
    CHECK(has(fault(raw(TensorProto::INT16, {1}, "12")), "element type INT16 is not supported"));
    CHECK(has(fault(raw(TensorProto::COMPLEX64, {1}, "12345678")), "COMPLEX64"));
    CHECK(has(fault(raw(17, {1}, "1")), "type 17"));
    CHECK(has(fault(raw(-5, {1}, "1")), "type -5"));
}

TEST_CASE("external data beside the model is read, with offset and length") {
    test::write_bytes("weights.bin", "abcdefgh");
    CHECK(read_of(external("weights.bin")).integers == std::vector<std::int64_t>{'a', 'b', 'c', 'd'});
    CHECK(read_of(external("weights.bin", "4", "4")).integers == std::vector<std::int64_t>{'e', 'f', 'g', 'h'});
}

TEST_CASE("external data anywhere else, through links, or out of range is refused") {
    namespace fs = std::filesystem;
    const fs::path folder = test::scratch_folder();
    test::write_bytes("weights.bin", "abcdefgh");
    for (const char* place :
         {"/etc/passwd", "../weights.bin", "..", ".", "sub/weights.bin", "C:weights.bin", "..\\weights.bin"}) {
        CAPTURE(place);
        CHECK(has(fault(external(place)), "is not a plain file name"));
    }
    CHECK(has(fault(external(std::string("weights.bin\0x", 13))), "is not a plain file name"));
    CHECK(has(fault(external("")), "no location"));
    CHECK(has(fault(external("missing.bin")), "cannot be opened beside the model"));
    fs::remove(folder / "link.bin");
    fs::create_symlink("weights.bin", folder / "link.bin");
    CHECK(has(fault(external("link.bin")), "is a symbolic link"));
    fs::remove(folder / "link.bin");
    fs::remove(folder / "twin.bin");
    fs::create_hard_link(folder / "weights.bin", folder / "twin.bin");
    CHECK(has(fault(external("twin.bin")), "is a hard link"));
    fs::remove(folder / "twin.bin");
    fs::create_directories(folder / "folder.bin");
    CHECK(has(fault(external("folder.bin")), "is not a regular file"));

    CHECK(has(fault(external("weights.bin", "5")), "past the end"));
    CHECK(has(fault(external("weights.bin", "18446744073709551614")), "past the end"));
    CHECK(has(fault(external("weights.bin", "-1")), "offset '-1' is not a number"));
    CHECK(has(fault(external("weights.bin", "1e3")), "is not a number"));
    CHECK(has(fault(external("weights.bin", "99999999999999999999")), "is not a number"));
    CHECK(has(fault(external("weights.bin", "0", "1000000000000000")), "length 1000000000000000 where"));
    TensorProto injected = external("weights.bin");
    injected.add_external_data()->set_key("basepath");
    CHECK(has(fault(injected), "unknown key 'basepath'"));
    TensorProto doubled = external("weights.bin");
    *doubled.add_external_data() = doubled.external_data(0);
    CHECK(has(fault(doubled), "appears twice"));
    TensorProto undeclared = external("weights.bin");
    undeclared.set_data_location(TensorProto::DEFAULT);
    CHECK(has(fault(undeclared), "listed but not declared"));
}

TEST_CASE("a tensor file gives its name and value, and others are refused by file name") {
    std::string name;
    const std::string path = test::write_bytes("input_0.pb", test::tensor_proto("x", {2}, {1, 2}).SerializeAsString());
    CHECK(read_tensor_proto(path, &name) == Tensor::of({2}, {1, 2}));
    CHECK(name == "x");
    CHECK(read_tensor_proto(path, nullptr).count() == 2);
    const std::string bad = test::write_bytes("bad.pb", "no tensor");
    CHECK(has(test::refusal([&] { read_tensor_proto(bad, nullptr); }), "bad.pb' is not an ONNX tensor"));
}

}  // namespace tidegate::read_tensors_test
