// SPDX-License-Identifier: MIT
#include "read/tensor.h"

#include <bit>
#include <cmath>
#include <filesystem>
#include <limits>
#include <stdexcept>

#include "graph/error.h"
#include "graph/text.h"
#include "read/model_file.h"
#include "read/tensor_proto.h"
#include "read/types.h"

namespace tidegate {
namespace {

[[noreturn]] void refuse_tensor(const std::string& why) { throw std::runtime_error(why); }

std::uint64_t checked_count(const Dims& dims) {
    try {
        return static_cast<std::uint64_t>(element_count(dims));
    } catch (const std::length_error& fault) { refuse_tensor(fault.what()); }
}

/// IEEE 754 binary16.
double from_half(std::uint16_t bits) {
    const double sign = (bits & 0x8000) != 0 ? -1.0 : 1.0;
    const int exponent = (bits >> 10) & 0x1f;
    const int fraction = bits & 0x3ff;
    if (exponent == 0x1f) {
        return fraction != 0 ? std::numeric_limits<double>::quiet_NaN()
                             : sign * std::numeric_limits<double>::infinity();
    }
    return exponent == 0 ? sign * std::ldexp(fraction, -24) : sign * std::ldexp(fraction + 0x400, exponent - 25);
}

/// Rounded to f32; a finite value beyond f32 is refused.
double narrowed(double value) {
    const auto rounded = static_cast<float>(value);
    if (std::isfinite(value) && !std::isfinite(rounded)) {
        refuse_tensor("value " + std::to_string(value) + " is beyond f32");
    }
    return rounded;
}

/// The element that these bits are. `bits` holds type.bytes bytes.
double real(const OnnxType& type, std::uint64_t bits) {
    switch (type.id) {
        case onnx::TensorProto::DOUBLE:
            return narrowed(std::bit_cast<double>(bits));
        case onnx::TensorProto::FLOAT16:
            return from_half(static_cast<std::uint16_t>(bits));
        case onnx::TensorProto::BFLOAT16:
            return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
        default:
            return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    }
}

std::int64_t integer(const OnnxType& type, std::uint64_t bits) {
    switch (type.type) {
        case ElementType::boolean:
            return bits != 0 ? 1 : 0;
        case ElementType::u8:
            return static_cast<std::uint8_t>(bits);
        case ElementType::i8:
            return static_cast<std::int8_t>(bits);
        case ElementType::i32:
            return static_cast<std::int32_t>(bits);
        default:
            return static_cast<std::int64_t>(bits);
    }
}

/// Gives every element's bits in turn to a Tensor of that type.
class Filler {
public:
    Filler(const OnnxType& type, Dims dims) : type_(type), tensor_(Tensor::zeros(type.type, std::move(dims))) {}
    void add(std::uint64_t bits) {
        if (tensor_.is_real()) {
            tensor_.reals[next_++] = real(type_, bits);
        } else {
            tensor_.integers[next_++] = integer(type_, bits);
        }
    }
    Tensor take() { return std::move(tensor_); }

private:
    const OnnxType& type_;
    Tensor tensor_;
    std::size_t next_ = 0;
};

Tensor from_raw(const OnnxType& type, Dims dims, std::uint64_t count, const std::string& raw) {
    if (raw.size() != count * type.bytes) {
        refuse_tensor("raw_data has " + std::to_string(raw.size()) + " bytes where shape " + to_text(dims) + " of " +
                      type.name + " needs " + std::to_string(count * type.bytes));
    }
    Filler filler(type, std::move(dims));
    for (std::size_t at = 0; at < raw.size(); at += type.bytes) {
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < type.bytes; ++i) {
            bits |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(raw[at + i])) << (8 * i);
        }
        filler.add(bits);
    }
    return filler.take();
}

