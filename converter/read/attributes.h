// SPDX-License-Identifier: MIT
// The attributes of one node against the list of what its operator has: nothing is ignored.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "read/schema.h"

namespace tidegate {

/// What is wrong with a node, without its name: who knows the node makes a ConvertError of it.
class NodeFault : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

enum class AttributeKind { integer, real, real_or_integer, text, integers, reals, texts, tensor, sparse, graph };

struct AttributeRow {
    const char* name;
    AttributeKind kind;
};

using AttributeRows = std::vector<AttributeRow>;

/// A list with more rows.
inline AttributeRows operator+(AttributeRows rows, const AttributeRows& more) {
    rows.insert(rows.end(), more.begin(), more.end());
    return rows;
}
inline AttributeRows operator+(AttributeRows rows, const AttributeRow& row) {
    rows.push_back(row);
    return rows;
}

class Attributes {
public:
    /// Throws NodeFault for an attribute that is not in `rows`, appears twice, has another type than its row, or refers
    /// to an attribute of a function.
    Attributes(const onnx::NodeProto& node, const AttributeRows& rows);

    bool has(const char* name) const { return find(name) != nullptr; }
    /// By name; the caller's row says that the type is right. Missing: `missing`, an empty list, null.
    std::int64_t integer(const char* name, std::int64_t missing) const;
    double real(const char* name, float missing) const;
    /// Throws NodeFault for one that is not finite.
    double finite(const char* name, float missing) const;
    std::string text(const char* name, const char* missing) const;
    std::vector<std::int64_t> integers(const char* name) const;
    std::vector<float> reals(const char* name) const;
    std::vector<std::string> texts(const char* name) const;
    const onnx::TensorProto* tensor(const char* name) const;
    const onnx::GraphProto* graph(const char* name) const;
    /// 0 or 1; anything else is a NodeFault.
    bool flag(const char* name) const;
    /// Throws NodeFault if it is missing.
    std::int64_t required_integer(const char* name) const;

private:
    const onnx::AttributeProto* find(const char* name) const;

    const onnx::NodeProto& node_;
};

}  // namespace tidegate
