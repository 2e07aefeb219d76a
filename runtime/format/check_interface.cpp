// SPDX-License-Identifier: MIT
// What stands between the session and its caller: inputs, outputs, states and the ranges of inputs.
#include "format/check_parts.h"

namespace tidegate::format {
namespace {

const Buffer& buffer_of(const Context& context, const Shape& shape) {
    return *context.model.buffers()->Get(static_cast<std::uint32_t>(shape.place.buffer));
}

bool exists(const Context& context, std::uint32_t tensor) { return tensor < length(context.model.tensors()); }

/// In the arena for the whole run: the caller or the session writes it before, the ops only read it.
bool is_held(const Context& context, std::uint32_t tensor) {
    if (!exists(context, tensor)) { return false; }
    const Shape shape = shape_of(context, tensor);
    if (shape.is_constant()) { return false; }
    const Buffer& buffer = buffer_of(context, shape);
    return buffer.first() == 0 && buffer.last() == context.steps;
}

/// Written by an op and still there after the last one.
bool is_made(const Context& context, std::uint32_t tensor) {
    if (!exists(context, tensor)) { return false; }
    const Shape shape = shape_of(context, tensor);
    if (shape.is_constant()) { return false; }
    const Buffer& buffer = buffer_of(context, shape);
    return buffer.first() < context.steps && buffer.last() == context.steps &&
           is_output_of(context, buffer.first(), shape.place);
}

/// Of graph input or state `index`, counted through both lists.
std::uint32_t given_tensor(const Context& context, std::uint32_t index) {
    const std::uint32_t inputs = length(context.model.inputs());
    return index < inputs ? context.model.inputs()->Get(index)->tensor()
                          : context.model.states()->Get(index - inputs)->input();
}
std::uint32_t given_count(const Context& context) {
    return length(context.model.inputs()) + length(context.model.states());
}

bool given_are_sound(const Context& context) {
    for (std::uint32_t i = 0; i < given_count(context); ++i) {
        if (!is_held(context, given_tensor(context, i))) { return false; }
        const Place place = shape_of(context, given_tensor(context, i)).place;
        for (std::uint32_t j = 0; j < i; ++j) {
            if (overlap(place, shape_of(context, given_tensor(context, j)).place)) { return false; }
        }
    }
    return true;
}

bool is_f32_like(const Shape& a, const Shape& b) {
    return a.type == ElementType::f32 && b.type == ElementType::f32 && a.has_dims_of(b);
}

/// The state's input was looked at with the graph's inputs.
bool state_is_sound(const Context& context, const State& state) {
    if (!is_made(context, state.output()) || !has_fixed_dims(context, state.input()) ||
        !has_fixed_dims(context, state.output())) {
        return false;
    }
    const Shape input = shape_of(context, state.input());
    if (!is_f32_like(input, shape_of(context, state.output()))) { return false; }
    if (!(state.limit() >= 0) || !is_finite(state.limit())) { return false; }
    if (state.initial() == -1) { return true; }
    const auto initial = static_cast<std::uint32_t>(state.initial());
    if (state.initial() < 0 || !exists(context, initial)) { return false; }
    const Shape start = shape_of(context, initial);
    return start.is_constant() && is_f32_like(input, start);
}

bool range_is_sound(const Context& context, const Range& range) {
    if (range.kind() > RangeKind::MAX || !context.extents.exists(range.extent()) ||
        context.extents.value(range.extent()) < 1) {
        return false;
    }
    for (const Port* input : *context.model.inputs()) {
        if (input->tensor() != range.tensor()) { continue; }
        const ElementType type = shape_of(context, range.tensor()).type;
        return type == ElementType::i32 || type == ElementType::i64;
    }
    return false;
}

}  // namespace

bool is_given(const Context& context, const Place& place) {
    for (std::uint32_t i = 0; i < given_count(context); ++i) {
        if (covers(shape_of(context, given_tensor(context, i)).place, place)) { return true; }
    }
    return false;
}

bool holds_given(const Context& context, std::int32_t buffer) {
    for (std::uint32_t i = 0; i < given_count(context); ++i) {
        if (shape_of(context, given_tensor(context, i)).place.buffer == buffer) { return true; }
    }
    return false;
}

bool is_name(const flatbuffers::String* text) {
    if (text == nullptr || text->size() == 0 || text->size() > kMaxName) { return false; }
    for (std::uint32_t i = 0; i < text->size(); ++i) {
        if (text->Data()[i] == 0) { return false; }
    }
    return true;
}

bool same_text(const flatbuffers::String& a, const flatbuffers::String& b) {
    if (a.size() != b.size()) { return false; }
    for (std::uint32_t i = 0; i < a.size(); ++i) {
        if (a.Data()[i] != b.Data()[i]) { return false; }
    }
    return true;
}

bool interface_is_sound(const Context& context) {
    const Model& model = context.model;
    if (!names_are_sound(model.inputs()) || !names_are_sound(model.outputs()) || !names_are_sound(model.states())) {
        return false;
    }
    if (!given_are_sound(context)) { return false; }
    for (const Port* output : *model.outputs()) {
        if (!is_made(context, output->tensor())) { return false; }
    }
    for (std::uint32_t i = 0; i < length(model.states()); ++i) {
        if (!state_is_sound(context, *model.states()->Get(i))) { return false; }
    }
    for (std::uint32_t i = 0; i < length(model.ranges()); ++i) {
        if (!range_is_sound(context, *model.ranges()->Get(i))) { return false; }
    }
    return true;
}

}  // namespace tidegate::format
