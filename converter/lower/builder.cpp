// SPDX-License-Identifier: MIT
#include "lower/builder.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "format/check.h"
#include "graph/text.h"
#include "lower/weights.h"

namespace tidegate {
namespace {

std::size_t index(int id) { return static_cast<std::size_t>(id); }

/// Elements when every extent is the largest that it can be.
std::uint64_t most_elements(const Extents& dims) {
    Dims largest;
    for (const Extent& extent : dims) { largest.push_back(extent.highest()); }
    return static_cast<std::uint64_t>(element_count(largest));
}

void check_dims(const Extents& dims) {
    if (dims.size() > format::kMaxRank) {
        throw ConvertError("a tensor of shape " + to_text(dims) + " has more than " + std::to_string(format::kMaxRank) +
                           " axes; merge some with a Reshape");
    }
    for (const Extent& extent : dims) {
        if (extent.planned() < 1) {
            throw ConvertError("a tensor of shape " + to_text(dims) + " has no elements; bind larger dimensions");
        }
    }
    if (most_elements(dims) > format::kMaxElements) {
        throw ConvertError("a tensor of shape " + to_text(dims) + " has more than " +
                           std::to_string(format::kMaxElements) + " elements; bind smaller dimensions");
    }
}

}  // namespace

Builder::Builder(const Graph& graph)
    : graph_(graph),
      bound_(graph.values.size(), -1),
      uses_(graph.values.size(), 0),
      last_reader_(graph.values.size(), nullptr),
      producers_(graph.values.size(), nullptr) {
    for (const Node& node : graph.nodes) {
        for (const ValueId id : node.inputs) {
            if (id == kNone) { continue; }
            ++uses_[index(id)];
            last_reader_[index(id)] = &node;
        }
        for (const ValueId id : node.outputs) {
            if (id != kNone) { producers_[index(id)] = &node; }
        }
    }
    const auto leaves = [this](ValueId id) {
        ++uses_[index(id)];
        last_reader_[index(id)] = nullptr;
    };
    for (const GraphOutput& output : graph.outputs) { leaves(output.value); }
    for (const StateLink& state : graph.states) { leaves(state.output); }
}

Extents Builder::dims(ValueId id) const {
    const Value& value = graph_.values[index(id)];
    if (value.dims) { return *value.dims; }
    if (value.constant) { return value.constant->dims; }
    throw std::logic_error("value " + in_quotes(value.name) + " came to lowering without a shape");
}

ElementType Builder::type(ValueId id) const {
    const Value& value = graph_.values[index(id)];
    return value.constant ? value.constant->type : value.type;
}

const std::string& Builder::name(ValueId id) const { return graph_.values[index(id)].name; }

bool Builder::wanted(ValueId id) const { return id != kNone && uses_[index(id)] > 0; }

const Node* Builder::sole_reader(ValueId id) const { return uses_[index(id)] == 1 ? last_reader_[index(id)] : nullptr; }

const Node* Builder::producer(ValueId id) const { return producers_[index(id)]; }

TensorId Builder::tensor(ValueId id) {
    if (id == kNone) { return -1; }
    TensorId& bound = bound_[index(id)];
    if (bound < 0) {
        if (graph_.values[index(id)].elements) {
            if (!listed_.empty()) { listed_.back().push_back(id); }
            return bound = listed(id);
        }
        const Tensor* value = graph_.constant(id);
        if (value == nullptr) { throw std::logic_error("value " + in_quotes(name(id)) + " is read before it is made"); }
        bound = constant(*value, name(id));
    }
    return bound;
}

void Builder::leave_loop() {
    for (const ValueId id : listed_.back()) { bound_[index(id)] = -1; }
    listed_.pop_back();
}

/// The runtime lists i64 and i32.
TensorId Builder::listed(ValueId id) {
    const Value& value = graph_.values[index(id)];
    const bool is_listed = value.type == ElementType::i32 || value.type == ElementType::i64;
    const Extents flat = {static_cast<std::int64_t>(value.elements->size())};
    TensorId list = make(is_listed ? value.type : ElementType::i64, flat);
    add(value.name, step::ExtentList{*value.elements}, {}, {list});
    if (!is_listed) {
        const TensorId cast = make(value.type, flat);
        add(value.name, step::Cast{}, {list}, {cast});
        list = cast;
    }
    return shaped(list, *value.dims);
}

TensorId Builder::make(ElementType type, const Extents& dims) {
    check_dims(dims);
    const std::uint64_t bytes = most_elements(dims) * size_of(type);
    program_.buffers.push_back({bytes, 0, 0, 0});
    program_.tensors.push_back({type, dims, nullptr, static_cast<BufferId>(program_.buffers.size()) - 1, 0});
    return static_cast<TensorId>(program_.tensors.size()) - 1;
}

TensorId Builder::constant(Tensor tensor, const std::string& name) {
    check_dims(tensor.dims);
    for (double& value : tensor.reals) {
        if (std::isnan(value)) {
            throw ConvertError("the constant " + in_quotes(name) + " holds NaN; export the model again");
        }
        value = without_subnormals(static_cast<float>(value));
    }
    auto shared = std::make_shared<const Tensor>(std::move(tensor));
    program_.tensors.push_back({shared->type, shared->dims, shared, -1, 0});
    return static_cast<TensorId>(program_.tensors.size()) - 1;
}

TensorId Builder::view(TensorId whole, const Extents& dims, std::int64_t first_element) {
    check_dims(dims);
    ProgramTensor part = at(whole);
    if (part.constant) {
        Tensor copy{part.type, dims.constants(), {}, {}};
        const std::int64_t end = first_element + copy.count();
        const auto cut = [&](const auto& from, auto& to) {
            to.assign(from.begin() + first_element, from.begin() + end);
        };
        copy.is_real() ? cut(part.constant->reals, copy.reals) : cut(part.constant->integers, copy.integers);
        part.constant = std::make_shared<const Tensor>(std::move(copy));
    }
    part.dims = dims;
    if (!part.constant) {
        part.offset += static_cast<std::uint64_t>(first_element) * size_of(part.type);
        std::uint64_t& bytes = program_.buffers[index(part.buffer)].bytes;  // bounds of a view may be wider
        bytes = std::max(bytes, part.offset + most_elements(dims) * size_of(part.type));
    }
    program_.tensors.push_back(std::move(part));
    return static_cast<TensorId>(program_.tensors.size()) - 1;
}

TensorId Builder::shaped(TensorId tensor, const Extents& dims) {
    if (at(tensor).dims == dims) { return tensor; }
    const Extent have = element_count(at(tensor).dims), want = element_count(dims);
    if (have.is_constant() && want.is_constant() && !(have == want)) {
        throw std::logic_error("a view of " + to_text(at(tensor).dims) + " cannot have the shape " + to_text(dims));
    }
    return view(tensor, dims);
}

TensorId Builder::define(ValueId id) {
    if (!wanted(id)) { return -1; }
    const TensorId made = make(type(id), dims(id));
    bind(id, made);
    return made;
}

void Builder::bind(ValueId id, TensorId tensor) { bound_[index(id)] = shaped(tensor, dims(id)); }

void Builder::add(const Node& node, StepParams params, std::vector<TensorId> inputs, std::vector<TensorId> outputs) {
    add(node.name, std::move(params), std::move(inputs), std::move(outputs));
}

void Builder::add(const std::string& name, StepParams params, std::vector<TensorId> inputs,
                  std::vector<TensorId> outputs) {
    program_.steps.push_back({name, std::move(params), std::move(inputs), std::move(outputs), -1});
}

}  // namespace tidegate
