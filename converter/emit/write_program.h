// SPDX-License-Identifier: MIT
// The stages of emit/ in a row.
#pragma once

#include <cstdint>
#include <vector>

#include "convert.h"
#include "lower/program.h"

namespace tidegate {

/// quantize, plan, write: a lowered program as a file. Throws ConvertError.
inline std::vector<std::uint8_t> write_program(Program program, const Quantization& quantization) {
    quantize(program, quantization);
    plan(program);
    return write(program);
}

}  // namespace tidegate
