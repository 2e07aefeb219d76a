// SPDX-License-Identifier: MIT
// A line of text for programs that run on a bare board too: no heap, no stdio there.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__linux__)
#include <cstdio>
#else
#include "board.h"
#endif

namespace tidegate::test {

/// Written, with a line break, when it ends. What is longer than 200 characters is cut off.
class Line {
public:
    Line() = default;
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;
    ~Line() {
        text_[used_++] = '\n';
#if defined(__linux__)
        std::fwrite(text_, 1, used_, stdout);
#else
        board_write(text_, static_cast<std::uint32_t>(used_));
#endif
    }

    Line& operator<<(const char* text) {
        for (; *text != '\0'; ++text) add(*text);
        return *this;
    }
    Line& operator<<(unsigned value) {
        if (value >= 10) *this << value / 10;
        add(static_cast<char>('0' + value % 10));
        return *this;
    }
    /// 16 hexadecimal digits.
    Line& operator<<(std::uint64_t value) {
        for (int shift = 60; shift >= 0; shift -= 4) add("0123456789abcdef"[value >> shift & 15]);
        return *this;
    }

private:
    void add(char c) {
        if (used_ < sizeof text_ - 1) text_[used_++] = c;
    }
    char text_[201];
    std::size_t used_ = 0;
};

}  // namespace tidegate::test
