// SPDX-License-Identifier: MIT
// Files that are not what they should be: each is refused with one ConvertError, whatever was done to it.
#include <doctest/doctest.h>

#include "converter/onnx_builder.h"
#include "read/model_file.h"

namespace tidegate::read_model_file_test {
namespace {

using test::has;
using test::ModelBuilder;
using test::refusal;

/// An LSTM with a shape computation beside it: every kind of thing that the reader knows.
ModelBuilder small_model() {
    ModelBuilder model;
    model.input("x", {"n", 3, 2}).output("y").output("h");
    model.weights("W", {1, 4, 2}).weights("R", {1, 4, 1}).integers("axes", {1});
    model.node("Transpose", {"x"}, {"xt"}, {{"perm", std::vector<std::int64_t>{1, 0, 2}}});
    model.node("LSTM", {"xt", "W", "R"}, {"Y", "h"}, {{"hidden_size", 1}, {"clip", 3.0F}});
    model.node("Squeeze", {"Y", "axes"}, {"y"});
    return model;
}

/// True if the bytes convert as far as simplify; false if they are refused. Any other exception is a fault.
bool converts(const std::string& bytes) {
    try {
        Graph graph = read(test::write_bytes("damaged.onnx", bytes));
        ConvertOptions options;
        bind(graph, options);
        simplify(graph, options);
        return true;
    } catch (const ConvertError&) { return false; }
}

void put_varint(std::string& bytes, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) { bytes.push_back(static_cast<char>(value | 0x80)); }
    bytes.push_back(static_cast<char>(value));
}

/// A field of wire type 2 around `content`.
std::string wrapped(int field, const std::string& content) {
    std::string bytes;
    put_varint(bytes, static_cast<std::uint64_t>(field) << 3 | 2);
    put_varint(bytes, content.size());
    return bytes + content;
}

}  // namespace

TEST_CASE("missing, empty, foreign and misplaced files are refused by name") {
    CHECK(has(refusal([] { read("/nowhere/x.onnx"); }), "'/nowhere/x.onnx' does not exist"));
    CHECK(has(refusal([] { read(test::write_bytes("empty.onnx", "")); }), "empty.onnx' is empty"));
    CHECK(has(refusal([] { read(test::scratch_folder().string()); }), "is not a regular file"));
    CHECK(has(refusal([] { read(test::write_bytes("text.onnx", "these are not the bytes you are looking for")); }),
              "text.onnx' is not an ONNX model"));
    CHECK(has(refusal([] { read(test::write_bytes("other.onnx", wrapped(2, "somebody"))); }), "it has no graph"));
}

TEST_CASE("every proper prefix of a model is refused") {
    const std::string bytes = small_model().proto.SerializeAsString();
    CHECK(converts(bytes));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(converts(bytes.substr(0, size)));
    }
}

TEST_CASE("every single bit of a model may flip: it converts or is refused, and nothing else happens") {
    std::string bytes = small_model().proto.SerializeAsString();
    int refused = 0;
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        const char before = bytes[bit / 8];
        bytes[bit / 8] = static_cast<char>(before ^ (1 << (bit % 8)));
        refused += converts(bytes) ? 0 : 1;
        bytes[bit / 8] = before;
    }
    CHECK(refused > static_cast<int>(bytes.size()));  // most flips outside of names and weights
}

TEST_CASE("a model from a newer schema parses: fields that are not known yet are kept aside") {
    const std::string bytes = small_model().proto.SerializeAsString();
    CHECK(converts(bytes + wrapped(999, "a field of the future")));
}

TEST_CASE("submessages nested thousands deep are refused, not followed") {
    // GraphProto.node = 1 holds NodeProto.attribute = 5 holds AttributeProto.g = 6.
    std::string nested;
    for (int depth = 0; depth < 2000; ++depth) { nested = wrapped(1, wrapped(5, wrapped(6, nested))); }
    CHECK_FALSE(converts(wrapped(7, nested)));
    // Unknown groups (wire types 3 and 4) nest without lengths.
    std::string groups(100000, static_cast<char>(15 << 3 | 3));
    groups += std::string(100000, static_cast<char>(15 << 3 | 4));
    CHECK_FALSE(converts(groups));
}

TEST_CASE("lengths past the end, negative lengths and overlong varints are refused") {
    CHECK_FALSE(converts(std::string("\x3a\xff\xff\xff\xff\x0f", 6)));
    CHECK_FALSE(converts(std::string("\x3a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11)));
    CHECK_FALSE(converts(std::string("\x08") + std::string(20, '\xff')));
}

TEST_CASE("the source's SHA-256 is the one of its bytes") {
    const std::string digest = sha256("abc");  // FIPS 180-2, appendix B.1
    CHECK(digest.substr(0, 4) == "\xba\x78\x16\xbf");
    CHECK(digest.substr(28) == std::string("\xf2\x00\x15\xad", 4));
    const ModelBuilder model = small_model();
    CHECK(model.read().source_sha256 == sha256(model.proto.SerializeAsString()));
}

}  // namespace tidegate::read_model_file_test
