// SPDX-License-Identifier: MIT
#include "simplify/fold_elements.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "reference/evaluate.h"
#include "reference/shapes_reduce.h"

namespace tidegate {
namespace {

using Results = std::optional<std::vector<Extents>>;

class ElementFolder {
public:
    ElementFolder(const Graph& graph, const Node& node) : graph_(graph), node_(node) {}

    Results run() {
        constexpr std::int64_t kMostElements = 4096;
        for (const ValueId id : node_.outputs) {
            if (id == kNone) { continue; }
            const Extents& dims = *value(id).dims;
            if (!dims.are_constant() || element_count(dims.constants()) > kMostElements) { return std::nullopt; }
        }
        if (const auto* op = std::get_if<Binary>(&node_.op)) { return binary(op->kind); }
        if (const auto* op = std::get_if<Cast>(&node_.op)) { return cast(op->to); }
        if (const auto* op = std::get_if<Reduce>(&node_.op)) { return reduce(*op); }
        if (std::holds_alternative<Select>(node_.op)) { return select(); }
        return moved() > 0 ? move() : std::nullopt;
    }

private:
    std::size_t moved() const { return moved_inputs(node_.op, node_.inputs.size()); }
    const Value& value(ValueId id) const { return graph_.values[static_cast<std::size_t>(id)]; }

    /// The elements get numbers; the reference moves those, and what stands at a place afterwards is looked up.
    Results move() {
        Extents table;
        std::vector<Tensor> numbers(node_.inputs.size());
        std::vector<const Tensor*> inputs;
        for (std::size_t i = 0; i < node_.inputs.size(); ++i) {
            inputs.push_back(graph_.constant(node_.inputs[i]));
            if (i < moved()) {
                const std::optional<Extents> elements = graph_.elements(node_.inputs[i]);
                if (!elements) { return std::nullopt; }
                numbers[i] = numbered(*value(node_.inputs[i]).dims, static_cast<std::int64_t>(table.size()));
                table.insert(table.end(), elements->begin(), elements->end());
                inputs[i] = &numbers[i];
            } else if (node_.inputs[i] != kNone && inputs[i] == nullptr) {
                return std::nullopt;
            }
        }
        std::vector<Extents> results;
        for (const Tensor& result : evaluate(node_, inputs)) { results.push_back(looked_up(result, table)); }
        return results;
    }

    static Tensor numbered(const Extents& dims, std::int64_t first) {
        Tensor tensor = Tensor::zeros(ElementType::i64, dims.constants());
        std::iota(tensor.integers.begin(), tensor.integers.end(), first);
        return tensor;
    }

    static Extents looked_up(const Tensor& numbers, const Extents& table) {
        Extents result;
        for (const std::int64_t number : numbers.integers) {
            result.push_back(table[static_cast<std::size_t>(number)]);
        }
        return result;
    }

    /// Operand i, broadcast to the result.
    std::optional<Extents> operand(std::size_t i) const {
        const std::optional<Extents> elements = graph_.elements(node_.inputs[i]);
        if (!elements) { return std::nullopt; }
        const Dims to = value(node_.outputs[0]).dims->constants();
        const Tensor shape = Tensor::of_i64({static_cast<std::int64_t>(to.size())}, to);
        const Tensor numbers = numbered(*value(node_.inputs[i]).dims, 0);
        return looked_up(evaluate({node_.name, Expand{}, {0, 1}, {2}}, {&numbers, &shape})[0], *elements);
    }

    Results binary(BinaryKind kind) const {
        const std::optional<Extents> a = operand(0), b = operand(1);
        if (!a || !b || value(node_.inputs[0]).type == ElementType::f32) { return std::nullopt; }
        Extents result;
        for (std::size_t i = 0; i < a->size(); ++i) {
            const std::optional<Extent> element = computed(kind, (*a)[i], (*b)[i]);
            if (!element) { return std::nullopt; }
            result.push_back(*element);
        }
        return fitting(std::move(result), value(node_.outputs[0]).type);
    }

