// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "format/check.h"
#include "format/operator_list.h"

namespace tidegate::test {

/// The verdict on a file that ends where a forbidden page begins (up to 63 bytes before, if 64 does not divide it).
format::Verdict verdict_on(const std::vector<std::uint8_t>& file);

/// What tg_open() gives to the check.
format::OperatorList every_operator();

std::string text_of(format::Verdict verdict);

}  // namespace tidegate::test
