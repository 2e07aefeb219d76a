// SPDX-License-Identifier: MIT
#include "core/session.h"

#include <cstring>
#include <new>

#include "format/file.h"
#include "kernels/float_mode.h"

namespace tidegate::core {
namespace {

static_assert(sizeof(tg_model) <= 32 && sizeof(Session) == 32 + 7 * 8 + 6 * 4,
              "one size on every target (five counts and their padding)");

template <class V>
std::uint32_t length(const V* vector) {
    return vector == nullptr ? 0 : vector->size();
}

/// Takes `count` objects from the arena at `at`.
template <class T>
T* take(std::uint8_t*& at, std::uint32_t count) {
    T* first = reinterpret_cast<T*>(at);
    for (std::uint32_t i = 0; i < count; ++i) { new (first + i) T(); }
    at += std::size_t{count} * sizeof(T);
    return first;
}

std::uint32_t float_ports(const ops::Site& site, const Ports& ports, FloatPort* to) {
    std::uint32_t n = 0;
    for (flatbuffers::uoffset_t i = 0; i < ports.size(); ++i) {
        const ops::TensorView view = site.tensor(static_cast<int>(ports.Get(i)->tensor()));
        if (view.type == format::ElementType::f32) { to[n++] = {static_cast<float*>(view.data), view.count()}; }
    }
    return n;
}

}  // namespace

std::uint64_t session_bytes(const format::Model& model) {
    std::uint64_t bytes = sizeof(Session);
    bytes += (std::uint64_t{model.inputs()->size()} + model.outputs()->size()) * sizeof(FloatPort);
    bytes += std::uint64_t{length(model.states())} * sizeof(StateSlot);
    bytes += std::uint64_t{length(model.ranges())} * sizeof(RangeSlot);
    for (const format::Op* op : *model.ops()) {
        const ops::Operator* found = ops::all_operators.find(op->params_type());
        if (found == nullptr) { return 0; }
        bytes += found->slot_bytes(*op);
    }
    return format::align_up(bytes, format::kArenaAlignment);
}

Session::Session(const tg_model& model, std::uint8_t* arena, const kernels::Kernels& kernels) : kernels_(&kernels) {
    model_.model = model;
    const format::Model& root = *root_of(&model);
    buffers_ = arena + session_bytes(root);
    std::memset(buffers_, 0, static_cast<std::size_t>(model.arena_bytes));
    ops::Site site;
    site.model = &root;
    site.weights = static_cast<const std::uint8_t*>(model.weights);
    site.buffers = buffers_;
    std::uint8_t* at = arena + sizeof(Session);
    prepare_ports(site, at);
    prepare_states(site, at);
    prepare_ranges(site, at);
    prepare_ops(site, at);
    reset();
}

void Session::prepare_ports(const ops::Site& site, std::uint8_t*& at) {
    inputs_ = take<FloatPort>(at, site.model->inputs()->size());
    input_count_ = float_ports(site, *site.model->inputs(), inputs_);
    outputs_ = take<FloatPort>(at, site.model->outputs()->size());
    output_count_ = float_ports(site, *site.model->outputs(), outputs_);
}

void Session::prepare_states(const ops::Site& site, std::uint8_t*& at) {
    state_count_ = length(site.model->states());
    states_ = take<StateSlot>(at, state_count_);
    for (std::uint32_t i = 0; i < state_count_; ++i) {
        const format::State* state = site.model->states()->Get(i);
        const ops::TensorView current = site.tensor(static_cast<int>(state->input()));
        states_[i] = {static_cast<float*>(current.data), site.tensor(static_cast<int>(state->output())).floats(),
                      site.tensor(state->initial()).floats(), current.count()};
    }
}

void Session::prepare_ranges(const ops::Site& site, std::uint8_t*& at) {
    range_count_ = length(site.model->ranges());
    ranges_ = take<RangeSlot>(at, range_count_);
    for (std::uint32_t i = 0; i < range_count_; ++i) {
        const format::Range* range = site.model->ranges()->Get(i);
        const ops::TensorView view = site.tensor(static_cast<int>(range->tensor()));
        ranges_[i] = {view.data, view.count(), range->minimum(), range->maximum(),
                      view.type == format::ElementType::i64};
    }
}

void Session::prepare_ops(ops::Site site, std::uint8_t*& at) {
    first_op_ = reinterpret_cast<const ops::Prepared*>(at);
    op_count_ = site.model->ops()->size();
    for (std::uint32_t i = 0; i < op_count_; ++i) {
        site.op = site.model->ops()->Get(i);
        const ops::Operator* op = ops::all_operators.find(site.op->params_type());
        ops::Prepared* slot = reinterpret_cast<ops::Prepared*>(at);
        const std::uint64_t bytes = op->slot_bytes(*site.op);
        std::memset(at, 0, static_cast<std::size_t>(bytes));
        op->prepare(site, slot);
        slot->bytes = bytes;
        at += bytes;
    }
}

void Session::reset() {
    for (std::uint32_t i = 0; i < state_count_; ++i) {
        const StateSlot& state = states_[i];
        const std::size_t bytes = static_cast<std::size_t>(state.count) * sizeof(float);
        if (state.initial != nullptr) {
            std::memcpy(state.current, state.initial, bytes);
        } else {
            std::memset(state.current, 0, bytes);
        }
    }
}

bool Session::ranges_hold() const {
    for (std::uint32_t i = 0; i < range_count_; ++i) {
        const RangeSlot& range = ranges_[i];
        for (std::uint64_t j = 0; j < range.count; ++j) {
            const std::int64_t value = range.wide != 0 ? static_cast<const std::int64_t*>(range.data.get())[j]
                                                       : static_cast<const std::int32_t*>(range.data.get())[j];
            if (value < range.minimum || value > range.maximum) { return false; }
        }
    }
    return true;
}

bool Session::states_finite() const {
    for (std::uint32_t i = 0; i < state_count_; ++i) {
        if (!kernels_->all_finite(states_[i].next, static_cast<std::size_t>(states_[i].count))) { return false; }
    }
    return true;
}

void Session::commit_states() {
    for (std::uint32_t i = 0; i < state_count_; ++i) {
        const StateSlot& state = states_[i];
        const std::size_t count = static_cast<std::size_t>(state.count);
        std::memcpy(state.current, state.next, count * sizeof(float));
        kernels_->flush_tiny(state.current, count);
    }
}

tg_status Session::run() {
    if (!ranges_hold()) { return TG_INPUT_OUT_OF_RANGE; }
    const kernels::Kernels& kernels = *kernels_;
    const kernels::FloatMode ieee;
    for (std::uint32_t i = 0; i < input_count_; ++i) {
        kernels.flush_tiny(inputs_[i].data, static_cast<std::size_t>(inputs_[i].count));
    }
    const ops::Prepared* op = first_op_;
    for (std::uint32_t i = 0; i < op_count_; ++i) {
        op->run(*op, kernels);
        op = reinterpret_cast<const ops::Prepared*>(reinterpret_cast<const std::uint8_t*>(op) + op->bytes);
    }
    for (std::uint32_t i = 0; i < output_count_; ++i) {
        kernels.canonical_nan(outputs_[i].data, static_cast<std::size_t>(outputs_[i].count));
    }
    if (!states_finite()) { return TG_STATE_NOT_FINITE; }
    commit_states();
    return TG_OK;
}

}  // namespace tidegate::core
