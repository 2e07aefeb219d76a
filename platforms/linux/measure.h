// SPDX-License-Identifier: MIT
// Times of a session: of whole runs, and of its ops.
#pragma once

#include <cstddef>
#include <vector>

#include "tidegate/tidegate.h"

namespace tidegate::command {

/// Median and minimum are of batches long enough for the clock, in time of this thread's CPU; the rest is of single
/// runs after them by the wall clock, interruptions and the clock included.
struct RunTimes {
    double median_ns = 0;
    double min_ns = 0;
    double p999_ns = 0;  ///< 99.9 % of the single runs took at most this
    double worst_ns = 0;
    std::size_t runs = 0;  ///< single ones
};

/// runs: how many single ones; 0: 20,000, or as many as fit a second.
RunTimes time_runs(tg_session* session, std::size_t runs);

/// Of single runs by the wall clock. Every figure has one reading of the clock in it.
struct OpTimes {
    struct Row {
        double median_ns = 0;
        double min_ns = 0;
        double share = 0;  ///< of the sum of all medians
    };
    std::vector<Row> ops;
    Row rest;   ///< inputs checked and cleaned, outputs cleaned, states checked and kept
    Row whole;  ///< all of it
    std::size_t runs = 0;
    double clock_ns = 0;  ///< one reading
};

/// runs: as above.
OpTimes time_ops(tg_session* session, std::size_t runs);

}  // namespace tidegate::command
