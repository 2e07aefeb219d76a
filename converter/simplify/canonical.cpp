// SPDX-License-Identifier: MIT
#include "simplify/canonical.h"

#include "simplify/rebuild.h"

namespace tidegate {
namespace {

class Canonical {
public:
    explicit Canonical(Graph& graph) : walk_(graph) {}
    void run() {
        walk_.run([this](Node node) { visit(std::move(node)); });
    }

private:
    void visit(Node node) {
        if (is_same(node)) {
            walk_.replace(node.outputs[0], node.inputs[0]);
        } else if (is_renaming(node)) {
            reshape(node.name, node.inputs[0], node.outputs[0]);
        } else if (std::holds_alternative<Transpose>(node.op)) {
            transpose(std::move(node));
        } else if (std::holds_alternative<Softmax>(node.op)) {
            softmax(std::move(node));
        } else {
            walk_.emit(std::move(node));
        }
    }

    /// Is the first output the first input?
    bool is_same(const Node& node) const {
        const auto keeps_dims = [&] { return walk_.dims(node.inputs[0]) == walk_.dims(node.outputs[0]); };
        return std::visit(Overloaded{
                              [](const Identity&) { return true; },
                              [&](const Cast& op) { return walk_.type(node.inputs[0]) == op.to; },
                              [&](const Expand&) { return keeps_dims(); },
                              [&](const Concat&) { return node.inputs.size() == 1; },
                              [&](const Split&) { return node.outputs.size() == 1 && node.outputs[0] != kNone; },
                              [&](const Slice&) { return keeps_dims() && keeps_order(node); },
                              [](const auto&) { return false; },
                          },
                          node.op);
    }

    /// A Slice of everything, unless it walks backwards.
    bool keeps_order(const Node& slice) const {
        if (slice.inputs.size() < 5) { return true; }
        for (const std::int64_t step : walk_.graph().constant(slice.inputs[4])->integers) {
            if (step < 0) { return false; }
        }
        return true;
    }

    static bool is_renaming(const Node& node) {
        return std::holds_alternative<Reshape>(node.op) || std::holds_alternative<Squeeze>(node.op) ||
               std::holds_alternative<Unsqueeze>(node.op) || std::holds_alternative<Flatten>(node.op);
    }

    void reshape(const std::string& name, ValueId data, ValueId result) {
        if (const Node* before = walk_.made_by<Reshape>(data)) { data = before->inputs[0]; }
        walk_.emit_reshape(name, data, result);
    }

    /// Do the axes with more than one element keep their order?
    static bool moves_only_ones(const Extents& dims, const std::vector<std::int64_t>& perm) {
        std::int64_t last = -1;
        for (const std::int64_t axis : perm) {
            if (dims[static_cast<std::size_t>(axis)] == 1) { continue; }
            if (axis < last) { return false; }
            last = axis;
        }
        return true;
    }

    void transpose(Node node) {
        std::vector<std::int64_t> perm = std::get<Transpose>(node.op).perm;
        ValueId data = node.inputs[0];
        if (const Node* before = walk_.made_by<Transpose>(data)) {
            const std::vector<std::int64_t>& first = std::get<Transpose>(before->op).perm;
            for (std::int64_t& axis : perm) { axis = first[static_cast<std::size_t>(axis)]; }
            data = before->inputs[0];
        }
        if (moves_only_ones(walk_.dims(data), perm)) { return reshape(node.name, data, node.outputs[0]); }
        node.op = Transpose{std::move(perm)};
        node.inputs = {data};
        walk_.emit(std::move(node));
    }

    void softmax(Node node) {
        const Node* before = walk_.made_by<Reshape>(node.inputs[0]);
        const Extents to = walk_.dims(node.inputs[0]);
        const Extents from = before != nullptr ? walk_.dims(before->inputs[0]) : Extents{};
        const auto axis = std::get<Softmax>(node.op).axis;
        const bool over_last = axis + 1 == static_cast<std::int64_t>(to.size());
        if (!over_last || from.empty() || from.back() != to.back()) { return walk_.emit(std::move(node)); }

        const ValueId data = before->inputs[0];
        const ValueId result = node.outputs[0];
        const ValueId middle = walk_.graph().add_value(node.name + ".rows", ElementType::f32, from);
        std::get<Softmax>(node.op).axis = static_cast<std::int64_t>(from.size()) - 1;
        node.inputs = {data};
        node.outputs = {middle};
        const std::string name = node.name;
        walk_.emit(std::move(node));
        reshape(name + ".reshape", middle, result);
    }

    Rebuild walk_;
};

}  // namespace

void canonicalise(Graph& graph) { Canonical(graph).run(); }

}  // namespace tidegate
