// SPDX-License-Identifier: MIT
#include "kernel_step.h"

#include <utility>

#include "format/panels.h"
#include "format/sizes.h"

namespace tidegate::bench {

std::size_t panel_floats(std::uint32_t gates, std::uint32_t units, std::uint32_t cols) {
    return format::panel_count(gates, units) * format::kPanelRows * cols;
}

KernelStep::KernelStep(Cell cell, Size size)
    : cell_(cell),
      size_(size),
      weight_bytes_(0),
      gates_(nullptr, std::free),
      input_(nullptr, std::free),
      recurrent_(nullptr, std::free),
      bias_(make_array(panel_floats(4, size.hidden, 1))),
      x_(make_array(size.input)),
      h_(make_array(size.hidden)),
      next_(make_array(size.hidden)),
      c_(make_array(size.hidden)),
      scratch_(make_array(format::gru_scratch_floats(size.hidden))) {
    const std::size_t gates = panel_floats(cell == Cell::lstm ? 4 : 2, size.hidden, size.input + size.hidden);
    const std::size_t input = cell == Cell::lstm ? 0 : panel_floats(1, size.hidden, size.input);
    const std::size_t recurrent = cell == Cell::lstm ? 0 : panel_floats(1, size.hidden, size.hidden);
    gates_ = make_array(gates);
    input_ = make_array(input);
    recurrent_ = make_array(recurrent);
    weight_bytes_ = 4.0 * static_cast<double>(gates + input + recurrent);
}

inline void KernelStep::step_lstm(const kernels::Kernels& set, const float* h, float* next) {
    set.lstm_step({gates_.get(), bias_.get(), size_.hidden, size_.input, size_.input + size_.hidden, x_.get(), h,
                   c_.get(), next, c_.get()});
}

inline void KernelStep::step_gru(const kernels::Kernels& set, const float* h, float* next) {
    set.gru_step({gates_.get(), bias_.get(), input_.get(), bias_.get(), recurrent_.get(), bias_.get(), size_.hidden,
                  size_.input, size_.input + size_.hidden, cell_ == Cell::gru_linear, x_.get(), h, next,
                  scratch_.get()});
}

void KernelStep::run(const kernels::Kernels& set, std::size_t count) {
    float *h = h_.get(), *next = next_.get();
    for (std::size_t i = 0; i < count; ++i) {
        cell_ == Cell::lstm ? step_lstm(set, h, next) : step_gru(set, h, next);
        std::swap(h, next);
    }
    if (count % 2 == 1) std::swap(h_, next_);
}

}  // namespace tidegate::bench
