// SPDX-License-Identifier: MIT
// The .npy format (numpy.lib.format): "\x93NUMPY", version, header length, a Python dict in text, padding, the
// elements.
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>

#include "graph/error.h"
#include "verify/tensor_file.h"

namespace tidegate {
namespace {

static_assert(std::endian::native == std::endian::little, "elements are read as they lie");
constexpr char kNpyMagic[] = "\x93NUMPY";
constexpr std::size_t kNpyMagicBytes = 6;

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
    throw ConvertError("file '" + path + "': " + what);
}

/// IEEE half precision: 1 sign, 5 exponent (bias 15), 10 fraction bits.
double from_half(std::uint16_t bits) {
    const int exponent = bits >> 10 & 31;
    const int fraction = bits & 1023;
    double value = std::ldexp(fraction, -24);
    if (exponent == 31) {
        value = fraction != 0 ? std::numeric_limits<double>::quiet_NaN() : std::numeric_limits<double>::infinity();
    } else if (exponent > 0) {
        value = std::ldexp(1024 + fraction, exponent - 25);
    }
    return (bits & 0x8000) != 0 ? -value : value;
}

template <class Stored>
Tensor decode(ElementType type, const Dims& dims, const char* bytes) {
    Tensor tensor = Tensor::zeros(type, dims);
    const auto count = static_cast<std::size_t>(tensor.count());
    for (std::size_t i = 0; i < count; ++i) {
        Stored value;
        std::memcpy(&value, bytes + i * sizeof(Stored), sizeof(Stored));
        if (tensor.is_real()) {
            tensor.reals[i] = static_cast<double>(value);
        } else {
            tensor.integers[i] = static_cast<std::int64_t>(value);
        }
    }
    return tensor;
}

Tensor decode_half(const Dims& dims, const char* bytes) {
    Tensor tensor = decode<std::uint16_t>(ElementType::f32, dims, bytes);
    for (double& value : tensor.reals) { value = from_half(static_cast<std::uint16_t>(value)); }
    return tensor;
}

struct Form {
    const char* descr;
    std::size_t bytes;
    Tensor (*decode)(const Dims&, const char*);
};

constexpr Form kForms[] = {
    {"<f4", 4, [](const Dims& d, const char* p) { return decode<float>(ElementType::f32, d, p); }},
    {"<f8", 8, [](const Dims& d, const char* p) { return decode<double>(ElementType::f32, d, p); }},
    {"<f2", 2, decode_half},
    {"|i1", 1, [](const Dims& d, const char* p) { return decode<std::int8_t>(ElementType::i8, d, p); }},
    {"<i2", 2, [](const Dims& d, const char* p) { return decode<std::int16_t>(ElementType::i32, d, p); }},
    {"<i4", 4, [](const Dims& d, const char* p) { return decode<std::int32_t>(ElementType::i32, d, p); }},
    {"<i8", 8, [](const Dims& d, const char* p) { return decode<std::int64_t>(ElementType::i64, d, p); }},
    {"|u1", 1, [](const Dims& d, const char* p) { return decode<std::uint8_t>(ElementType::u8, d, p); }},
    {"|b1", 1, [](const Dims& d, const char* p) { return decode<std::uint8_t>(ElementType::boolean, d, p); }},
};

struct Header {
    std::string descr;
    bool fortran = false;
    Dims dims;
    std::size_t data = 0;  ///< where the elements begin
};

/// What stands between `open` and `close` behind "'key': " in the header's dict.
std::string field(const std::string& path, const std::string& dict, const std::string& key, char open, char close) {
    const std::size_t at = dict.find("'" + key + "'");
    const std::size_t colon = at == std::string::npos ? at : dict.find(':', at);
    const std::size_t first = colon == std::string::npos ? colon : dict.find(open, colon);
    const std::size_t last = first == std::string::npos ? first : dict.find(close, first + 1);
    if (last == std::string::npos) { refuse(path, "its header has no '" + key + "'"); }
    return dict.substr(first + 1, last - first - 1);
}

/// "2, 3, 4" or "7,", or nothing.
Dims parse_shape(const std::string& path, const std::string& text) {
    Dims dims;
    const char* end = text.data() + text.size();
    for (const char* at = text.data(); at != end;) {
        if (*at == ' ' || *at == ',') {
            ++at;
            continue;
        }
        std::int64_t extent = 0;
        const auto [stop, error] = std::from_chars(at, end, extent);
        if (error != std::errc() || extent < 0) { refuse(path, "its shape (" + text + ") cannot be read"); }
        dims.push_back(extent);
        at = stop;
    }
    return dims;
}

Header read_header(const std::string& path, const std::string& bytes) {
    if (bytes.size() < 12 || bytes.compare(0, kNpyMagicBytes, kNpyMagic) != 0) { refuse(path, "is not a .npy file"); }
    const int version = bytes[6];
    if (version != 1 && version != 2) { refuse(path, ".npy format " + std::to_string(version) + " is not supported"); }
    std::uint32_t length = 0;
    const std::size_t length_bytes = version == 1 ? 2 : 4;
    std::memcpy(&length, bytes.data() + 8, length_bytes);
    Header header;
    header.data = 8 + length_bytes + length;
    if (header.data > bytes.size()) { refuse(path, "ends inside its header"); }

    const std::string dict = bytes.substr(8 + length_bytes, length);
    header.descr = field(path, dict, "descr", '\'', '\'');
    header.fortran = field(path, dict, "fortran_order", ' ', ',') == "True";
    header.dims = parse_shape(path, field(path, dict, "shape", '(', ')'));
    return header;
}

/// Elements that lie first index fastest, put last index fastest.
Tensor from_fortran(const Tensor& x) {
    Tensor y = x;
    Dims index(x.dims.size());
    const auto count = static_cast<std::size_t>(x.count());
    for (std::size_t from = 0; from < count; ++from) {
        std::int64_t to = 0;
        for (std::size_t i = 0; i < index.size(); ++i) { to = to * x.dims[i] + index[i]; }
        const auto t = static_cast<std::size_t>(to);
        if (x.is_real()) {
            y.reals[t] = x.reals[from];
        } else {
            y.integers[t] = x.integers[from];
        }
        for (std::size_t i = 0; i < index.size() && ++index[i] == x.dims[i]; ++i) { index[i] = 0; }
    }
    return y;
}

template <class Stored, class Value>
void append(std::string& bytes, const std::vector<Value>& values) {
    for (const Value value : values) {
        const auto stored = static_cast<Stored>(value);
        bytes.append(reinterpret_cast<const char*>(&stored), sizeof stored);
    }
}

/// Appends the elements and returns the descr.
const char* encode(const Tensor& tensor, std::string& bytes) {
    switch (tensor.type) {
        case ElementType::f32:
            append<float>(bytes, tensor.reals);
            return "<f4";
        case ElementType::i32:
            append<std::int32_t>(bytes, tensor.integers);
            return "<i4";
        case ElementType::i64:
            append<std::int64_t>(bytes, tensor.integers);
            return "<i8";
        case ElementType::u8:
            append<std::uint8_t>(bytes, tensor.integers);
            return "|u1";
        case ElementType::i8:
            append<std::int8_t>(bytes, tensor.integers);
            return "|i1";
        case ElementType::boolean:
            append<std::uint8_t>(bytes, tensor.integers);
            return "|b1";
    }
    return "";
}

}  // namespace