/// int32_data holds small integers as values, and 16-bit reals as their bits: both must fit their type.
std::uint64_t checked_bits(const OnnxType& type, std::int32_t value) {
    const auto within = [value](std::int32_t low, std::int32_t high) { return value >= low && value <= high; };
    const bool fits = type.type == ElementType::i32 || (type.type == ElementType::i8 && within(-128, 127)) ||
                      (type.type == ElementType::u8 && within(0, 255)) ||
                      (type.type == ElementType::boolean && within(0, 1)) ||
                      (type.type == ElementType::f32 && within(0, 0xffff));
    if (!fits) { refuse_tensor("value " + std::to_string(value) + " in int32_data does not fit " + type.name); }
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
}

Tensor from_typed(const OnnxType& type, Dims dims, const onnx::TensorProto& proto) {
    Filler filler(type, std::move(dims));
    switch (type.field) {
        case TypedField::float_data:
            for (const float v : proto.float_data()) { filler.add(std::bit_cast<std::uint32_t>(v)); }
            break;
        case TypedField::double_data:
            for (const double v : proto.double_data()) { filler.add(std::bit_cast<std::uint64_t>(v)); }
            break;
        case TypedField::int32_data:
            for (const std::int32_t v : proto.int32_data()) { filler.add(checked_bits(type, v)); }
            break;
        case TypedField::int64_data:
            for (const std::int64_t v : proto.int64_data()) { filler.add(static_cast<std::uint64_t>(v)); }
            break;
    }
    return filler.take();
}

int size_of_field(const onnx::TensorProto& proto, TypedField field) {
    switch (field) {
        case TypedField::float_data:
            return proto.float_data_size();
        case TypedField::double_data:
            return proto.double_data_size();
        case TypedField::int32_data:
            return proto.int32_data_size();
        case TypedField::int64_data:
            return proto.int64_data_size();
    }
    return 0;
}

}  // namespace

Tensor to_tensor(const onnx::TensorProto& proto, const ExternalFolder& folder) {
    const OnnxType& type = need_type(proto.data_type());
    if (proto.has_segment()) { refuse_tensor("a tensor in segments is not supported"); }
    Dims dims(proto.dims().begin(), proto.dims().end());
    const std::uint64_t count = checked_count(dims);
    const int typed = size_of_field(proto, type.field);
    const int all_typed = proto.float_data_size() + proto.double_data_size() + proto.int32_data_size() +
                          proto.int64_data_size() + proto.uint64_data_size() + proto.string_data_size();
    const bool raw = !proto.raw_data().empty() || (proto.has_raw_data() && typed == 0);
    const bool external = proto.data_location() == onnx::TensorProto::EXTERNAL;
    if (all_typed != typed) {
        refuse_tensor(std::string("its values are in a field that is not the one of ") + type.name);
    }
    if ((typed > 0) + !proto.raw_data().empty() + external > 1) { refuse_tensor("its values are given twice"); }
    if (!external && proto.external_data_size() > 0) { refuse_tensor("external data is listed but not declared"); }

    if (external) { return from_raw(type, std::move(dims), count, folder.read(proto, count * type.bytes)); }
    if (raw) { return from_raw(type, std::move(dims), count, proto.raw_data()); }
    if (static_cast<std::uint64_t>(typed) != count) {
        refuse_tensor(std::to_string(typed) + " values where shape " + to_text(dims) + " needs " +
                      std::to_string(count));
    }
    return from_typed(type, std::move(dims), proto);
}

Tensor read_tensor_proto(const std::string& path, std::string* name) {
    onnx::TensorProto proto;
    if (!parse(read_bytes(path), proto) || !proto.has_data_type()) {
        throw ConvertError(in_quotes(path) + " is not an ONNX tensor");
    }
    if (name != nullptr) { *name = proto.name(); }
    const std::string folder = std::filesystem::path(path).parent_path().string();
    try {
        return to_tensor(proto, ExternalFolder(folder.empty() ? "." : folder));
    } catch (const std::runtime_error& fault) { throw ConvertError(in_quotes(path) + ": " + fault.what()); }
}

}  // namespace tidegate
