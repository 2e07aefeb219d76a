// SPDX-License-Identifier: MIT
// A model file in memory and its sessions, through the public API.
#pragma once

#include <cstdint>
#include <vector>

#include "array.h"
#include "tidegate/tidegate.h"

namespace tidegate::bench {

class Model {
public:
    /// Throws std::runtime_error if the runtime refuses the file.
    explicit Model(const std::vector<std::uint8_t>& file);
    const tg_model& view() const { return view_; }
    std::size_t arena_bytes() const { return tg_arena_size(&view_); }
    std::size_t weight_bytes() const { return weight_bytes_; }  ///< packed weights and biases in the file

private:
    Aligned<std::uint8_t> bytes_;
    std::size_t weight_bytes_ = 0;
    tg_model view_{};
};

class Session {
public:
    /// The model must outlive it. kernels: null for the best.
    Session(const Model& model, const tg_kernel_table* kernels);
    tg_session* raw() const { return session_; }
    float* input() const { return input_; }  ///< the first
    std::size_t input_floats() const { return input_floats_; }
    const float* output() const { return output_; }  ///< the first
    std::size_t output_floats() const { return output_floats_; }
    /// Throws std::runtime_error if a run does not return TG_OK.
    void run(std::size_t count);

private:
    Aligned<std::uint8_t> arena_;
    tg_session* session_ = nullptr;
    float *input_ = nullptr, *output_ = nullptr;
    std::size_t input_floats_ = 0, output_floats_ = 0;
};

/// Throws std::runtime_error with the status' text unless it is TG_OK.
void require(tg_status status);

/// Values in [-1, 1), the same for the same seed.
void fill(float* x, std::size_t count, std::uint32_t seed);

}  // namespace tidegate::bench
