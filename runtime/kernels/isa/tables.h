// SPDX-License-Identifier: MIT
// The tables of the instruction sets, one per file of this folder. Only select.cpp knows which ones are linked in.
#pragma once

#include "kernels/kernels.h"

namespace tidegate::kernels {

extern const Kernels avx2_kernels;  ///< needs cpu_avx2 and cpu_fma

}  // namespace tidegate::kernels
