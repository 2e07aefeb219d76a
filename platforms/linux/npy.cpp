// SPDX-License-Identifier: MIT
#include "npy.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <string_view>

#include "data/files.h"
#include "error.h"

namespace tidegate::command {
namespace {

static_assert(std::endian::native == std::endian::little);

struct TypeName {
    NpyType type;
    const char* descr;
    std::size_t bytes;
};
constexpr std::array<TypeName, 7> kTypes = {{{NpyType::f4, "<f4", 4},
                                             {NpyType::f8, "<f8", 8},
                                             {NpyType::i4, "<i4", 4},
                                             {NpyType::i8, "<i8", 8},
                                             {NpyType::u1, "|u1", 1},
                                             {NpyType::i1, "|i1", 1},
                                             {NpyType::b1, "|b1", 1}}};
constexpr std::string_view kMagic = "\x93NUMPY";

const TypeName& row_of(NpyType type) { return kTypes[static_cast<std::size_t>(type)]; }

/// The text behind 'key': in the header's dictionary, without leading blanks.
std::string_view entry(std::string_view header, std::string_view key, const std::string& path) {
    const std::size_t at = header.find("'" + std::string(key) + "'");
    const std::size_t colon = at == std::string_view::npos ? at : header.find(':', at);
    if (colon == std::string_view::npos) { throw CommandError("{}: the .npy header lacks '{}'", path, key); }
    const std::size_t first = header.find_first_not_of(' ', colon + 1);
    return first == std::string_view::npos ? std::string_view() : header.substr(first);
}

NpyType parse_type(std::string_view text, const std::string& path) {
    for (const TypeName& known : kTypes) {
        if (text.starts_with("'" + std::string(known.descr) + "'")) { return known.type; }
    }
    throw CommandError("{}: elements of type {} are not supported; use f4, f8, i4, i8, u1, i1 or b1, little-endian",
                       path, text.substr(0, text.find(',')));
}

std::vector<std::int64_t> parse_shape(std::string_view text, const std::string& path) {
    const std::size_t end = text.find(')');
    if (!text.starts_with('(') || end == std::string_view::npos) { throw CommandError("{}: malformed shape", path); }
    std::vector<std::int64_t> shape;
    const char* at = text.data() + 1;
    const char* const last = text.data() + end;
    while (at < last) {
        if (*at == ' ' || *at == ',') {
            ++at;
            continue;
        }
        std::int64_t extent = 0;
        const auto [next, error] = std::from_chars(at, last, extent);
        if (error != std::errc() || extent < 0) { throw CommandError("{}: malformed shape", path); }
        shape.push_back(extent);
        at = next;
    }
    return shape;
}

/// The bytes of an array, or nothing if the product does not fit.
std::uint64_t byte_count(const std::vector<std::int64_t>& shape, NpyType type, const std::string& path) {
    std::uint64_t bytes = npy_bytes(type);
    for (const std::int64_t extent : shape) {
        if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(extent), &bytes)) {
            throw CommandError("{}: the shape {} is too large", path, shape_text(shape));
        }
    }
    return bytes;
}

std::vector<unsigned char> row_major(const Npy& fortran) {
    const std::size_t size = npy_bytes(fortran.type);
    std::vector<unsigned char> out(fortran.data.size());
    std::vector<std::int64_t> index(fortran.shape.size(), 0);
    for (std::size_t to = 0; to < fortran.count(); ++to) {
        std::size_t from = 0;
        for (std::size_t axis = index.size(); axis-- > 0;) {
            from = from * static_cast<std::size_t>(fortran.shape[axis]) + static_cast<std::size_t>(index[axis]);
        }
        std::memcpy(&out[to * size], &fortran.data[from * size], size);
        for (std::size_t axis = index.size(); axis-- > 0 && ++index[axis] == fortran.shape[axis];) { index[axis] = 0; }
    }
    return out;
}

