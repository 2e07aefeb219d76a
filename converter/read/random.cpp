// SPDX-License-Identifier: MIT
// Operators that make random numbers, or whose output they decide.
#include <string>

#include "read/operators.h"
#include "read/types.h"

namespace tidegate {
namespace {

std::optional<ElementType> type_of(const NodeReader& node, std::int64_t missing) {
    const std::int64_t id = node.attributes.integer("dtype", missing);
    if (id == 0) { return std::nullopt; }
    const OnnxType* type = id > 0 && id < 1000 ? find_type(static_cast<int>(id)) : nullptr;
    if (type == nullptr) { throw NodeFault("attribute 'dtype' is " + std::to_string(id)); }
    return type->type;
}

}  // namespace

void translate_random(const NodeReader& node, const char* name) {
    constexpr std::int64_t kFloat = 1, kInt32 = 6;
    RandomNumbers op;
    op.name = name;
    if (node.inputs.empty()) {
        op.dims = node.attributes.integers("shape");
        op.type = type_of(node, kFloat);
    } else if (op.name == "Multinomial") {
        op.samples = node.attributes.integer("sample_size", 1);
        op.type = type_of(node, kInt32);
        if (op.samples < 1) { throw NodeFault("attribute 'sample_size' is " + std::to_string(op.samples)); }
    } else {
        op.type = type_of(node, 0);
    }
    node.add(std::move(op));
}

}  // namespace tidegate
