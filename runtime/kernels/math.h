// SPDX-License-Identifier: MIT
// The functions of libm that the runtime needs, with the same bits on every platform (libm's differ). The same text
// as the vector kernels. Needs round to nearest (float_mode.h); errors measured over all floats, see tests/kernels.
#pragma once

namespace tidegate::kernels {

float exp(float x);        ///< e^x; +0 below x = -86.6: subnormals are not made
float expm1(float x);      ///< e^x - 1
float log(float x);        ///< natural; -infinity at 0, NaN below
float log1p(float x);      ///< log(1 + x); -infinity at -1, NaN below
float sin_turns(float x);  ///< sin(2 pi x), |x| <= 2^20
float cos_turns(float x);  ///< cos(2 pi x), |x| <= 2^20

// double_math.cpp: within half a unit of the last place and 1e-4 of one.
float sine(float x);                ///< of radians; NaN of an infinity
float cosine(float x);              ///< of radians; NaN of an infinity
float power(float x, float y);      ///< x^y
float remainder(float x, float y);  ///< x - trunc(x / y) y, exact, with the sign of x; NaN for y = 0

}  // namespace tidegate::kernels
