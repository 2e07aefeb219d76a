// SPDX-License-Identifier: MIT
// One ONNX node as several of the graph. Shapes are written with Shape, which folds away. Inside read/ only.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "read/node_reader.h"

namespace tidegate {

/// Makes nodes and names what is between them.
class Parts {
public:
    explicit Parts(const NodeReader& node) : node_(node) {}

    ValueId made(Op op, std::vector<ValueId> from) { return node_.made(suffix(), std::move(op), std::move(from)); }
    ValueId list(std::vector<std::int64_t> values) { return node_.list(suffix(), std::move(values)); }
    ValueId number(std::int64_t value) {
        return node_.context.graph.add_constant(node_.name + "." + suffix(), Tensor{ElementType::i64, {}, {}, {value}});
    }
    ValueId binary(BinaryKind kind, ValueId a, ValueId b) { return made(Binary{kind}, {a, b}); }
    ValueId reshaped(ValueId x, ValueId shape) { return made(Reshape{}, {x, shape}); }
    ValueId unsqueezed(ValueId x, std::int64_t axis) { return made(Unsqueeze{}, {x, list({axis})}); }
    ValueId integers(ValueId x) { return made(Cast{ElementType::i64}, {x}); }
    ValueId joined(std::vector<ValueId> lists) { return made(Concat{0}, std::move(lists)); }
    /// dims[first, last) of x as a list.
    ValueId dims(ValueId x, std::int64_t first, std::int64_t last = INT64_MAX) {
        return made(Slice{}, {made(Shape{}, {x}), list({first}), list({last})});
    }
    /// One extent of x as a scalar.
    ValueId extent(ValueId x, std::int64_t axis) { return made(Gather{0}, {made(Shape{}, {x}), number(axis)}); }
    ValueId counted_to(ValueId n) { return made(Range{}, {number(0), n, number(1)}); }

private:
    std::string suffix() { return "part" + std::to_string(next_++); }

    const NodeReader& node_;
    int next_ = 0;
};

}  // namespace tidegate
