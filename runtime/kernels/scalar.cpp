// SPDX-License-Identifier: MIT
// Plain C++, the definition of the right answer.
#include "kernels/scalar_isa.h"
// The order matters: the text needs an Isa.
#include "kernels/table.inl"

namespace tidegate::kernels {

#if TIDEGATE_ONE_SET
const Kernels scalar_kernels = {};

const char* const Kernels::name = "scalar";
decltype(Kernels::gemv) Kernels::gemv = kernels::gemv;
decltype(Kernels::gemm) Kernels::gemm = kernels::gemm;
decltype(Kernels::lstm_step) Kernels::lstm_step = kernels::lstm_step;
decltype(Kernels::gru_step) Kernels::gru_step = kernels::gru_step;
decltype(Kernels::unary) Kernels::unary = kUnary;
decltype(Kernels::expm1) Kernels::expm1 = kernels::unary<Expm1>;
decltype(Kernels::binary) Kernels::binary = kBinary;
decltype(Kernels::multiply_add) Kernels::multiply_add = kernels::multiply_add;
decltype(Kernels::clamp) Kernels::clamp = kernels::clamp;
decltype(Kernels::axpy) Kernels::axpy = kernels::axpy;
decltype(Kernels::softmax) Kernels::softmax = kernels::softmax;
decltype(Kernels::flush_tiny) Kernels::flush_tiny = kernels::flush_tiny;
decltype(Kernels::canonical_nan) Kernels::canonical_nan = kernels::canonical_nan;
decltype(Kernels::all_within) Kernels::all_within = kernels::all_within;
decltype(Kernels::keep_states) Kernels::keep_states = kernels::keep_states;
#else
const Kernels scalar_kernels = table("scalar");
#endif

}  // namespace tidegate::kernels
