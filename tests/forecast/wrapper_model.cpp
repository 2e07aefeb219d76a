// SPDX-License-Identifier: MIT
#include "leaky_model.h"

namespace tidegate::test {

std::vector<std::uint8_t> leaky_bytes();
std::vector<std::uint8_t> leaky_bytes() { return leaky_file(); }

}  // namespace tidegate::test
