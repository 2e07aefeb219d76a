// SPDX-License-Identifier: MIT
#include "measure.h"

#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "error.h"
#include "tidegate/profile.h"

namespace tidegate::command {
namespace {

constexpr double kWarmUpNs = 1e8;
constexpr double kBatchNs = 2e5;
constexpr double kTotalNs = 1e9;
constexpr std::size_t kSingleRuns = 20000;
constexpr std::size_t kMostTicks = std::size_t{1} << 27;

std::uint64_t now_ns(clockid_t clock) {
    timespec time;
    clock_gettime(clock, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1000000000U + static_cast<std::uint64_t>(time.tv_nsec);
}

std::uint64_t wall_ns(void* = nullptr) { return now_ns(CLOCK_MONOTONIC); }

/// How often to run once: what was asked for, or as often as fits.
class Budget {
public:
    explicit Budget(std::size_t runs) : runs_(runs != 0 ? runs : kSingleRuns), timed_(runs == 0) {}
    bool allows(std::size_t done) const {
        return done < runs_ && (!timed_ || done == 0 || static_cast<double>(wall_ns() - start_) < kTotalNs);
    }

private:
    std::size_t runs_;
    bool timed_;
    std::uint64_t start_ = wall_ns();
};

double time_of_batch(tg_session* session, std::size_t runs) {
    const std::uint64_t start = now_ns(CLOCK_THREAD_CPUTIME_ID);
    for (std::size_t i = 0; i < runs; ++i) { tg_run(session); }
    return static_cast<double>(now_ns(CLOCK_THREAD_CPUTIME_ID) - start);
}

/// Times of batches, per run, sorted.
std::vector<double> batch_times(tg_session* session) {
    std::size_t runs = 1;
    double spent = 0;
    for (double batch = 0; batch < kBatchNs || spent < kWarmUpNs; spent += batch) {
        batch = time_of_batch(session, runs);
        if (batch < kBatchNs) { runs *= 2; }
    }
    std::vector<double> times;
    for (double total = 0; total < kTotalNs;) {
        const double batch = time_of_batch(session, runs);
        total += batch;
        times.push_back(batch / static_cast<double>(runs));
    }
    std::sort(times.begin(), times.end());
    return times;
}

/// Nearest rank.
double quantile(const std::vector<double>& sorted, double q) {
    const double rank = std::ceil(q * static_cast<double>(sorted.size()));
    return sorted[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

/// Of one reading: the best of many rows of them.
double clock_cost_ns() {
    constexpr int kRows = 100, kReadings = 1000;
    double best = std::numeric_limits<double>::max();
    for (int row = 0; row < kRows; ++row) {
        const std::uint64_t start = wall_ns();
        std::uint64_t end = start;
        for (int i = 0; i < kReadings; ++i) { end = wall_ns(); }
        best = std::min(best, static_cast<double>(end - start) / kReadings);
    }
    return best;
}

OpTimes::Row row_of(std::vector<float>& times) {
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    return {*middle, *std::min_element(times.begin(), times.end()), 0};
}

}  // namespace

RunTimes time_runs(tg_session* session, std::size_t runs) {
    const std::vector<double> batches = batch_times(session);
    std::vector<double> singles;
    for (const Budget budget(runs); budget.allows(singles.size());) {
        const std::uint64_t start = wall_ns();
        tg_run(session);
        singles.push_back(static_cast<double>(wall_ns() - start));
    }
    std::sort(singles.begin(), singles.end());
    return {batches[batches.size() / 2], batches.front(), quantile(singles, 0.999), singles.back(), singles.size()};
}

OpTimes time_ops(tg_session* session, std::size_t runs) {
    const std::size_t count = tg_op_count(tg_session_model(session)) + 1;
    if (runs > kMostTicks / count) {
        throw CommandError("--runs {}: too many to keep for {} ops; at most {}", runs, count - 1, kMostTicks / count);
    }
    std::vector<std::vector<float>> times(count + 1);  // the last: the whole
    std::vector<std::uint64_t> ticks(count);
    OpTimes result;
    result.clock_ns = clock_cost_ns();
    for (const Budget budget(runs); budget.allows(result.runs); ++result.runs) {
        std::fill(ticks.begin(), ticks.end(), 0);
        tg_run_timed(session, wall_ns, nullptr, ticks.data(), count);
        std::uint64_t whole = 0;
        for (std::size_t i = 0; i < count; ++i) {
            times[i].push_back(static_cast<float>(ticks[i]));
            whole += ticks[i];
        }
        times[count].push_back(static_cast<float>(whole));
    }
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        result.ops.push_back(row_of(times[i]));
        sum += result.ops.back().median_ns;
    }
    for (OpTimes::Row& row : result.ops) { row.share = sum > 0 ? row.median_ns / sum : 0; }
    result.rest = result.ops.back();
    result.ops.pop_back();
    result.whole = row_of(times[count]);
    result.whole.share = 1;
    return result;
}

}  // namespace tidegate::command
