// SPDX-License-Identifier: MIT
// The C API of sessions: arguments are checked here, once.
#include <cstring>
#include <new>

#include "core/session.h"
#include "format/file.h"
#include "tidegate/embedded.h"

using tidegate::core::describe;
using tidegate::core::length;
using tidegate::core::root_of;
using tidegate::core::Session;
namespace kernels = tidegate::kernels;

namespace {

Session& inside(tg_session* session) { return *static_cast<Session*>(session); }
const Session& inside(const tg_session* session) { return *static_cast<const Session*>(session); }

const kernels::Kernels* table_of(const tg_kernel_table* table) {
    return reinterpret_cast<const kernels::Kernels*>(table);
}

bool runs_here(const kernels::Kernels* wanted) {
    kernels::Size count = 0;
    const kernels::KernelSet* sets = kernels::kernel_sets(count);
    for (kernels::Size i = 0; i < count; ++i) {
        if (sets[i].kernels == wanted) { return sets[i].runs_here(); }
    }
    return false;
}

}  // namespace

extern "C" {

size_t tg_arena_size(const tg_model* model) {
    if (root_of(model) == nullptr) { return 0; }
    return static_cast<size_t>(tidegate::core::session_bytes(*model) + model->arena_bytes);
}

const tg_kernel_table* tg_kernels_at(size_t index) {
    kernels::Size count = 0;
    const kernels::KernelSet* sets = kernels::kernel_sets(count);
    for (kernels::Size i = 0; i < count; ++i) {
        if (sets[i].runs_here() && index-- == 0) { return reinterpret_cast<const tg_kernel_table*>(sets[i].kernels); }
    }
    return nullptr;
}

const tg_kernel_table* tg_kernels_built_at(size_t index) {
    kernels::Size count = 0;
    const kernels::KernelSet* sets = kernels::kernel_sets(count);
    return index < count ? reinterpret_cast<const tg_kernel_table*>(sets[index].kernels) : nullptr;
}

int tg_kernels_run_here(const tg_kernel_table* table) { return runs_here(table_of(table)) ? 1 : 0; }

const char* tg_kernels_name(const tg_kernel_table* table) { return table == nullptr ? "" : table_of(table)->name; }

const tg_kernel_table* tg_kernels_named(const char* name) {
    for (size_t i = 0; name != nullptr; ++i) {
        const tg_kernel_table* table = tg_kernels_at(i);
        if (table == nullptr || tidegate::core::same_text(tg_kernels_name(table), name)) { return table; }
    }
    return nullptr;
}

tg_status tg_start(const tg_model* model, void* arena, size_t arena_bytes, tg_session** session) {
    return tg_start_with(model, arena, arena_bytes, nullptr, session);
}

tg_status tg_start_with(const tg_model* model, void* arena, size_t arena_bytes, const tg_kernel_table* table,
                        tg_session** session) {
    if (session == nullptr) { return TG_NULL_ARGUMENT; }
    *session = nullptr;
    if (root_of(model) == nullptr || arena == nullptr) { return TG_NULL_ARGUMENT; }
    if (reinterpret_cast<std::uintptr_t>(arena) % tidegate::format::kArenaAlignment != 0) {
        return TG_ARENA_MISALIGNED;
    }
    const size_t needed = tg_arena_size(model);
    if (arena_bytes < needed) { return TG_ARENA_TOO_SMALL; }
    const kernels::Kernels* chosen = table == nullptr ? kernels::best_kernels() : table_of(table);
    if (!runs_here(chosen)) { return TG_KERNELS_UNSUPPORTED; }
    *session = new (arena) Session(*model, static_cast<std::uint8_t*>(arena), *chosen);
    return TG_OK;
}

const char* tg_kernels(const tg_session* session) { return session == nullptr ? "" : inside(session).kernels().name; }

const tg_model* tg_session_model(const tg_session* session) {
    return session == nullptr ? nullptr : &inside(session).model();
}

tg_status tg_input(tg_session* session, size_t index, tg_tensor* tensor) {
    if (session == nullptr) { return TG_NULL_ARGUMENT; }
    const Session& s = inside(session);
    return describe(s.site(), *s.root().inputs(), index, tensor);
}

tg_status tg_output(tg_session* session, size_t index, tg_tensor* tensor) {
    if (session == nullptr) { return TG_NULL_ARGUMENT; }
    const Session& s = inside(session);
    return describe(s.site(), *s.root().outputs(), index, tensor);
}

tg_status tg_input_named(tg_session* session, const char* name, tg_tensor* tensor) {
    if (session == nullptr || name == nullptr) { return TG_NULL_ARGUMENT; }
    return tg_input(session, tidegate::core::find(*inside(session).root().inputs(), name), tensor);
}

tg_status tg_output_named(tg_session* session, const char* name, tg_tensor* tensor) {
    if (session == nullptr || name == nullptr) { return TG_NULL_ARGUMENT; }
    return tg_output(session, tidegate::core::find(*inside(session).root().outputs(), name), tensor);
}

size_t tg_symbol_count(const tg_model* model) {
    return root_of(model) == nullptr ? 0 : length(root_of(model)->symbols());
}

tg_status tg_symbol_at(const tg_model* model, size_t index, tg_symbol* symbol) {
    if (root_of(model) == nullptr || symbol == nullptr) { return TG_NULL_ARGUMENT; }
    *symbol = tg_symbol();
    if (index >= tg_symbol_count(model)) { return TG_NO_SUCH_SYMBOL; }
    const tidegate::format::Symbol* found = root_of(model)->symbols()->Get(static_cast<uint32_t>(index));
    *symbol = {found->name()->c_str(), found->minimum(), found->maximum()};
    return TG_OK;
}

tg_status tg_set_dims(tg_session* session, const int32_t* values, size_t count) {
    if (session == nullptr || values == nullptr) { return TG_NULL_ARGUMENT; }
    if (count != tg_symbol_count(tg_session_model(session))) { return TG_DIM_COUNT; }
    return inside(session).set_dims(values);
}

tg_status tg_get_dims(const tg_session* session, int32_t* values, size_t count) {
    if (session == nullptr || values == nullptr) { return TG_NULL_ARGUMENT; }
    if (count != tg_symbol_count(tg_session_model(session))) { return TG_DIM_COUNT; }
    std::memcpy(values, inside(session).dims(), count * sizeof(int32_t));
    return TG_OK;
}

tg_status tg_set_policy(tg_session* session, tg_policy policy) {
    if (session == nullptr) { return TG_NULL_ARGUMENT; }
    if (policy != TG_POLICY_REFUSE && policy != TG_POLICY_HOLD && policy != TG_POLICY_RESET) {
        return TG_NO_SUCH_POLICY;
    }
    inside(session).set_policy(policy);
    return TG_OK;
}

tg_status tg_get_health(const tg_session* session, tg_health* health) {
    if (session == nullptr || health == nullptr) { return TG_NULL_ARGUMENT; }
    *health = inside(session).health();
    return TG_OK;
}

size_t tg_op_count(const tg_model* model) { return root_of(model) == nullptr ? 0 : root_of(model)->ops()->size(); }

tg_status tg_op_name(const tg_model* model, size_t index, const char** name) {
    if (root_of(model) == nullptr || name == nullptr) { return TG_NULL_ARGUMENT; }
    *name = "";
    if (index >= tg_op_count(model)) { return TG_NO_SUCH_OP; }
    const auto* found = root_of(model)->ops()->Get(static_cast<uint32_t>(index))->name();
    if (found != nullptr) { *name = found->c_str(); }
    return TG_OK;
}

const tg_operator* tg_op_operator(const tg_model* model, size_t index) {
    if (index >= tg_op_count(model)) { return nullptr; }
    const tidegate::format::Model& root = *root_of(model);
    return tidegate::core::operators_of(*model).find(root, *root.ops()->Get(static_cast<uint32_t>(index)));
}

tg_status tg_run_timed(tg_session* session, tg_clock clock, void* context, uint64_t* ticks, size_t count) {
    if (session == nullptr || clock == nullptr || ticks == nullptr) { return TG_NULL_ARGUMENT; }
    if (count != inside(session).op_count() + size_t{1}) { return TG_NO_SUCH_OP; }
    return inside(session).run_timed(clock, context, ticks);
}

tg_status tg_run(tg_session* session) { return session == nullptr ? TG_NULL_ARGUMENT : inside(session).run(); }

tg_status tg_reset(tg_session* session) {
    if (session == nullptr) { return TG_NULL_ARGUMENT; }
    inside(session).reset();
    return TG_OK;
}

}  // extern "C"
