// SPDX-License-Identifier: MIT
// Hostile protobuf: every class of damage is an error, never a crash. Truncation at each byte, every bit flip and
// foreign files are in read_model_file.cpp; memory and time are measured in faults_cost.cpp.
#include "converter/faults.h"
#include "read/model_file.h"

namespace tidegate::faults_protobuf_test {
namespace {

using namespace test;

std::string good_model() { return one_node("Relu", {"x"}).proto.SerializeAsString(); }

/// GraphProto.node = 1, NodeProto.attribute = 5, AttributeProto.g = 6 or graphs = 11, `depth` times.
std::string nested_graphs(int depth, int field) {
    std::string nested;
    for (int i = 0; i < depth; ++i) {
        nested = wrapped(1, wrapped(4, "If") + wrapped(5, wrapped(6, "") + wrapped(field, nested)));
    }
    return nested;
}

}  // namespace

TEST_CASE("fault 1: a model cut off anywhere is refused") {
    const std::string bytes = good_model();
    CHECK(refusal_of(bytes) == "");
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CAPTURE(size);
        CHECK(refusal_of(bytes.substr(0, size)) != "");
    }
}

TEST_CASE("fault 2: varints of more than ten bytes are refused, overlong ones mean what they say") {
    CHECK(refusal_of("\x08" + std::string(11, '\x80') + "\x01" + good_model()) != "");
    CHECK(refusal_of("\x08" + std::string(10, '\xff') + good_model()) != "");
    const std::string overlong("\x08\x88\x80\x80\x00", 5);  // ir_version 8 in four bytes
    CHECK(refusal_of(overlong + good_model()) == "");
}

TEST_CASE("fault 3: lengths beyond the rest, and negative ones, are refused") {
    CHECK(refusal_of(std::string("\x3a\x7f") + good_model().substr(0, 20)) != "");
    CHECK(refusal_of(std::string("\x3a\xff\xff\xff\xff\x0f", 6) + good_model()) != "");
    CHECK(refusal_of(std::string("\x3a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11) + good_model()) != "");
    CHECK(refusal_of(std::string("\x3a\x80\x80\x80\x80\x08", 6)) != "");  // 2^31
}

TEST_CASE("fault 4: groups and messages nested a hundred thousand deep are refused") {
    CHECK(refusal_of(std::string(100000, '\x7b') + std::string(100000, '\x7c')) != "");
    CHECK(refusal_of(good_model() + std::string(100000, '\x7b')) != "");
    std::string types;  // TypeProto.sequence_type = 4 holds elem_type = 1
    for (int i = 0; i < 10000; ++i) { types = wrapped(4, wrapped(1, types)); }
    CHECK(refusal_of(wrapped(7, wrapped(11, wrapped(1, "x") + wrapped(2, types)))) != "");
}

TEST_CASE("fault 5: graphs in graphs beyond protobuf's depth are refused; those below it are all looked at") {
    for (const int field : {6, 11}) {
        CHECK(has(refusal_of(good_model() + wrapped(7, nested_graphs(3000, field))), "not an ONNX model"));
        const std::string deep =
            refusal_of(wrapped(8, wrapped(2, "") + std::string("\x10\x11", 2)) + wrapped(7, nested_graphs(30, field)));
        CHECK(deep != "");
        CHECK_FALSE(has(deep, "not an ONNX model"));
    }
    ModelBuilder recursive;
    recursive.input("x", {2}).output("y").node("f", {"x"}, {"y"}, {}, "it");
    recursive.graph().mutable_node(0)->set_domain("own");
    auto& function = *recursive.proto.add_functions();
    function.set_name("f");
    function.set_domain("own");
    function.add_input("x");
    function.add_output("y");
    *function.add_node() = recursive.graph().node(0);
    CHECK(refusal_of(recursive) != "");
}

TEST_CASE("fault 6: many elements of nothing are counted before they are made") {
    std::string nodes;
    for (int i = 0; i < 300000; ++i) { nodes += std::string("\x0a\x00", 2); }
    CHECK(has(refusal_of(wrapped(7, nodes)), "parts"));
    std::string tensors;  // dims of one initializer, a byte each
    CHECK(has(refusal_of(wrapped(7, wrapped(5, wrapped(1, std::string(100000, '\x01'))))), ""));
}

}  // namespace tidegate::faults_protobuf_test