template <class From, class To, class Fits>
Npy convert_elements(const Npy& array, NpyType type, const std::string& what, Fits fits) {
    Npy out{type, array.shape, std::vector<unsigned char>(array.count() * sizeof(To))};
    for (std::size_t i = 0; i < array.count(); ++i) {
        From from;
        std::memcpy(&from, &array.data[i * sizeof(From)], sizeof(From));
        const To to = static_cast<To>(from);
        if (!fits(from, to)) { throw CommandError("{}: the value {} does not fit {}", what, from, npy_name(type)); }
        std::memcpy(&out.data[i * sizeof(To)], &to, sizeof(To));
    }
    return out;
}

}  // namespace

const char* npy_name(NpyType type) { return row_of(type).descr + 1; }
std::size_t npy_bytes(NpyType type) { return row_of(type).bytes; }

Npy read_npy(const std::string& path) {
    const std::string file = data::read_file(path);
    if (!file.starts_with(kMagic) || file.size() < 10) { throw CommandError("{}: not a .npy file", path); }
    const auto version = static_cast<unsigned char>(file[6]);
    if (version < 1 || version > 3) { throw CommandError("{}: .npy version {} is not supported", path, version); }
    const std::size_t length_bytes = version == 1 ? 2 : 4;
    std::uint32_t length = 0;
    if (file.size() >= 8 + length_bytes) { std::memcpy(&length, &file[8], length_bytes); }
    const std::size_t start = 8 + length_bytes + length;
    if (file.size() < start) { throw CommandError("{}: the .npy header is truncated", path); }
    const std::string_view header(&file[8 + length_bytes], length);

    Npy array;
    array.type = parse_type(entry(header, "descr", path), path);
    array.shape = parse_shape(entry(header, "shape", path), path);
    const std::uint64_t bytes = byte_count(array.shape, array.type, path);
    if (file.size() - start != bytes) {
        throw CommandError("{}: {} bytes of data, but {} of {} take {}", path, file.size() - start,
                           shape_text(array.shape), npy_name(array.type), bytes);
    }
    array.data.assign(file.begin() + static_cast<std::ptrdiff_t>(start), file.end());
    if (entry(header, "fortran_order", path).starts_with("True")) { array.data = row_major(array); }
    return array;
}

void write_npy(const std::string& path, const Npy& array) {
    const char* const alone = array.shape.size() == 1 ? "," : "";  // Python's tuple of one
    std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}",
                                     row_of(array.type).descr, fmt::join(array.shape, ", "), alone);
    header.resize((10 + header.size() + 1 + 63) / 64 * 64 - 10, ' ');  // data starts on a multiple of 64
    header.back() = '\n';

    std::string file(kMagic);
    file += {'\x01', '\x00', static_cast<char>(header.size() & 0xFF), static_cast<char>(header.size() >> 8)};
    file += header;
    file.append(array.data.begin(), array.data.end());
    data::write_file(path, file);
}

Npy converted(Npy array, NpyType type, const std::string& what) {
    if (array.type == type) { return array; }
    if (array.type == NpyType::f8 && type == NpyType::f4) {
        return convert_elements<double, float>(
            array, type, what, [](double from, float to) { return std::isinf(from) || !std::isinf(to); });
    }
    if (array.type == NpyType::i8 && type == NpyType::i4) {
        return convert_elements<std::int64_t, std::int32_t>(
            array, type, what, [](std::int64_t from, std::int32_t to) { return from == to; });
    }
    if (array.type == NpyType::i4 && type == NpyType::i8) {
        return convert_elements<std::int32_t, std::int64_t>(array, type, what,
                                                            [](std::int32_t, std::int64_t) { return true; });
    }
    throw CommandError("{}: elements are {}, the model wants {}", what, npy_name(array.type), npy_name(type));
}

std::string shape_text(const std::vector<std::int64_t>& shape) { return fmt::format("[{}]", fmt::join(shape, ",")); }

std::vector<std::int64_t> indices_of(std::size_t element, const std::vector<std::int64_t>& shape) {
    std::vector<std::int64_t> indices(shape.size());
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        const auto extent = static_cast<std::size_t>(shape[axis]);
        indices[axis] = static_cast<std::int64_t>(element % extent);
        element /= extent;
    }
    return indices;
}

}  // namespace tidegate::command