Tensor read_npy(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) { refuse(path, "cannot be opened"); }
    return decode_npy({std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()}, path);
}

Tensor decode_npy(const std::string& bytes, const std::string& path) {
    const Header header = read_header(path, bytes);
    for (const Form& form : kForms) {
        if (header.descr != form.descr) { continue; }
        std::int64_t count = 0;
        try {
            count = element_count(header.dims);
        } catch (const std::length_error& error) { refuse(path, error.what()); }
        if (static_cast<std::uint64_t>(count) * form.bytes != bytes.size() - header.data) {
            refuse(path, "holds " + std::to_string(bytes.size() - header.data) + " bytes of elements, shape " +
                             to_text(header.dims) + " needs " +
                             std::to_string(count * static_cast<std::int64_t>(form.bytes)));
        }
        const Tensor tensor = form.decode(header.dims, bytes.data() + header.data);
        return header.fortran ? from_fortran(tensor) : tensor;
    }
    refuse(path, "elements of type '" + header.descr + "' are not supported; use float32, int32, int64, uint8 or bool");
}

void write_npy(const std::string& path, const Tensor& tensor) {
    std::string elements;
    const char* descr = encode(tensor, elements);
    std::string shape;
    for (const std::int64_t extent : tensor.dims) { shape += std::to_string(extent) + ", "; }
    std::string header = std::string("{'descr': '") + descr + "', 'fortran_order': False, 'shape': (" + shape + "), }";
    const std::size_t fixed = kNpyMagicBytes + 4;  // magic, version, length
    while ((fixed + header.size() + 1) % 64 != 0) { header += ' '; }
    header += '\n';

    std::ofstream file(path, std::ios::binary);
    file.write(kNpyMagic, kNpyMagicBytes);
    file.write("\x01\x00", 2);
    const auto length = static_cast<std::uint16_t>(header.size());
    file.write(reinterpret_cast<const char*>(&length), sizeof length);
    file << header << elements;
    file.close();
    if (!file) { refuse(path, "cannot be written"); }
}

}  // namespace tidegate
