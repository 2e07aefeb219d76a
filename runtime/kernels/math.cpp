// SPDX-License-Identifier: MIT
#include "kernels/math.h"

#include "kernels/scalar_isa.h"
// The order matters: the texts need an Isa.
#include "kernels/exponential.inl"
#include "kernels/logarithm.inl"
#include "kernels/turns.inl"

namespace tidegate::kernels {

float exp(float x) { return wide::exp(x); }
float expm1(float x) { return wide::expm1(x); }
float log(float x) { return wide::log(x); }
float log1p(float x) { return wide::log1p(x); }
float sin_turns(float x) { return wide::sin_turns(x); }
float cos_turns(float x) { return wide::cos_turns(x); }

}  // namespace tidegate::kernels
