// SPDX-License-Identifier: MIT
#include "core/session.h"

#include <cstring>
#include <new>

#include "format/check.h"
#include "format/file.h"

namespace tidegate::core {
namespace {

static_assert(sizeof(tg_model) <= 40 && sizeof(Session) == 40 + sizeof(tg_health) + 10 * 8 + 4 * 4,
              "one size on every target");

/// Takes `count` objects from the arena at `at`.
template <class T>
T* take(std::uint8_t*& at, std::uint32_t count) {
    T* first = reinterpret_cast<T*>(at);
    for (std::uint32_t i = 0; i < count; ++i) { new (first + i) T(); }
    at += std::size_t{count} * sizeof(T);
    return first;
}

/// Values that a session keeps of its dimensions: of symbols, and of expressions twice.
std::uint64_t value_count(const format::Model& model) {
    return length(model.symbols()) + 2 * std::uint64_t{length(model.expressions())};
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

std::uint64_t session_bytes(const tg_model& opened) {
    const format::Model& model = *root_of(&opened);
    const format::OperatorList operators = operators_of(opened);
    std::uint64_t bytes = sizeof(Session);
    bytes += (std::uint64_t{model.inputs()->size()} + model.outputs()->size()) * sizeof(FloatPort);
    bytes += std::uint64_t{length(model.states())} * sizeof(StateSlot);
    bytes += std::uint64_t{length(model.ranges())} * sizeof(RangeSlot);
    bytes += format::align_up(value_count(model) * sizeof(std::int32_t), 8);
    for (const format::Op* op : *model.ops()) { bytes += operators.find(model, *op)->code->slot_bytes(*op); }
    return format::align_up(bytes, format::kArenaAlignment);
}

Session::Session(const tg_model& model, std::uint8_t* arena, const kernels::Kernels& kernels) : kernels_(&kernels) {
    model_.model = model;
    const format::Model& root = *root_of(&model);
    buffers_ = arena + session_bytes(model);
    std::memset(buffers_, 0, static_cast<std::size_t>(model.arena_bytes));
    std::uint8_t* at = arena + sizeof(Session);
    symbols_ = take<std::int32_t>(at, length(root.symbols()));
    extents_ = take<std::int32_t>(at, 2 * length(root.expressions()));
    for (std::uint32_t i = 0; i < length(root.symbols()); ++i) { symbols_[i] = root.symbols()->Get(i)->maximum(); }
    format::evaluate(root, symbols_, extents_);
    prepare();
    reset();
}

ops::Site Session::site() const {
    ops::Site site;
    site.model = root_of(&model_.model);
    site.weights = static_cast<const std::uint8_t*>(model_.model.weights);
    site.buffers = buffers_;
    site.extents = extents_;
    return site;
}

/// Everything that depends on dimensions, at the same places every time.
void Session::prepare() {
    const format::Model& model = root();
    std::uint8_t* at = reinterpret_cast<std::uint8_t*>(this) + sizeof(Session) +
                       format::align_up(value_count(model) * sizeof(std::int32_t), 8);
    ops::Site here = site();
    here.clamped = &health_.clamped;
    prepare_ports(here, at);
    prepare_states(here, at);
    prepare_ranges(here, at);
    prepare_ops(here, at);
}

tg_status Session::set_dims(const std::int32_t* values) {
    const format::Model& model = root();
    for (std::uint32_t i = 0; i < length(model.symbols()); ++i) {
        const format::Symbol& symbol = *model.symbols()->Get(i);
        if (values[i] < symbol.minimum() || values[i] > symbol.maximum()) { return TG_DIM_OUT_OF_RANGE; }
    }
    const std::uint32_t count = length(model.expressions());
    std::int32_t* trial = extents_ + count;
    if (!format::evaluate(model, values, trial) || !format::is_sound_at(model, operators_of(model_.model), trial)) {
        return TG_DIMS_IMPOSSIBLE;
    }
    std::memcpy(extents_, trial, count * sizeof(std::int32_t));
    std::memcpy(symbols_, values, length(model.symbols()) * sizeof(std::int32_t));
    prepare();
    return TG_OK;
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
                      site.tensor(state->initial()).floats(), static_cast<std::uint32_t>(current.count()),
                      state->exact()};
    }
}

void Session::prepare_ranges(const ops::Site& site, std::uint8_t*& at) {
    const std::uint32_t count = length(site.model->ranges());
    ranges_ = take<RangeSlot>(at, count);
    for (std::uint32_t i = 0; i < count; ++i) {
        const format::Range* range = site.model->ranges()->Get(i);
        const ops::TensorView view = site.tensor(static_cast<int>(range->tensor()));
        const std::int64_t extent = site.extent(range->extent());
        const bool lengths = range->kind() == format::RangeKind::length;
        ranges_[i] = {view.data, view.count(), lengths ? 0 : -extent, lengths ? extent : extent - 1,
                      view.type == format::ElementType::i64};
    }
}

void Session::prepare_ops(ops::Site site, std::uint8_t*& at) {
    first_op_ = reinterpret_cast<const ops::Prepared*>(at);
    const format::OperatorList operators = operators_of(model_.model);
    ops::OpenLoops loops;
    site.loops = &loops;
    for (const format::Op* described : *site.model->ops()) {
        site.op = described;
        const ops::Operator* op = operators.find(*site.model, *site.op)->code;
        ops::Prepared* slot = reinterpret_cast<ops::Prepared*>(at);
        const std::uint64_t bytes = op->slot_bytes(*site.op);
        std::memset(at, 0, static_cast<std::size_t>(bytes));
        op->prepare(site, slot);
        if (slot->next == 0) { slot->next = static_cast<std::int64_t>(bytes); }
        at += bytes;
    }
    end_of_ops_ = reinterpret_cast<const ops::Prepared*>(at);
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
        if (state.exact == 0) { kernels_->flush_tiny(state.current, static_cast<std::size_t>(state.count)); }
    }
}

}  // namespace tidegate::core
