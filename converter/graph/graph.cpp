// SPDX-License-Identifier: MIT
#include "graph/graph.h"

#include <algorithm>
#include <stdexcept>

#include "graph/text.h"

namespace tidegate {
namespace {

/// Walks the graph in order and keeps, per value, whether something has made it by now.
class Checker {
public:
    explicit Checker(const Graph& graph)
        : graph_(graph), made_(graph.values.size(), false), gone_(graph.values.size(), false) {}

    void run() {
        for (std::size_t id = 0; id < graph_.values.size(); ++id) { constant(static_cast<ValueId>(id)); }
        for (const GraphInput& input : graph_.inputs) { make(input.value, "the inputs"); }
        for (const StateLink& state : graph_.states) { make(state.input, "state " + in_quotes(state.name)); }
        for (const Node& node : graph_.nodes) {
            const std::string where = "node '" + node.name + "'";
            if (node.name.empty()) { throw std::logic_error("a node has no name"); }
            for (const ValueId id : node.inputs) {
                if (id != kNone) { use(id, where); }
            }
            if (const auto* end = std::get_if<LoopEnd>(&node.op)) { close(*end, where); }
            for (const ValueId id : node.outputs) {
                if (id != kNone) { make(id, where); }
            }
            if (const auto* begin = std::get_if<LoopBegin>(&node.op)) { open_.push_back({begin->loop, {}}); }
        }
        if (!open_.empty()) { throw std::logic_error("loop " + std::to_string(open_.back().loop) + " has no end"); }
        for (const GraphOutput& output : graph_.outputs) { use(output.value, "output " + in_quotes(output.name)); }
        for (const StateLink& state : graph_.states) { use(state.output, "state " + in_quotes(state.name)); }
    }

private:
    const Value& at(ValueId id, const std::string& where) const {
        if (id < 0 || static_cast<std::size_t>(id) >= graph_.values.size()) {
            throw std::logic_error(where + " names value " + std::to_string(id) + ", which does not exist");
        }
        return graph_.values[static_cast<std::size_t>(id)];
    }

    void constant(ValueId id) {
        const Value& value = at(id, "the graph");
        if (!value.is_known()) { return; }
        if (value.elements && (value.constant || !value.dims ||
                               element_count(*value.dims) != static_cast<std::int64_t>(value.elements->size()))) {
            throw std::logic_error("value " + in_quotes(value.name) + " contradicts its elements");
        }
        if (value.constant &&
            (value.constant->type != value.type || (value.dims && *value.dims != value.constant->dims))) {
            throw std::logic_error("value " + in_quotes(value.name) + " contradicts its constant");
        }
        make(id, "the constants");
    }

    void make(ValueId id, const std::string& where) {
        const Value& value = at(id, where);
        if (made_[static_cast<std::size_t>(id)]) {
            throw std::logic_error("value " + in_quotes(value.name) + " is made a second time by " + where);
        }
        made_[static_cast<std::size_t>(id)] = true;
        if (!open_.empty()) { open_.back().made.push_back(id); }
    }

    /// What was made inside of a loop is no longer there behind it.
    void close(const LoopEnd& end, const std::string& where) {
        if (open_.empty() || open_.back().loop != end.loop) {
            throw std::logic_error(where + " ends loop " + std::to_string(end.loop) + ", which is not the innermost");
        }
        for (const ValueId id : open_.back().made) { gone_[static_cast<std::size_t>(id)] = true; }
        open_.pop_back();
    }

    void use(ValueId id, const std::string& where) const {
        const Value& value = at(id, where);
        if (!made_[static_cast<std::size_t>(id)]) {
            throw std::logic_error(where + " uses value " + in_quotes(value.name) + " before anything has made it");
        }
        if (gone_[static_cast<std::size_t>(id)]) {
            throw std::logic_error(where + " uses value " + in_quotes(value.name) + " of a loop that has ended");
        }
    }

    struct OpenLoop {
        int loop;
        std::vector<ValueId> made;
    };

