// SPDX-License-Identifier: MIT
// What the caller and the session hold: inputs, outputs, states. Each has a buffer of its own.
#include <algorithm>
#include <set>

#include "format/check.h"
#include "graph/text.h"
#include "lower/nodes.h"

namespace tidegate {
namespace {

Dims largest(const Extents& dims) {
    Dims result;
    for (const Extent& extent : dims) { result.push_back(extent.highest()); }
    return result;
}

/// The buffers that something outside the steps reads or writes.
class Owners {
public:
    explicit Owners(Builder& builder) : builder_(builder) {
        const Program& program = builder.program();
        for (const ProgramPort& port : program.inputs) { held_.insert(builder.at(port.tensor).buffer); }
        for (const ProgramState& state : program.states) { held_.insert(builder.at(state.input).buffer); }
    }

    /// The tensor itself if it fills a buffer that is no other output, else a copy.
    TensorId output(TensorId tensor, const std::string& name) {
        return fills_a_buffer(tensor) && outputs_.insert(builder_.at(tensor).buffer).second ? tensor
                                                                                            : copy(tensor, name);
    }
    /// The tensor itself if it fills a buffer, be it an output's: the session only reads it, after the run.
    TensorId next_state(TensorId tensor, const std::string& name) {
        return fills_a_buffer(tensor) ? tensor : copy(tensor, name);
    }

private:
    /// One that the steps have made.
    bool fills_a_buffer(TensorId tensor) const {
        const ProgramTensor& t = builder_.at(tensor);
        return !t.constant && t.offset == 0 && !held_.contains(t.buffer) &&
               builder_.program().buffers[static_cast<std::size_t>(t.buffer)].bytes ==
                   static_cast<std::uint64_t>(element_count(largest(t.dims))) * size_of(t.type);
    }

    TensorId copy(TensorId tensor, const std::string& name) {
        const ProgramTensor t = builder_.at(tensor);
        const TensorId made = builder_.make(t.type, t.dims);
        builder_.add(name, step::Expand{}, {tensor}, {made});
        return made;
    }

    Builder& builder_;
    std::set<BufferId> held_;  ///< of inputs and of states
    std::set<BufferId> outputs_;
};

/// The value that `id` is a copy of, with another shape or integer type.
ValueId origin(const Builder& builder, ValueId id) {
    const auto is_integer = [&](ValueId v) {
        return builder.type(v) == ElementType::i32 || builder.type(v) == ElementType::i64;
    };
    while (const Node* node = builder.producer(id)) {
        const Op& op = node->op;
        const bool reshapes = std::holds_alternative<Identity>(op) || std::holds_alternative<Reshape>(op) ||
                              std::holds_alternative<Squeeze>(op) || std::holds_alternative<Unsqueeze>(op) ||
                              std::holds_alternative<Flatten>(op) || std::holds_alternative<Expand>(op);
        if (!reshapes && !(std::holds_alternative<Cast>(op) && is_integer(node->inputs[0]))) { break; }
        id = node->inputs[0];
    }
    return id;
}

/// The runtime finds ports and states by name, as a C string.
template <class Named>
void check_names(const std::vector<Named>& list, const char* what) {
    std::set<std::string> seen;
    for (const Named& item : list) {
        if (item.name.empty() || item.name.size() > format::kMaxName || item.name.find('\0') != std::string::npos) {
            throw ConvertError(std::string(what) + " " + in_quotes(item.name) + ": a name has 1 to " +
                               std::to_string(format::kMaxName) + " bytes, none of them zero; rename it");
        }
        if (!seen.insert(item.name).second) {
            throw ConvertError(std::string(what) + " " + in_quotes(item.name) + " exists twice; rename one");
        }
    }
}

void lower_state(Builder& builder, const StateLink& state) {
    if (builder.type(state.input) != ElementType::f32) {
        throw ConvertError("state " + in_quotes(state.name) + " is " + name_of(builder.type(state.input)) +
                           "; only f32 can live in the session");
    }
    if (!(builder.dims(state.input) == builder.dims(state.output)) ||
        builder.type(state.input) != builder.type(state.output)) {
        throw ConvertError("state " + in_quotes(state.name) + ": input " + in_quotes(builder.name(state.input)) +
                           " is " + name_of(builder.type(state.input)) + to_text(builder.dims(state.input)) +
                           ", but output " + in_quotes(builder.name(state.output)) + " is " +
                           name_of(builder.type(state.output)) + to_text(builder.dims(state.output)) +
                           "; only equal shapes can be linked");
    }
    const TensorId input = builder.make(builder.type(state.input), builder.dims(state.input));
    builder.bind(state.input, input);
    TensorId initial = -1;
    if (state.initial) {
        if (!(builder.dims(state.input) == state.initial->dims) || state.initial->type != builder.type(state.input)) {
            throw ConvertError("state " + in_quotes(state.name) + " starts with " + name_of(state.initial->type) +
                               to_text(state.initial->dims) + ", but is " + name_of(builder.type(state.input)) +
                               to_text(builder.dims(state.input)));
        }
        initial = builder.constant(*state.initial, state.name);
    }
    builder.program().states.push_back({state.name, input, -1, initial, 0, state.exact});
}

}  // namespace

void lower_inputs(Builder& builder) {
    for (const GraphInput& input : builder.graph().inputs) {
        const TensorId tensor = builder.make(builder.type(input.value), builder.dims(input.value));
        builder.bind(input.value, tensor);
        builder.program().inputs.push_back({builder.name(input.value), tensor});
    }
    for (const StateLink& state : builder.graph().states) { lower_state(builder, state); }
    check_names(builder.program().inputs, "input");
    check_names(builder.program().states, "state");
}

void lower_outputs(Builder& builder) {
    Owners owners(builder);
    for (const GraphOutput& output : builder.graph().outputs) {
        const TensorId tensor = owners.output(builder.tensor(output.value), output.name);
        builder.program().outputs.push_back({output.name, tensor});
    }
    check_names(builder.program().outputs, "output");
    for (std::size_t i = 0; i < builder.graph().states.size(); ++i) {
        const StateLink& state = builder.graph().states[i];
        builder.program().states[i].output = owners.next_state(builder.tensor(state.output), state.name);
    }
}

void limit_range(Builder& builder, ValueId id, RangeKind kind, const Extent& extent) {
    const ValueId source = origin(builder, id);
    const auto& inputs = builder.graph().inputs;
    if (std::ranges::none_of(inputs, [&](const GraphInput& input) { return input.value == source; })) { return; }
    const TensorId tensor = builder.tensor(source);
    for (ProgramRange& range : builder.program().ranges) {
        if (range.tensor != tensor || range.kind != kind) { continue; }
        range.extent = minimum(range.extent, extent);
        return;
    }
    builder.program().ranges.push_back({tensor, kind, extent});
}

}  // namespace tidegate
