// SPDX-License-Identifier: MIT
// A model as C source: the file as an aligned array, and the table of the operators that it uses (tidegate/embedded.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tidegate/embedded.h"

namespace tidegate {

/// "tg_op_lstm" of its row; empty if it is none of the library's.
std::string c_name(const tg_operator* row);

struct CSource {
    std::string source_path;  ///< NAME.c
    std::string header_path;  ///< NAME.h beside it
    std::string source;
    std::string header;
    std::vector<std::string> operators;  ///< tg_op_...
};

/// Checks where `--emit-c path` wants to write; throws ConvertError if the name is no C name.
CSource plan_c_source(const std::string& path);
/// Fills in the text. `file`: the bytes of a .tide file; `origin`: the model's path, for a comment.
void write_c_source(CSource& c, const std::vector<std::uint8_t>& file, const std::string& origin);

}  // namespace tidegate
