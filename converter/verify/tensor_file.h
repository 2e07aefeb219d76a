// SPDX-License-Identifier: MIT
// Tensors in files: numpy's .npy (format 1 and 2, little-endian, C or Fortran order) and ONNX's TensorProto .pb.
#pragma once

#include <string>

#include "graph/tensor.h"

namespace tidegate {

struct NamedTensor {
    std::string name;  ///< empty: the file has none
    Tensor tensor;
};

/// Reads f2, f4, f8 as f32; i1, i4, i8, u1, b1 as what they are; i2 as i32. Throws ConvertError naming the file.
Tensor read_npy(const std::string& path);
/// The same from memory; `path` stands for the file in messages.
Tensor decode_npy(const std::string& bytes, const std::string& path);
/// Writes format 1: f4, i4, i8, u1, i1 or b1. Throws ConvertError naming the file.
void write_npy(const std::string& path, const Tensor& tensor);
/// By the file's ending: .npy or .pb. Throws ConvertError naming the file.
NamedTensor read_tensor_file(const std::string& path);

}  // namespace tidegate
