// SPDX-License-Identifier: MIT
// Memory between two pages that must not be touched: a byte read or written outside ends the test.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tidegate::test {

class Guarded {
public:
    /// Room for up to `capacity` bytes.
    explicit Guarded(std::size_t capacity);
    ~Guarded();
    Guarded(const Guarded&) = delete;
    Guarded& operator=(const Guarded&) = delete;

    std::size_t capacity() const { return room_; }
    /// Directly behind a forbidden page.
    std::uint8_t* at_front() const { return first_; }
    /// The last multiple of 64 from which `size` bytes fit: their end is a forbidden page if size is a multiple of 64.
    std::uint8_t* at_back(std::size_t size) const { return first_ + (room_ - size) / 64 * 64; }
    /// From now on (or no longer) the room is read-only.
    void set_read_only(bool on) const;

private:
    std::size_t page_;
    std::size_t room_;
    std::uint8_t* first_;
};

}  // namespace tidegate::test
