// SPDX-License-Identifier: MIT
// What stands between the session and its caller: inputs, outputs, states and the ranges of inputs.
#include "format/check_parts.h"

namespace tidegate::format {
namespace {

bool exists(const Context& context, std::uint32_t tensor) { return tensor < length(context.model.tensors()); }

/// Where the tensor lies, and in which buffer; null if there is no such tensor or it is a constant.
const Buffer* buffer_of(const Context& context, std::uint32_t tensor, Place& place) {
    if (!exists(context, tensor)) { return nullptr; }
    const Shape shape = shape_of(context, tensor);
    place = shape.place;
    if (shape.is_constant()) { return nullptr; }
    return context.model.buffers()->Get(static_cast<std::uint32_t>(place.buffer));
}

/// In the arena for the whole run: the caller or the session writes it before, the ops only read it.
bool is_held(const Context& context, std::uint32_t tensor, Place& place) {
    const Buffer* buffer = buffer_of(context, tensor, place);
    return buffer != nullptr && buffer->first() == 0 && buffer->last() == context.steps;
}

/// Written by an op and still there after the last one.
bool is_made(const Context& context, std::uint32_t tensor) {
    Place place{};
    const Buffer* buffer = buffer_of(context, tensor, place);
    return buffer != nullptr && buffer->first() < context.steps && buffer->last() == context.steps &&
           is_output_of(context, buffer->first(), place);
}

/// The tensors that are there before the first op: of graph inputs, then of states.
class Given {
public:
    explicit Given(const Context& context)
        : context_(context),
          tensors_(*context.model.tensors()),
          inputs_(*context.model.inputs()),
          states_(context.model.states()),
          count_(inputs_.size() + length(states_)) {}
    std::uint32_t count() const { return count_; }
    std::uint32_t tensor(std::uint32_t i) const {
        return i < inputs_.size() ? inputs_.Get(i)->tensor() : states_->Get(i - inputs_.size())->input();
    }
    /// Whether `fits` the place of one of the first `count` in `buffer`. All ask this of all, so others pass quickly.
    template <class Fits>
    bool any(std::uint32_t count, std::int32_t buffer, Fits fits) const {
        for (std::uint32_t i = 0; i < count; ++i) {
            if (tensors_.Get(tensor(i))->buffer() == buffer && fits(shape_of(context_, tensor(i)).place)) {
                return true;
            }
        }
        return false;
    }

private:
    const Context& context_;
    const flatbuffers::Vector<flatbuffers::Offset<Tensor>>& tensors_;
    const flatbuffers::Vector<flatbuffers::Offset<Port>>& inputs_;
    const flatbuffers::Vector<flatbuffers::Offset<State>>* states_;
    std::uint32_t count_;
};

bool given_are_sound(const Context& context) {
    const Given given(context);
    for (std::uint32_t i = 0; i < given.count(); ++i) {
        Place place{};
        if (!is_held(context, given.tensor(i), place)) { return false; }
        if (given.any(i, place.buffer, [&](const Place& other) { return overlap(place, other); })) { return false; }
    }
    return true;
}

bool is_f32_like(const Shape& a, const Shape& b) {
    return a.type == ElementType::f32 && b.type == ElementType::f32 && a.has_dims_of(b);
}

/// The state's input was looked at with the graph's inputs. looked_at: initial values so far, which states may share.
bool state_is_sound(const Context& context, const State& state, std::uint64_t& looked_at) {
    if (!is_made(context, state.output()) || !has_fixed_dims(context, state.input()) ||
        !has_fixed_dims(context, state.output())) {
        return false;
    }
    const Shape input = shape_of(context, state.input());
    if (!is_f32_like(input, shape_of(context, state.output())) || input.count > UINT32_MAX) { return false; }
    if (!(state.limit() >= 0) || !is_finite(state.limit())) { return false; }
    if (state.initial() == -1) { return true; }
    const auto initial = static_cast<std::uint32_t>(state.initial());
    if (state.initial() < 0 || !exists(context, initial)) { return false; }
    const Shape start = shape_of(context, initial);
    if (!start.is_constant() || !is_f32_like(input, start)) { return false; }
    if (!(state.limit() > 0)) { return true; }
    looked_at += start.count;
    return looked_at <= kMaxIndices && are_within(context.weights + start.place.offset, start.count, state.limit());
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
    const Given given(context);
    return given.any(given.count(), place.buffer, [&](const Place& whole) { return covers(whole, place); });
}

bool holds_given(const Context& context, std::int32_t buffer) {
    const Given given(context);
    return given.any(given.count(), buffer, [](const Place&) { return true; });
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
    std::uint64_t looked_at = 0;
    for (std::uint32_t i = 0; i < length(model.states()); ++i) {
        if (!state_is_sound(context, *model.states()->Get(i), looked_at)) { return false; }
    }
    for (std::uint32_t i = 0; i < length(model.ranges()); ++i) {
        if (!range_is_sound(context, *model.ranges()->Get(i))) { return false; }
    }
    return true;
}

}  // namespace tidegate::format
