// SPDX-License-Identifier: MIT
// xsimd, and the one place for differences between its versions. There are none as long as only these are used:
// register types, their conversion from and to the compiler's own, and + - * & | ^. They are alike in 8.1.0 and 14.3.0;
// what is not: bitwise_cast asks for an element type since 11, max and min take NaN from the other side, fma was not
// fused with AVX-512 in 8.
#pragma once

#include <xsimd/xsimd.hpp>

#if XSIMD_VERSION_MAJOR < 8
#error "xsimd 8 or later is needed (set XSIMD_INCLUDE to the folder that holds xsimd/xsimd.hpp)"
#endif
