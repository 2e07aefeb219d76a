// SPDX-License-Identifier: MIT
// A line on stderr while long work goes on, "measuring layers  40 %, 7 s": only on a terminal, and only after half a
// second.
#pragma once

#include <chrono>
#include <cstddef>

namespace tidegate::terminal {

class Progress {
public:
    /// what: "streaming"; total: units of work.
    Progress(const char* what, std::size_t total);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// Cheap: looks at the clock a thousand times in all, however many units there are.
    void at(std::size_t done) {
        if (terminal_ && done % stride_ == 0) { show(done); }
    }

private:
    void show(std::size_t done);

    const char* what_;
    std::size_t total_;
    std::size_t stride_;
    std::chrono::steady_clock::time_point start_, next_;
    bool terminal_;
    bool shown_ = false;
};

}  // namespace tidegate::terminal
