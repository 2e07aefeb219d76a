// SPDX-License-Identifier: MIT
// What the tests of hostile models share.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "convert.h"
#include "converter/onnx_builder.h"

namespace tidegate::test {

/// What converting the bytes is refused with; "" if they convert. Any other exception is a fault of the converter.
inline std::string refusal_of(const std::string& bytes, const ConvertOptions& options = {}) {
    return refusal([&] {
        Complaints complaints;
        Graph graph = read_model(bytes, scratch_folder() / "hostile.onnx", complaints);
        convert_read(std::move(graph), std::move(complaints), options);
    });
}
inline std::string refusal_of(const ModelBuilder& model, const ConvertOptions& options = {}) {
    return refusal_of(model.proto.SerializeAsString(), options);
}

inline void put_varint(std::string& bytes, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) { bytes.push_back(static_cast<char>(value | 0x80)); }
    bytes.push_back(static_cast<char>(value));
}

/// A protobuf field of wire type 2 around `content`.
inline std::string wrapped(int field, const std::string& content) {
    std::string bytes;
    put_varint(bytes, static_cast<std::uint64_t>(field) << 3 | 2);
    put_varint(bytes, content.size());
    return bytes + content;
}

/// x [2, 3] through one node "it" to y; other inputs are added by the test.
inline ModelBuilder one_node(const std::string& op, const std::vector<std::string>& inputs,
                             const std::vector<std::pair<std::string, AttributeValue>>& attributes = {},
                             std::int64_t opset = 17) {
    ModelBuilder model(opset);
    model.input("x", {2, 3}).output("y").node(op, inputs, {"y"}, attributes, "it");
    return model;
}

}  // namespace tidegate::test
