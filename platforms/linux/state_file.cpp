// SPDX-License-Identifier: MIT
#include "state_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

namespace tidegate {
namespace {

constexpr char kTemporary[] = ".XXXXXX";

/// Calls again what a signal interrupted.
template <class Call>
auto retried(Call call) {
    auto result = call();
    while (result < 0 && errno == EINTR) { result = call(); }
    return result;
}

/// A file descriptor; close() says what the destructor cannot.
class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }
    bool close() {
        const int fd = fd_;
        fd_ = -1;
        return fd < 0 || ::close(fd) == 0;
    }

private:
    int fd_;
};

/// A file that is gone at the end unless it was renamed.
class Temporary {
public:
    explicit Temporary(char* name) : name_(name), file_(::mkostemp(name, O_CLOEXEC)), exists_(file_.get() >= 0) {}
    ~Temporary() {
        if (exists_) { ::unlink(name_); }
    }
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;
    bool exists() const { return exists_; }
    Descriptor& file() { return file_; }
    bool rename(const char* target) {
        exists_ = ::rename(name_, target) != 0;
        return !exists_;
    }

private:
    const char* name_;
    Descriptor file_;
    bool exists_;
};

bool write_all(int fd, const std::uint8_t* bytes, std::size_t size) {
    while (size > 0) {
        const ssize_t written = retried([&] { return ::write(fd, bytes, size); });
        if (written < 0) { return false; }
        bytes += written;
        size -= static_cast<std::size_t>(written);
    }
    return true;
}

bool read_all(int fd, std::uint8_t* bytes, std::size_t size) {
    while (size > 0) {
        const ssize_t got = retried([&] { return ::read(fd, bytes, size); });
        if (got <= 0) {
            if (got == 0) { errno = EIO; }  // shorter than fstat() said
            return false;
        }
        bytes += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

/// Some file systems know no fsync of a folder (EINVAL): they order the rename themselves.
bool sync_folder_of(char* path) {
    char* const slash = std::strrchr(path, '/');
    const char* folder = ".";
    if (slash != nullptr) {
        slash[slash == path ? 1 : 0] = '\0';
        folder = path;
    }
    const Descriptor fd(retried([&] { return ::open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
    return fd.get() >= 0 && (retried([&] { return ::fsync(fd.get()); }) == 0 || errno == EINVAL);
}

/// The old file's mode, or 0600; false with errno if a state cannot stand there.
bool mode_at(const char* target, mode_t& mode) {
    struct stat facts {};
    mode = S_IRUSR | S_IWUSR;
    if (::stat(target, &facts) != 0) { return errno == ENOENT; }
    mode = facts.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO);
    errno = S_ISDIR(facts.st_mode) ? EISDIR : EINVAL;
    return S_ISREG(facts.st_mode);
}

/// Replaces `target` by these bytes; 0 or an errno. `name`: room for the temporary's name, the target's at first.
int replace(const char* target, char* name, const std::uint8_t* bytes, std::size_t size) {
    mode_t mode = 0;
    if (!mode_at(target, mode)) { return errno; }
    std::memcpy(name + std::strlen(name), kTemporary, sizeof kTemporary);
    Temporary temporary(name);
    if (!temporary.exists()) { return errno; }
    Descriptor& file = temporary.file();
    const bool done = ::fchmod(file.get(), mode) == 0 && write_all(file.get(), bytes, size) &&
                      retried([&] { return ::fsync(file.get()); }) == 0 && file.close() && temporary.rename(target) &&
                      sync_folder_of(name);
    return done ? 0 : errno;
}

StateFileResult system_error() { return {TG_OK, errno}; }

using Bytes = std::unique_ptr<std::uint8_t[]>;
Bytes room_for(std::size_t size) { return Bytes(new (std::nothrow) std::uint8_t[size]); }

struct Free {
    void operator()(char* text) const { std::free(text); }
};
using Text = std::unique_ptr<char, Free>;

}  // namespace

const char* StateFileResult::text() const { return error != 0 ? std::strerror(error) : tg_status_text(status); }

StateFileResult save_state_file(const tg_session* session, const char* path) {
    if (session == nullptr || path == nullptr) { return {TG_NULL_ARGUMENT, 0}; }
    const std::size_t size = tg_state_size(tg_session_model(session));
    const Bytes bytes = room_for(size);
    if (!bytes) { return {TG_OK, ENOMEM}; }
    const tg_status saved = tg_state_save(session, bytes.get(), size);
    if (saved != TG_OK) { return {saved, 0}; }

    const Text linked(::realpath(path, nullptr));
    const char* const target = linked ? linked.get() : path;
    const Text name(static_cast<char*>(std::malloc(std::strlen(target) + sizeof kTemporary)));
    if (!name) { return {TG_OK, ENOMEM}; }
    std::memcpy(name.get(), target, std::strlen(target) + 1);
    return {TG_OK, replace(target, name.get(), bytes.get(), size)};
}

StateFileResult restore_state_file(tg_session* session, const char* path, std::uint32_t flags) {
    if (session == nullptr || path == nullptr) { return {TG_NULL_ARGUMENT, 0}; }
    const Descriptor file(retried([&] { return ::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); }));
    struct stat facts {};
    if (file.get() < 0 || ::fstat(file.get(), &facts) != 0) { return system_error(); }
    if (!S_ISREG(facts.st_mode)) { return {TG_OK, S_ISDIR(facts.st_mode) ? EISDIR : EINVAL}; }
    const auto size = static_cast<std::size_t>(facts.st_size);
    const Bytes bytes = room_for(size);
    if (!bytes) { return {TG_OK, ENOMEM}; }
    if (!read_all(file.get(), bytes.get(), size)) { return system_error(); }
    return {tg_state_restore(session, bytes.get(), size, flags), 0};
}

}  // namespace tidegate
