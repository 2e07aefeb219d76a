// SPDX-License-Identifier: MIT
// Files for the tests of converter/verify, written byte by byte.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace tidegate::test {

/// An empty directory of its own, gone with the object.
class TemporaryDirectory {
public:
    explicit TemporaryDirectory(const std::string& name)
        : path_(std::filesystem::path(TIDEGATE_BINARY_DIR) / ("test_" + name)) {
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }
    ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    std::string at(const std::string& name) const { return (path_ / name).string(); }
    void write(const std::string& name, const std::string& bytes) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name, std::ios::binary) << bytes;
    }

private:
    std::filesystem::path path_;
};

/// A TensorProto of floats: dims (1), data_type (2) = FLOAT, name (8), raw_data (9). All lengths below 128.
inline std::string tensor_file(const std::string& name, const std::vector<std::int64_t>& dims,
                               const std::vector<float>& values) {
    std::string bytes;
    for (const std::int64_t extent : dims) { bytes += {'\x08', static_cast<char>(extent)}; }
    bytes += {'\x10', '\x01', '\x42', static_cast<char>(name.size())};
    bytes += name;
    bytes += {'\x4a', static_cast<char>(values.size() * sizeof(float))};
    bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
    return bytes;
}

}  // namespace tidegate::test
