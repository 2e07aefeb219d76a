// SPDX-License-Identifier: MIT
// Plain C++, the definition of the right answer.
#include "kernels/scalar_isa.h"
// The order matters: the text needs an Isa.
#include "kernels/table.inl"

namespace tidegate::kernels {
const Kernels scalar_kernels = table("scalar");
}
