// SPDX-License-Identifier: MIT
#include "simplify/expand_normalization.h"

#include <numeric>

#include "reference/shapes_reduce.h"
#include "simplify/rebuild.h"

namespace tidegate {
namespace {

class NormalizationExpander {
public:
    explicit NormalizationExpander(Graph& graph) : walk_(graph) {}
    void run() {
        walk_.run([this](Node node) {
            if (std::holds_alternative<Normalization>(node.op)) {
                expand(node, std::get<Normalization>(node.op));
            } else {
                walk_.emit(std::move(node));
            }
        });
    }

private:
    ValueId make(const Node& node, const char* suffix, Op op, std::vector<ValueId> from, const Extents& dims) {
        const std::string name = node.name + "." + suffix;
        const ValueId made = walk_.graph().add_value(name, ElementType::f32, dims);
        walk_.emit({name, std::move(op), std::move(from), {made}});
        return made;
    }
    ValueId binary(const Node& node, const char* suffix, BinaryKind kind, ValueId a, ValueId b) {
        return make(node, suffix, Binary{kind}, {a, b}, broadcast_dims(walk_.dims(a), walk_.dims(b)));
    }
    ValueId unary(const Node& node, const char* suffix, Function function, ValueId x) {
        return make(node, suffix, Unary{function}, {x}, walk_.dims(x));
    }
    ValueId shaped(const Node& node, const char* suffix, ValueId x, const Extents& dims) {
        if (walk_.dims(x) == dims) { return x; }
        const ValueId made = walk_.graph().add_value(node.name + "." + suffix, ElementType::f32, dims);
        const ValueId list = walk_.graph().add_list(node.name + "." + suffix + ".dims", dims);
        walk_.emit({node.name + "." + suffix, Reshape{}, {x, list}, {made}});
        return made;
    }
    void finish(const Node& node, std::size_t output, ValueId value) {
        if (node.output(output) != kNone) { walk_.emit_reshape(node.name, value, node.output(output)); }
    }

    void expand(const Node& node, const Normalization& op) {
        const Extents dims = walk_.dims(node.inputs[0]);
        const auto [axis, view] = normalized_view(op, dims);
        Dims behind(view.size() - axis);
        std::iota(behind.begin(), behind.end(), static_cast<std::int64_t>(axis));
        const ValueId axes = walk_.graph().add_list(node.name + ".axes", behind);
        Extents rows = view;
        for (std::size_t i = axis; i < rows.size(); ++i) { rows[i] = 1; }

        const Reduce by_mean{ReduceKind::mean, true, true};
        const ValueId x = shaped(node, "rows", node.inputs[0], view);
        const ValueId mean = op.centered ? make(node, "mean", by_mean, {x, axes}, rows) : kNone;
        const ValueId centered = op.centered ? binary(node, "centered", BinaryKind::subtract, x, mean) : x;
        const ValueId square = binary(node, "square", BinaryKind::multiply, centered, centered);
        const ValueId variance = make(node, "variance", by_mean, {square, axes}, rows);
        const ValueId shifted = unary(node, "shifted", {UnaryKind::affine, 1, op.epsilon}, variance);
        const ValueId deviation = unary(node, "deviation", {UnaryKind::square_root, 0, 0}, shifted);
        ValueId y = binary(node, "normal", BinaryKind::divide, centered, deviation);
        if (!op.by_group) { y = shaped(node, "whole", y, dims); }
        for (const std::size_t i : {1, 2}) {
            if (node.input(i) == kNone) { continue; }
            const Extents along = channel_dims(op, walk_.dims(node.inputs[i]), dims);
            const ValueId by = shaped(node, i == 1 ? "scale" : "bias", node.inputs[i], along);
            y = i == 1 ? binary(node, "scaled", BinaryKind::multiply, y, by)
                       : binary(node, "sum", BinaryKind::add, y, by);
        }
        finish(node, 0, y);
        finish(node, 1, mean);
        if (node.output(2) != kNone) {
            finish(node, 2, unary(node, "inverse", {UnaryKind::reciprocal, 0, 0}, deviation));
        }
    }

    Rebuild walk_;
};

}  // namespace

void expand_normalization(Graph& graph) { NormalizationExpander(graph).run(); }

}  // namespace tidegate