    const Graph& graph_;
    std::vector<bool> made_;
    std::vector<bool> gone_;
    std::vector<OpenLoop> open_;
};

std::shared_ptr<const Body> replaced(const Body& body, ValueId from, ValueId to);

void replace_inputs(std::vector<Node>& nodes, ValueId from, ValueId to) {
    for (Node& node : nodes) {
        std::replace(node.inputs.begin(), node.inputs.end(), from, to);
        if (auto* branches = std::get_if<If>(&node.op)) {
            branches->then = replaced(*branches->then, from, to);
            branches->otherwise = replaced(*branches->otherwise, from, to);
        }
    }
}

std::shared_ptr<const Body> replaced(const Body& body, ValueId from, ValueId to) {
    auto copy = std::make_shared<Body>(body);
    replace_inputs(copy->nodes, from, to);
    std::replace(copy->outputs.begin(), copy->outputs.end(), from, to);
    return copy;
}

}  // namespace

void Graph::add_own(const Tensor& constant) {
    const std::int64_t growth = size_of(constant.type) == 1 ? 4 : 8;  // an element takes 8 bytes here, 1 to 8 in a file
    elements_left += growth * constant.count();
}

bool Graph::afford(std::int64_t count) {
    if (count > elements_left) { return false; }
    elements_left -= count;
    return true;
}

ValueId Graph::add_value(std::string value_name, ElementType type, std::optional<Extents> dims) {
    values.push_back({std::move(value_name), type, std::move(dims), nullptr});
    return static_cast<ValueId>(values.size()) - 1;
}

ValueId Graph::add_constant(std::string value_name, Tensor tensor) {
    const ValueId id = add_value(std::move(value_name), tensor.type, tensor.dims);
    values.back().constant = std::make_shared<const Tensor>(std::move(tensor));
    return id;
}

ValueId Graph::add_list(std::string value_name, const Extents& list) {
    const auto count = static_cast<std::int64_t>(list.size());
    if (list.are_constant()) { return add_constant(std::move(value_name), Tensor::of_i64({count}, list.constants())); }
    const ValueId id = add_value(std::move(value_name), ElementType::i64, Extents{count});
    values.back().elements = std::make_shared<const Extents>(list);
    return id;
}

std::optional<Extents> Graph::elements(ValueId id) const {
    if (id == kNone) { return std::nullopt; }
    const Value& value = values[static_cast<std::size_t>(id)];
    if (value.elements) { return *value.elements; }
    if (!value.constant || value.constant->is_real()) { return std::nullopt; }
    return Extents(value.constant->integers);
}

const Tensor* Graph::constant(ValueId id) const {
    return id == kNone ? nullptr : values[static_cast<std::size_t>(id)].constant.get();
}

void Graph::replace_uses(ValueId from, ValueId to) {
    replace_inputs(nodes, from, to);
    for (GraphOutput& output : outputs) {
        if (output.value == from) { output.value = to; }
    }
    for (StateLink& state : states) {
        if (state.output == from) { state.output = to; }
    }
}

std::size_t begin_of_loop(const std::vector<Node>& nodes, int loop) {
    for (std::size_t i = nodes.size(); i-- > 0;) {
        const auto* begin = std::get_if<LoopBegin>(&nodes[i].op);
        if (begin != nullptr && begin->loop == loop) { return i; }
    }
    throw std::logic_error("loop " + std::to_string(loop) + " has no beginning");
}

std::size_t end_of_loop(const std::vector<Node>& nodes, std::size_t from, int loop) {
    for (std::size_t i = from; i < nodes.size(); ++i) {
        const auto* end = std::get_if<LoopEnd>(&nodes[i].op);
        if (end != nullptr && end->loop == loop) { return i; }
    }
    throw std::logic_error("loop " + std::to_string(loop) + " has no end");
}

void check(const Graph& graph) { Checker(graph).run(); }

}  // namespace tidegate
