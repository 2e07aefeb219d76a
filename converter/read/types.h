// SPDX-License-Identifier: MIT
// ONNX element types: which are read, how wide they are in a file, and what they become here.
#pragma once

#include <cstdint>
#include <string>

#include "graph/tensor.h"

namespace tidegate {

/// Where TensorProto keeps the elements of a type when they are not in raw_data.
enum class TypedField { float_data, double_data, int32_data, int64_data };

struct OnnxType {
    int id;  ///< TensorProto.DataType
    const char* name;
    ElementType type;   ///< what it becomes
    std::size_t bytes;  ///< of one element in raw_data, little-endian
    TypedField field;
    bool changes;  ///< reals of another width: values are rounded to, or kept in, f32
};

/// Null for types that are not read.
const OnnxType* find_type(int id);
/// "DOUBLE", or "type 17" for one without a name here.
std::string onnx_type_name(int id);
/// The type of an input, an output, a Cast: as find_type, but throws std::runtime_error that says what is possible.
const OnnxType& need_type(int id);

}  // namespace tidegate
