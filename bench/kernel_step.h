// SPDX-License-Identifier: MIT
// A step of a cell by a kernel alone: no session around it, states by turns in two arrays.
#pragma once

#include "array.h"
#include "cell.h"
#include "kernels/kernels.h"
#include "packed.h"

namespace tidegate::bench {

class KernelStep {
public:
    KernelStep(Cell cell, Size size, Storage storage = kFloats, std::uint32_t series = 1);
    /// `count` steps of all series, each from the state that the last one left.
    void run(const kernels::Kernels& set, std::size_t count);
    double weight_bytes() const { return gates_.bytes() + input_.bytes() + recurrent_.bytes(); }
    float state() const { return h_[0]; }

private:
    void step_lstm(const kernels::Kernels& set, const float* h, float* next);
    void step_gru(const kernels::Kernels& set, const float* h, float* next);

    Cell cell_;
    Size size_;
    Weights weights_;
    std::uint32_t series_;
    Packed gates_, input_, recurrent_;  ///< LSTM: all in the first; GRU: update and reset, W_h, R_h
    std::size_t scratch_floats_;        ///< of one series
    Array bias_, x_, h_, next_, c_, scratch_;
    Aligned<std::int8_t> quantized_;
};

}  // namespace tidegate::bench
