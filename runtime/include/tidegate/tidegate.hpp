// SPDX-License-Identifier: MIT
//
// tidegate.h for C++17: views, no ownership, no exceptions. Nothing here allocates or has a destructor that matters.
//
//     tidegate::Model model;
//     if (model.open(bytes, size) != TG_OK) { ... }
//     tidegate::Session session;
//     session.start(model, arena, model.arena_bytes());
//     tidegate::Tensor<float> x, y;
//     session.input(0, x);
//     session.output(0, y);
//     x[0] = 21.5f;
//     session.run();
//
// Ownership and threads: as in tidegate.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "tidegate/tidegate.h"

namespace tidegate {
inline namespace v0 {

using Status = tg_status;

inline const char* text(Status status) { return tg_status_text(status); }

/// The tg_type of a C++ element type.
template <class T>
constexpr tg_type type_of() {
    if constexpr (std::is_same_v<T, float>) {
        return TG_F32;
    } else if constexpr (std::is_same_v<T, std::int32_t>) {
        return TG_I32;
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
        return TG_I64;
    } else if constexpr (std::is_same_v<T, std::uint8_t>) {
        return TG_U8;
    } else if constexpr (std::is_same_v<T, std::int8_t>) {
        return TG_I8;
    } else {
        static_assert(std::is_same_v<T, bool>, "float, int32_t, int64_t, uint8_t, int8_t or bool");
        return TG_BOOL;
    }
}

/// The elements of an input or output, row-major, in the session's arena. Valid as long as the session.
template <class T>
class Tensor {
public:
    Tensor() = default;
    /// `raw` must be of type T and come from a session.
    explicit Tensor(const tg_tensor& raw) : raw_(raw) {}

    const char* name() const { return raw_.name; }
    std::uint32_t rank() const { return raw_.rank; }
    /// The extent of an axis below rank().
    std::int32_t dim(std::uint32_t axis) const { return raw_.dims[axis]; }

    T* data() const { return static_cast<T*>(raw_.data); }
    std::size_t size() const { return raw_.bytes / sizeof(T); }
    bool empty() const { return size() == 0; }
    T* begin() const { return data(); }
    T* end() const { return data() + size(); }
    T& operator[](std::size_t i) const { return data()[i]; }

private:
    tg_tensor raw_{};
};

/// A checked view on the bytes of a file.
class Model {
public:
    Status open(const void* bytes, std::size_t size) { return tg_open(bytes, size, &raw_); }
    std::size_t arena_bytes() const { return tg_arena_size(&raw_); }
    std::size_t inputs() const { return tg_input_count(&raw_); }
    std::size_t outputs() const { return tg_output_count(&raw_); }
    std::size_t symbols() const { return tg_symbol_count(&raw_); }
    Status symbol(std::size_t index, tg_symbol& symbol) const { return tg_symbol_at(&raw_, index, &symbol); }
    std::size_t state_bytes() const { return tg_state_size(&raw_); }
    const tg_model* raw() const { return &raw_; }

private:
    tg_model raw_{};
};

/// A session in the caller's arena; a copy is another handle of the same session.
class Session {
public:
    Session() = default;
    explicit Session(tg_session* raw) : raw_(raw) {}

    /// kernels: null for the best that this CPU has.
    Status start(const Model& model, void* arena, std::size_t arena_bytes, const tg_kernel_table* kernels = nullptr) {
        return tg_start_with(model.raw(), arena, arena_bytes, kernels, &raw_);
    }
    Status run() const { return tg_run(raw_); }
    Status reset() const { return tg_reset(raw_); }
    const char* kernels() const { return tg_kernels(raw_); }

    /// All symbolic dimensions at once; then describe inputs and outputs anew.
    template <std::size_t kCount>
    Status set_dims(const std::int32_t (&values)[kCount]) const {
        return tg_set_dims(raw_, values, kCount);
    }
    Status set_dims(const std::int32_t* values, std::size_t count) const { return tg_set_dims(raw_, values, count); }
    Status save_state(void* bytes, std::size_t size) const { return tg_state_save(raw_, bytes, size); }
    Status restore_state(const void* bytes, std::size_t size, std::uint32_t flags = 0) const {
        return tg_state_restore(raw_, bytes, size, flags);
    }
    Status set_policy(tg_policy policy) const { return tg_set_policy(raw_, policy); }
    /// All zero if there is no session.
    tg_health health() const {
        tg_health health{};
        tg_get_health(raw_, &health);
        return health;
    }

    /// TG_NO_SUCH_TENSOR if there is none of that index or name, or if its elements are not of type T.
    template <class T>
    Status input(std::size_t index, Tensor<T>& tensor) const {
        tg_tensor raw;
        return view(tg_input(raw_, index, &raw), raw, tensor);
    }
    template <class T>
    Status input_named(const char* name, Tensor<T>& tensor) const {
        tg_tensor raw;
        return view(tg_input_named(raw_, name, &raw), raw, tensor);
    }
    template <class T>
    Status output(std::size_t index, Tensor<T>& tensor) const {
        tg_tensor raw;
        return view(tg_output(raw_, index, &raw), raw, tensor);
    }
    template <class T>
    Status output_named(const char* name, Tensor<T>& tensor) const {
        tg_tensor raw;
        return view(tg_output_named(raw_, name, &raw), raw, tensor);
    }
    tg_session* raw() const { return raw_; }

private:
    template <class T>
    static Status view(Status found, const tg_tensor& raw, Tensor<T>& tensor) {
        if (found != TG_OK) { return found; }
        if (raw.type != type_of<std::remove_const_t<T>>()) { return TG_NO_SUCH_TENSOR; }
        tensor = Tensor<T>(raw);
        return TG_OK;
    }

    tg_session* raw_ = nullptr;
};

}  // namespace v0
}  // namespace tidegate
