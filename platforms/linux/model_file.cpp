// SPDX-License-Identifier: MIT
#include "model_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>

#include "error.h"

namespace tidegate::command {
namespace {

/// An open file descriptor.
class Descriptor {
public:
    explicit Descriptor(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
        if (fd_ < 0) { throw CommandError("{}: {}", path, std::strerror(errno)); }
    }
    ~Descriptor() { ::close(fd_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

private:
    int fd_;
};

}  // namespace

ModelFile::ModelFile(const std::string& path) {
    const Descriptor file(path);
    struct stat facts {};
    if (::fstat(file.get(), &facts) != 0) { throw CommandError("{}: {}", path, std::strerror(errno)); }
    if (!S_ISREG(facts.st_mode)) { throw CommandError("{}: not a regular file", path); }
    size_ = static_cast<std::size_t>(facts.st_size);
    if (size_ == 0) { throw CommandError("{}: the file is empty", path); }
    mapped_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.get(), 0);
    if (mapped_ == MAP_FAILED) { throw CommandError("{}: {}", path, std::strerror(errno)); }
    if (const tg_status status = tg_open(mapped_, size_, &model_); status != TG_OK) {
        ::munmap(mapped_, size_);
        throw CommandError("{}: {}", path, tg_status_text(status));
    }
}

ModelFile::~ModelFile() { ::munmap(mapped_, size_); }

void Arena::Free::operator()(void* memory) const { std::free(memory); }

Arena::Arena(std::size_t bytes) : size_(bytes) {
    const std::size_t whole = (std::max<std::size_t>(bytes, 1) + TG_ALIGNMENT - 1) / TG_ALIGNMENT * TG_ALIGNMENT;
    memory_.reset(std::aligned_alloc(TG_ALIGNMENT, whole));
    if (!memory_) { throw std::bad_alloc(); }
    std::memset(memory_.get(), 0, whole);
}

void require_start(tg_status status, const std::string& model, std::size_t given, std::size_t needed) {
    if (status == TG_ARENA_TOO_SMALL) {
        throw CommandError("{}: {}: {} bytes, and it takes {}", model, tg_status_text(status), given, needed);
    }
    require(status, model);
}

void require(tg_status status, const std::string& what) {
    if (status != TG_OK) { throw CommandError("{}: {}", what, tg_status_text(status)); }
}

}  // namespace tidegate::command
