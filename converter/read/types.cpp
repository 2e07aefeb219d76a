// SPDX-License-Identifier: MIT
#include "read/types.h"

#include <array>
#include <stdexcept>

#include "read/schema.h"

namespace tidegate {
namespace {

using onnx::TensorProto;

constexpr std::array kTypes = {
    OnnxType{TensorProto::FLOAT, "FLOAT", ElementType::f32, 4, TypedField::float_data, false},
    OnnxType{TensorProto::DOUBLE, "DOUBLE", ElementType::f32, 8, TypedField::double_data, true},
    OnnxType{TensorProto::FLOAT16, "FLOAT16", ElementType::f32, 2, TypedField::int32_data, true},
    OnnxType{TensorProto::BFLOAT16, "BFLOAT16", ElementType::f32, 2, TypedField::int32_data, true},
    OnnxType{TensorProto::INT64, "INT64", ElementType::i64, 8, TypedField::int64_data, false},
    OnnxType{TensorProto::INT32, "INT32", ElementType::i32, 4, TypedField::int32_data, false},
    OnnxType{TensorProto::INT8, "INT8", ElementType::i8, 1, TypedField::int32_data, false},
    OnnxType{TensorProto::UINT8, "UINT8", ElementType::u8, 1, TypedField::int32_data, false},
    OnnxType{TensorProto::BOOL, "BOOL", ElementType::boolean, 1, TypedField::int32_data, false},
};

}  // namespace

const OnnxType* find_type(int id) {
    for (const OnnxType& type : kTypes) {
        if (type.id == id) { return &type; }
    }
    return nullptr;
}

std::string onnx_type_name(int id) {
    constexpr std::array kNames = {"UNDEFINED", "FLOAT",  "UINT8",     "INT8",       "UINT16",  "INT16",
                                   "INT32",     "INT64",  "STRING",    "BOOL",       "FLOAT16", "DOUBLE",
                                   "UINT32",    "UINT64", "COMPLEX64", "COMPLEX128", "BFLOAT16"};
    const bool known = id >= 0 && static_cast<std::size_t>(id) < kNames.size();
    return known ? kNames[static_cast<std::size_t>(id)] : "type " + std::to_string(id);
}

const OnnxType& need_type(int id) {
    if (const OnnxType* type = find_type(id)) { return *type; }
    throw std::runtime_error(
        "element type " + onnx_type_name(id) +
        " is not supported; use FLOAT, DOUBLE, FLOAT16, BFLOAT16, INT64, INT32, INT8, UINT8 or BOOL");
}

}  // namespace tidegate
