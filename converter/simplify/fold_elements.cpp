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

    /// Division truncates towards zero, which is rounding down where nothing is negative.
    static std::optional<Extent> computed(BinaryKind kind, const Extent& a, const Extent& b) {
        switch (kind) {
            case BinaryKind::add:
                return a + b;
            case BinaryKind::subtract:
                return a - b;
            case BinaryKind::multiply:
                return a * b;
            case BinaryKind::divide:
                if (a.lowest() >= 0 && b.lowest() >= 1) { return floor_divide(a, b); }
                break;
            default:
                break;
        }
        return std::nullopt;
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
        constexpr std::int64_t kExactFloats = std::int64_t{1} << 24;
        const bool is_f32 = type == ElementType::f32;
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
