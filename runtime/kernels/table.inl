// SPDX-License-Identifier: MIT
// All kernels of the instruction set whose Isa was defined before this text was included.
#pragma once

#include "kernels/elementwise.inl"
#include "kernels/gru.inl"
#include "kernels/lstm.inl"
#include "kernels/softmax.inl"

namespace tidegate::kernels {
namespace {

constexpr Kernels table(const char* name) {
    return Kernels{
        name,
        gemv,
        lstm_step,
        gru_step,
        {unary<Relu>, unary<Tanh>, unary<Sigmoid>, unary<Affine>, unary<LeakyRelu>, unary<ThresholdedRelu>,
         unary<ScaledTanh>, unary<HardSigmoid>, unary<Elu>, unary<Softsign>, unary<Softplus>},
        unary<Expm1>,
        {binary<Add>, binary<Subtract>, binary<Multiply>, binary<Divide>},
        multiply_add,
        clamp,
        axpy,
        softmax,
        flush_tiny,
        canonical_nan,
        all_within,
        keep_states,
    };
}

}  // namespace
}  // namespace tidegate::kernels
