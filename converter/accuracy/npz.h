// SPDX-License-Identifier: MIT
// numpy's .npz: a zip archive of .npy files, stored or deflated.
#pragma once

#include <map>
#include <string>

#include "graph/tensor.h"

namespace tidegate {

/// The arrays by their names (without ".npy"). Throws ConvertError naming the file.
std::map<std::string, Tensor> read_npz(const std::string& path);

}  // namespace tidegate
