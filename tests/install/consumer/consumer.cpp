// SPDX-License-Identifier: MIT
#include <tidegate/tidegate.hpp>

int main() { return tg_kernels_at(0) == nullptr; }
