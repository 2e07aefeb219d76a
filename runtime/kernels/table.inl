// SPDX-License-Identifier: MIT
// All kernels of the instruction set whose Isa was defined before this text was included.
#pragma once

#include "kernels/elementwise.inl"
#include "kernels/functions.inl"
#include "kernels/gru.inl"
#include "kernels/lstm.inl"
#include "kernels/reduce.inl"
#include "kernels/softmax.inl"

namespace tidegate::kernels {
namespace {

constexpr UnaryKernel kUnary[] = {
    unary<Relu>,       unary<Tanh>,        unary<Sigmoid>, unary<Affine>,   unary<LeakyRelu>, unary<ThresholdedRelu>,
    unary<ScaledTanh>, unary<HardSigmoid>, unary<Elu>,     unary<Softsign>, unary<Softplus>};
constexpr UnaryKernel kMath[] = {unary<Exp>,      unary<Log>,    unary<SquareRoot>, unary<Erf>,
                                 unary<Absolute>, unary<Negate>, unary<Reciprocal>, unary<Round>,
                                 unary<Floor>,    unary<Ceil>,   unary<Sign>};
constexpr BinaryKernel kChoice[] = {binary<Minimum>, binary<Maximum>, binary<Slope>};
constexpr ReduceKernel kReduce[] = {reduce<Add>, reduce<Multiply>, reduce<Minimum>, reduce<Maximum>};
constexpr BinaryKernel kBinary[] = {binary<Add>, binary<Subtract>, binary<Multiply>, binary<Divide>};

#if !TIDEGATE_ONE_SET
template <class Dot, class IntegerForm = Int8<Dot>>
constexpr Kernels table(const char* name) {
    return Kernels{
        name,
        multiply<F32>,
        multiply<F16>,
        multiply<IntegerForm>,
        lstm_step<F32>,
        lstm_step<F16>,
        lstm_step<IntegerForm>,
        gru_step<F32>,
        gru_step<F16>,
        gru_step<IntegerForm>,
        kUnary,
        unary<Expm1>,
        kBinary,
        kMath,
        kChoice,
        kReduce,
        multiply_add,
        sigmoid_tanh,
        clamp,
        axpy,
        softmax,
        flush_tiny,
        canonical_nan,
        all_within,
        keep_states,
    };
}
#endif

}  // namespace
}  // namespace tidegate::kernels
