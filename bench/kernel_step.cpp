// SPDX-License-Identifier: MIT
#include "kernel_step.h"

#include <utility>

#include "format/panels.h"
#include "format/sizes.h"

namespace tidegate::bench {

KernelStep::KernelStep(Cell cell, Size size, Storage storage, std::uint32_t series)
    : cell_(cell),
      size_(size),
      weights_(storage.weights),
      series_(series),
      gates_(storage, cell == Cell::lstm ? 4 : 2, size.hidden, size.input, size.hidden),
      input_(storage, cell == Cell::lstm ? 0 : 1, size.hidden, size.input),
      recurrent_(storage, cell == Cell::lstm ? 0 : 1, size.hidden, 0, size.hidden),
      scratch_floats_(cell == Cell::lstm ? gates_.padded_rows() : format::gru_scratch_floats(size.hidden)),
      bias_(make_array(gates_.padded_rows())),
      x_(make_array(series * size.input)),
      h_(make_array(series * size.hidden)),
      next_(make_array(series * size.hidden)),
      c_(make_array(series * size.hidden)),
      scratch_(make_array(series * scratch_floats_)),
      quantized_(make_aligned<std::int8_t>(
          series * (format::quantized_bytes(size.input) + format::quantized_bytes(size.hidden)))) {}

inline void KernelStep::step_lstm(const kernels::Kernels& set, const float* h, float* next) {
    const auto kernel = weights_ == Weights::f32   ? set.lstm_step_f32
                        : weights_ == Weights::f16 ? set.lstm_step_f16
                                                   : set.lstm_step_i8;
    kernel({gates_.x(),
            gates_.h(),
            bias_.get(),
            size_.hidden,
            series_,
            {x_.get(), size_.input},
            {h, size_.hidden},
            {c_.get(), size_.hidden},
            {next, size_.hidden},
            {c_.get(), size_.hidden},
            {scratch_.get(), scratch_floats_},
            quantized_.get()});
}

inline void KernelStep::step_gru(const kernels::Kernels& set, const float* h, float* next) {
    const auto kernel = weights_ == Weights::f32   ? set.gru_step_f32
                        : weights_ == Weights::f16 ? set.gru_step_f16
                                                   : set.gru_step_i8;
    kernel({gates_.x(),
            gates_.h(),
            input_.x(),
            recurrent_.h(),
            bias_.get(),
            bias_.get(),
            bias_.get(),
            size_.hidden,
            series_,
            cell_ == Cell::gru_linear,
            {x_.get(), size_.input},
            {h, size_.hidden},
            {next, size_.hidden},
            {scratch_.get(), scratch_floats_},
            quantized_.get()});
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
