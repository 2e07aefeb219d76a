// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "graph/error.h"
#include "verify/tensor_file.h"
#include "verify_support.h"

namespace tidegate::verify_npy_test {
namespace {

/// A .npy file of format 1 with this header text and these elements.
std::string npy(const std::string& header, const std::string& elements) {
    std::string bytes("\x93NUMPY\x01\x00", 8);
    bytes += {static_cast<char>(header.size()), '\0'};
    return bytes + header + elements;
}

std::string dict(const std::string& descr, const std::string& shape, const std::string& fortran = "False") {
    return "{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }\n";
}

Tensor read_bytes(const std::string& bytes) {
    const test::TemporaryDirectory directory("npy");
    directory.write("x.npy", bytes);
    return read_npy(directory.at("x.npy"));
}

}  // namespace

TEST_CASE("what write_npy writes read_npy reads, for every type") {
    const test::TemporaryDirectory directory("npy");
    const std::string path = directory.at("x.npy");
    for (const ElementType type :
         {ElementType::i32, ElementType::i64, ElementType::u8, ElementType::i8, ElementType::boolean}) {
        CAPTURE(name_of(type));
        const Tensor tensor{type, {2, 1, 2}, {}, {0, 1, 1, type == ElementType::boolean ? 0 : 100}};
        write_npy(path, tensor);
        CHECK(read_npy(path) == tensor);
        CHECK(read_tensor_file(path).tensor == tensor);
    }
    for (const Dims& dims : {Dims{}, Dims{0, 3}, Dims{7}, Dims{1, 2, 3, 4}}) {
        CAPTURE(to_text(dims));
        Tensor tensor = Tensor::zeros(ElementType::f32, dims);
        for (std::size_t i = 0; i < tensor.reals.size(); ++i) { tensor.reals[i] = 0.25 * static_cast<double>(i) - 1; }
        write_npy(path, tensor);
        CHECK(read_npy(path) == tensor);
        CHECK(std::filesystem::file_size(path) % 64 == tensor.reals.size() * 4 % 64);  // as numpy pads its header
    }
}

TEST_CASE("elements of all widths are read as what they are") {
    CHECK(read_bytes(npy(dict("<f8", "(1,)"), std::string("\0\0\0\0\0\0\xf8\x3f", 8))) == Tensor::of({1}, {1.5}));
    // Halves: 1.5, -2^-24, 65504, -infinity.
    const Tensor halves = read_bytes(npy(dict("<f2", "(4,)"), std::string("\0\x3e\x01\x80\xff\x7b\0\xfc", 8)));
    CHECK(halves.reals[0] == 1.5);
    CHECK(halves.reals[1] == -0x1p-24);
    CHECK(halves.reals[2] == 65504);
    CHECK(halves.reals[3] < -1e300);
    CHECK(read_bytes(npy(dict("<i2", "(1,)"), "\xfe\xff")) == Tensor{ElementType::i32, {1}, {}, {-2}});
    CHECK(read_bytes(npy(dict("|i1", "()"), "\xff")) == Tensor{ElementType::i8, {}, {}, {-1}});
    CHECK(read_bytes(npy(dict("|u1", "(2, 1)"), "\xff\x01")) == Tensor{ElementType::u8, {2, 1}, {}, {255, 1}});
}

TEST_CASE("Fortran order is read as the same tensor") {
    // [[0, 2, 4], [1, 3, 5]] with the first index fastest.
    const Tensor x = read_bytes(npy(dict("|u1", "(2, 3)", "True"), std::string("\0\1\2\3\4\5", 6)));
    CHECK(x == Tensor{ElementType::u8, {2, 3}, {}, {0, 2, 4, 1, 3, 5}});
}

TEST_CASE("format 2 has a longer header length") {
    std::string bytes = npy(dict("|u1", "(1,)"), "\x07");
    bytes[6] = 2;
    bytes.insert(10, 2, '\0');
    CHECK(read_bytes(bytes) == Tensor{ElementType::u8, {1}, {}, {7}});
}

TEST_CASE("a damaged or foreign .npy file is refused") {
    const std::string good = npy(dict("|u1", "(3,)"), "abc");
    CHECK_NOTHROW(read_bytes(good));
    for (std::size_t size = 0; size < good.size(); ++size) {
        CAPTURE(size);
        CHECK_THROWS_AS(read_bytes(good.substr(0, size)), ConvertError);
    }
    CHECK_THROWS_AS(read_bytes(good + "d"), ConvertError);
    CHECK_THROWS_AS(read_bytes(npy(dict(">f4", "(1,)"), "abcd")), ConvertError);
    CHECK_THROWS_AS(read_bytes(npy(dict("<c8", "(1,)"), "abcdefgh")), ConvertError);
    CHECK_THROWS_AS(read_bytes(npy(dict("|u1", "(-3,)"), "abc")), ConvertError);
    CHECK_THROWS_AS(read_bytes(npy(dict("|u1", "(4294967296, 4294967296)"), "abc")), ConvertError);
    CHECK_THROWS_AS(read_bytes(npy(dict("|u1", "(99999999999999999999,)"), "abc")), ConvertError);
    CHECK_THROWS_AS(read_npy("/nonexistent/x.npy"), ConvertError);
    CHECK_THROWS_AS(read_tensor_file("x.txt"), ConvertError);
}

}  // namespace tidegate::verify_npy_test
