// SPDX-License-Identifier: MIT
// Plain C++, the definition of the right answer.
#include "kernels/scalar_isa.h"

// Where a fused multiply-add takes twenty instructions, sums in memory cost little, and 16 copies of it much.
#if defined(__x86_64__) && !defined(__FMA__)
#define TIDEGATE_UNROLL
#endif
// The order matters: the text needs an Isa.
#include "kernels/table.inl"

namespace tidegate::kernels {

#if TIDEGATE_ONE_SET
const Kernels scalar_kernels = {};

const char* const Kernels::name = "scalar";
decltype(Kernels::multiply_f32) Kernels::multiply_f32 = multiply<F32>;
decltype(Kernels::multiply_f16) Kernels::multiply_f16 = multiply<F16>;
decltype(Kernels::multiply_i8) Kernels::multiply_i8 = multiply<Int8<Isa::Dot>>;
decltype(Kernels::lstm_step_f32) Kernels::lstm_step_f32 = lstm_step<F32>;
decltype(Kernels::lstm_step_f16) Kernels::lstm_step_f16 = lstm_step<F16>;
decltype(Kernels::lstm_step_i8) Kernels::lstm_step_i8 = lstm_step<Int8<Isa::Dot>>;
decltype(Kernels::gru_step_f32) Kernels::gru_step_f32 = gru_step<F32>;
decltype(Kernels::gru_step_f16) Kernels::gru_step_f16 = gru_step<F16>;
decltype(Kernels::gru_step_i8) Kernels::gru_step_i8 = gru_step<Int8<Isa::Dot>>;
decltype(Kernels::unary) Kernels::unary = kUnary;
decltype(Kernels::expm1) Kernels::expm1 = kernels::unary<Expm1>;
decltype(Kernels::binary) Kernels::binary = kBinary;
decltype(Kernels::math) Kernels::math = kMath;
decltype(Kernels::choice) Kernels::choice = kChoice;
decltype(Kernels::reduce) Kernels::reduce = kReduce;
decltype(Kernels::multiply_add) Kernels::multiply_add = kernels::multiply_add;
decltype(Kernels::sigmoid_tanh) Kernels::sigmoid_tanh = kernels::sigmoid_tanh;
decltype(Kernels::clamp) Kernels::clamp = kernels::clamp;
decltype(Kernels::axpy) Kernels::axpy = kernels::axpy;
decltype(Kernels::softmax) Kernels::softmax = kernels::softmax;
decltype(Kernels::flush_tiny) Kernels::flush_tiny = kernels::flush_tiny;
decltype(Kernels::canonical_nan) Kernels::canonical_nan = kernels::canonical_nan;
decltype(Kernels::all_within) Kernels::all_within = kernels::all_within;
decltype(Kernels::keep_states) Kernels::keep_states = kernels::keep_states;
#else
const Kernels scalar_kernels = table<Isa::Dot>("scalar");
#endif

}  // namespace tidegate::kernels
