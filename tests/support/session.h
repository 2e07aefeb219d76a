// SPDX-License-Identifier: MIT
// A model and a session on aligned memory of their own, for tests.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/aligned_bytes.h"
#include "tidegate/tidegate.h"

namespace tidegate::test {

/// One session of a model file, with the kernels of that name (empty: the best).
class TestSession {
public:
    explicit TestSession(const std::vector<std::uint8_t>& file, const std::string& kernels = "")
        : file_(file), model_(open(file_)), arena_(tg_arena_size(&model_)) {
        const tg_kernel_table* table = kernels.empty() ? nullptr : tg_kernels_named(kernels.c_str());
        const tg_status status = tg_start_with(&model_, arena_.data(), arena_.size(), table, &session_);
        if (status != TG_OK) { throw std::runtime_error(tg_status_text(status)); }
    }
    tg_session* get() const { return session_; }
    const tg_model& model() const { return model_; }

    template <class T>
    void set(std::size_t index, const std::vector<T>& values) {
        tg_tensor tensor;
        REQUIRE(tg_input(session_, index, &tensor) == TG_OK);
        REQUIRE(tensor.bytes == values.size() * sizeof(T));
        std::memcpy(tensor.data, values.data(), tensor.bytes);
    }
    std::vector<float> output(std::size_t index) const {
        tg_tensor tensor;
        REQUIRE(tg_output(session_, index, &tensor) == TG_OK);
        std::vector<float> values(tensor.bytes / sizeof(float));
        std::memcpy(values.data(), tensor.data, tensor.bytes);
        return values;
    }
    tg_status run() { return tg_run(session_); }

private:
    static tg_model open(const AlignedBytes& file) {
        tg_model model;
        const tg_status status = tg_open(file.data(), file.size(), &model);
        if (status != TG_OK) { throw std::runtime_error(tg_status_text(status)); }
        return model;
    }
    AlignedBytes file_;
    tg_model model_;
    AlignedBytes arena_;
    tg_session* session_ = nullptr;
};

/// The bits of floats: equality of runs is equality of these.
inline std::vector<std::uint32_t> bits(const std::vector<float>& values) {
    std::vector<std::uint32_t> out(values.size());
    if (!values.empty()) { std::memcpy(out.data(), values.data(), values.size() * sizeof(float)); }
    return out;
}

/// The session's states as tg_state_save() writes them.
inline std::vector<std::uint8_t> saved(const tg_session* session) {
    std::vector<std::uint8_t> bytes(tg_state_size(tg_session_model(session)));
    REQUIRE(tg_state_save(session, bytes.data(), bytes.size()) == TG_OK);
    return bytes;
}

/// The names of all kernel tables that this CPU runs.
inline std::vector<std::string> kernel_names() {
    std::vector<std::string> names;
    for (std::size_t i = 0; tg_kernels_at(i) != nullptr; ++i) { names.emplace_back(tg_kernels_name(tg_kernels_at(i))); }
    return names;
}

}  // namespace tidegate::test
