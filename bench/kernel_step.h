// SPDX-License-Identifier: MIT
// A step of a cell by a kernel alone: no session around it, states by turns in two arrays.
#pragma once

#include "array.h"
#include "cell.h"
#include "kernels/kernels.h"

namespace tidegate::bench {

class KernelStep {
public:
    KernelStep(Cell cell, Size size);
    /// `count` steps, each from the state that the last one left.
    void run(const kernels::Kernels& set, std::size_t count);
    double weight_bytes() const { return weight_bytes_; }
    float state() const { return h_[0]; }

private:
    void step_lstm(const kernels::Kernels& set, const float* h, float* next);
    void step_gru(const kernels::Kernels& set, const float* h, float* next);

    Cell cell_;
    Size size_;
    double weight_bytes_;
    Array gates_, input_, recurrent_;  ///< LSTM: all in the first; GRU: update and reset, W_h, R_h
    Array bias_, x_, h_, next_, c_, scratch_;
};

/// Floats of packed weights.
std::size_t panel_floats(std::uint32_t gates, std::uint32_t units, std::uint32_t cols);

}  // namespace tidegate::bench
