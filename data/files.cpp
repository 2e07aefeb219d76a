// SPDX-License-Identifier: MIT
#include "data/files.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "data/error.h"

namespace tidegate::data {
namespace {

struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

File open(const std::string& path, const char* mode) {
    File file(std::fopen(path.c_str(), mode));
    if (!file) { throw DataError("{}: {}", path, std::strerror(errno)); }
    return file;
}

}  // namespace

std::string read_file(const std::string& path) {
    const File file = open(path, "rb");
    std::string bytes;
    char block[1 << 16];
    while (const std::size_t got = std::fread(block, 1, sizeof block, file.get())) { bytes.append(block, got); }
    if (std::ferror(file.get()) != 0) { throw DataError("{}: {}", path, std::strerror(errno)); }
    return bytes;
}

void write_file(const std::string& path, std::string_view bytes) {
    File file = open(path, "wb");
    const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size();
    if (std::fclose(file.release()) != 0 || !written) { throw DataError("{}: {}", path, std::strerror(errno)); }
}

}  // namespace tidegate::data
