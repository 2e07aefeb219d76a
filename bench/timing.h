// SPDX-License-Identifier: MIT
// How long things take, measured side by side: repetition k of each comes before repetition k + 1 of any, so that
// what disturbs the machine disturbs all of them.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace tidegate::bench {

struct Method {
    int repetitions = 41;
    double batch_ns = 3e6;  ///< a repetition takes at least this
};
inline constexpr Method kQuickMethod{7, 1e6};

/// ns of one step. Of batches: the worst is the worst mean of a batch, not of a single step.
struct Times {
    double best = 0;
    double median = 0;
    double worst = 0;
    std::vector<double> repetitions;  ///< in the order they were measured
};
Times times_of(std::vector<double> repetitions);

/// Does something `count` times.
using Work = std::function<void(std::size_t count)>;

/// CPU time of the process (all its threads), so that a peer gains nothing by using more than one. What takes long is
/// repeated less often, at least 5 times.
std::vector<Times> measure(const std::vector<Work>& works, const Method& method);

/// Each work done once after reading `walk` bytes of other memory: neither its data nor its code is in a cache. Wall
/// time, less what the clock itself takes.
std::vector<Times> measure_cold(const std::vector<Work>& works, std::size_t walk, int repetitions);

}  // namespace tidegate::bench
