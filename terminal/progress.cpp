// SPDX-License-Identifier: MIT
#include "terminal/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace tidegate::terminal {
namespace {

constexpr std::chrono::milliseconds kQuiet{500};
constexpr std::chrono::milliseconds kEvery{100};
constexpr std::size_t kLooks = 1000;

}  // namespace

Progress::Progress(const char* what, std::size_t total)
    : what_(what),
      total_(std::max<std::size_t>(total, 1)),
      stride_(std::max<std::size_t>(total / kLooks, 1)),
      start_(std::chrono::steady_clock::now()),
      next_(start_ + kQuiet),
      terminal_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
    if (shown_) { std::fputs("\r\x1b[K", stderr); }
}

void Progress::show(std::size_t done) {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) { return; }
    next_ = now + kEvery;
    shown_ = true;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - start_).count();
    std::fprintf(stderr, "\r%s %3zu %%, %lld s", what_, done * 100 / total_, static_cast<long long>(seconds));
}

}  // namespace tidegate::terminal
