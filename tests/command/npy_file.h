// SPDX-License-Identifier: MIT
// The few .npy files that tests write and read, independent of the command's own code.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "shell.h"

namespace tidegate::test {

template <class T>
const char* npy_descr() {
    if constexpr (std::is_same_v<T, float>) { return "<f4"; }
    if constexpr (std::is_same_v<T, double>) { return "<f8"; }
    if constexpr (std::is_same_v<T, std::int32_t>) { return "<i4"; }
    return "<i8";
}

/// shape as Python writes it: "(3, 1)".
template <class T>
void write_npy(const std::string& path, const std::string& shape, const std::vector<T>& values, bool fortran = false) {
    std::string header = std::string("{'descr': '") + npy_descr<T>() +
                         "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': " + shape + ", }\n";
    std::string file("\x93NUMPY\x01\x00", 8);
    file += static_cast<char>(header.size());
    file += '\0';
    file += header;
    file.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
    write_text(path, file);
}

/// The data of a version 1 file of floats whose header holds `shape`; throws if it does not.
inline std::vector<float> read_npy(const std::string& path, const std::string& shape) {
    const std::string file = read_text(path);
    const std::size_t start =
        10 + static_cast<unsigned char>(file.at(8)) + 256U * static_cast<unsigned char>(file.at(9));
    const std::string header = file.substr(10, start - 10);
    if (header.find("'<f4'") == std::string::npos || header.find("'shape': " + shape + ",") == std::string::npos) {
        throw std::runtime_error(path + " has the header " + header);
    }
    std::vector<float> values((file.size() - start) / sizeof(float));
    std::memcpy(values.data(), file.data() + start, file.size() - start);
    return values;
}

}  // namespace tidegate::test
