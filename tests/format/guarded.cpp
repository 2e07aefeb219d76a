// SPDX-License-Identifier: MIT
#include "guarded.h"

#include <sys/mman.h>
#include <unistd.h>

#include <system_error>

namespace tidegate::test {
namespace {

void expect(bool ok) {
    if (!ok) { throw std::system_error(errno, std::generic_category(), "guard pages"); }
}

}  // namespace

Guarded::Guarded(std::size_t capacity) : page_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))) {
    room_ = (capacity + page_ - 1) / page_ * page_;
    void* all = mmap(nullptr, room_ + 2 * page_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    expect(all != MAP_FAILED);
    first_ = static_cast<std::uint8_t*>(all) + page_;
    set_read_only(false);
}

Guarded::~Guarded() { munmap(first_ - page_, room_ + 2 * page_); }

void Guarded::set_read_only(bool on) const {
    expect(room_ == 0 || mprotect(first_, room_, on ? PROT_READ : PROT_READ | PROT_WRITE) == 0);
}

}  // namespace tidegate::test