    /// Division and the remainders truncate or round down: the same where nothing is negative. A comparison is known
    /// where it has one answer for all values of the symbols.
    static std::optional<Extent> computed(BinaryKind kind, const Extent& a, const Extent& b) {
        const bool divides = a.lowest() >= 0 && b.lowest() >= 1;
        switch (kind) {
            case BinaryKind::add:
                return a + b;
            case BinaryKind::subtract:
                return a - b;
            case BinaryKind::multiply:
                return a * b;
            case BinaryKind::minimum:
                return minimum(a, b);
            case BinaryKind::maximum:
                return maximum(a, b);
            case BinaryKind::divide:
                return divides ? std::optional(floor_divide(a, b)) : std::nullopt;
            case BinaryKind::modulo:
            case BinaryKind::remainder:
                return divides ? std::optional(a - floor_divide(a, b) * b) : std::nullopt;
            case BinaryKind::equal:
                return decided(a == b, always_at_most(a + 1, b) || always_at_most(b + 1, a));
            case BinaryKind::less:
                return decided(always_at_most(a + 1, b), always_at_most(b, a));
            case BinaryKind::less_or_equal:
                return decided(always_at_most(a, b), always_at_most(b + 1, a));
            default:
                return std::nullopt;
        }
    }

    /// A truth value as a number, if it is sure either way.
    static std::optional<Extent> decided(bool always, bool never) {
        if (!always && !never) { return std::nullopt; }
        return Extent(always ? 1 : 0);
    }

    /// Each element from the operand that its condition, which must be known, says.
    Results select() const {
        const std::optional<Extents> condition = operand(0), a = operand(1), b = operand(2);
        if (!condition || !a || !b || !condition->are_constant()) { return std::nullopt; }
        Extents result;
        result.reserve(a->size());
        for (std::size_t i = 0; i < a->size(); ++i) {
            result.push_back((*condition)[i].constant() != 0 ? (*a)[i] : (*b)[i]);
        }
        return fitting(std::move(result), value(node_.outputs[0]).type);
    }

    Results reduce(const Reduce& op) const {
        const Value& x = value(node_.inputs[0]);
        const std::optional<Extents> elements = graph_.elements(node_.inputs[0]);
        const std::optional<Extents> list = node_.inputs.size() > 1 ? graph_.elements(node_.inputs[1]) : std::nullopt;
        if (!elements || elements->empty() || x.type == ElementType::f32 || op.kind == ReduceKind::mean) {
            return std::nullopt;
        }
        const Dims dims = x.dims->constants(), axes = list ? list->constants() : Dims{};
        std::vector<std::optional<Extent>> joined(
            static_cast<std::size_t>(element_count(value(node_.outputs[0]).dims->constants())));
        const std::vector<std::size_t> places = reduced_places(dims, reduced_axes(op, &axes, dims.size()));
        for (std::size_t i = 0; i < places.size(); ++i) {
            std::optional<Extent>& place = joined[places[i]];
            place = place ? computed(op.kind, *place, (*elements)[i]) : (*elements)[i];
        }
        Extents result;
        for (const std::optional<Extent>& place : joined) { result.push_back(place.value()); }
        return fitting(std::move(result), x.type);
    }

    static Extent computed(ReduceKind kind, const Extent& a, const Extent& b) {
        switch (kind) {
            case ReduceKind::product:
                return a * b;
            case ReduceKind::minimum:
                return minimum(a, b);
            case ReduceKind::maximum:
                return maximum(a, b);
            default:
                return a + b;
        }
    }

    Results cast(ElementType to) const {
        std::optional<Extents> elements = graph_.elements(node_.inputs[0]);
        return elements ? fitting(std::move(*elements), to) : std::nullopt;
    }

    /// The type must hold every value exactly.
    static Results fitting(Extents elements, ElementType type) {
        const bool is_f32 = type == ElementType::f32;
        if (type == ElementType::boolean && elements.are_constant()) { return Results({std::move(elements)}); }
        if (!is_f32 && type != ElementType::i32 && type != ElementType::i64) { return std::nullopt; }
        for (const Extent& element : elements) {
            const std::int64_t low = is_f32 ? -kExactFloats : INT32_MIN, high = is_f32 ? kExactFloats : INT32_MAX;
            if (type != ElementType::i64 && (element.lowest() < low || element.highest() > high)) {
                return std::nullopt;
            }
        }
        return Results({std::move(elements)});
    }

    const Graph& graph_;
    const Node& node_;
};

}  // namespace

std::optional<std::vector<Extents>> folded_elements(const Graph& graph, const Node& node) {
    try {
        return ElementFolder(graph, node).run();
    } catch (const std::length_error&) { return std::nullopt; }  // beyond 64 bits
}

}  // namespace tidegate
