// SPDX-License-Identifier: MIT
#include "output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "graph/error.h"

namespace tidegate {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& path) {
    throw ConvertError("cannot write '" + path + "': " + std::strerror(errno));
}

/// Writes and flushes all bytes; false with errno set. Closes the descriptor in any case.
bool write_and_close(int descriptor, const std::vector<std::uint8_t>& bytes, bool flush) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t wrote = ::write(descriptor, bytes.data() + done, bytes.size() - done);
        if (wrote < 0 && errno == EINTR) { continue; }
        if (wrote < 0) { break; }
        done += static_cast<std::size_t>(wrote);
    }
    const bool whole = done == bytes.size() && (!flush || ::fsync(descriptor) == 0);
    const int reason = errno;
    const bool closed = ::close(descriptor) == 0;
    if (!whole) { errno = reason; }
    return whole && closed;
}

}  // namespace

void write_output_file(const std::string& path, const std::vector<std::uint8_t>& bytes) {
    std::error_code ignored;
    const bool exists = fs::exists(path, ignored);
    if (exists && !fs::is_regular_file(path, ignored)) {
        const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
        if (descriptor < 0 || !write_and_close(descriptor, bytes, false)) { fail(path); }
        return;
    }
    const std::string target = exists ? fs::canonical(path, ignored).string() : path;  // a link stays a link
    const std::string temporary = target + "." + std::to_string(::getpid()) + ".tmp";
    const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0) { fail(path); }
    if (!write_and_close(descriptor, bytes, true) || ::rename(temporary.c_str(), target.c_str()) != 0) {
        const int reason = errno;
        ::unlink(temporary.c_str());
        errno = reason;
        fail(path);
    }
}

}  // namespace tidegate
