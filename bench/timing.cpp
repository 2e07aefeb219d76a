// SPDX-License-Identifier: MIT
#include "timing.h"

#include <time.h>

#include <algorithm>

#include "array.h"
#include "peak.h"

namespace tidegate::bench {
namespace {

constexpr double kLongestNs = 2e9;  ///< of all repetitions of one work
constexpr int kFewestRepetitions = 5;

double now_ns(clockid_t clock) {
    timespec time;
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

double batch_ns(const Work& work, std::size_t count) {
    const double begin = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    work(count);
    return now_ns(CLOCK_PROCESS_CPUTIME_ID) - begin;
}

struct Batch {
    std::size_t count = 1;
    int repetitions = 0;
};

/// How often a work is done in a batch of at least method.batch_ns; also warms it up.
Batch calibrate(const Work& work, const Method& method) {
    Batch batch;
    double ns = batch_ns(work, batch.count);
    while (ns < method.batch_ns) {
        batch.count *= 2;
        ns = batch_ns(work, batch.count);
    }
    batch.repetitions = std::clamp(static_cast<int>(kLongestNs / ns), std::min(kFewestRepetitions, method.repetitions),
                                   method.repetitions);
    return batch;
}

/// Reads all of it, a value of each line where peak.cpp has nothing faster.
void walk_through(const Array& memory, std::size_t floats) {
    if (const Peak* peak = widest_peak()) return peak->read_floats(memory.get(), floats);
    for (std::size_t i = 0; i < floats; i += 16) {
        const float value = memory[i];
        asm volatile("" : : "m"(value));
    }
}

}  // namespace

Times times_of(std::vector<double> repetitions) {
    std::vector<double> sorted = repetitions;
    std::sort(sorted.begin(), sorted.end());
    return {sorted.front(), sorted[sorted.size() / 2], sorted.back(), std::move(repetitions)};
}

std::vector<Times> measure(const std::vector<Work>& works, const Method& method) {
    std::vector<Batch> batches;
    for (const Work& work : works) batches.push_back(calibrate(work, method));
    std::vector<std::vector<double>> ns(works.size());
    for (int repetition = 0; repetition < method.repetitions; ++repetition) {
        for (std::size_t i = 0; i < works.size(); ++i) {
            if (repetition >= batches[i].repetitions) continue;
            ns[i].push_back(batch_ns(works[i], batches[i].count) / static_cast<double>(batches[i].count));
        }
    }
    std::vector<Times> times;
    for (std::vector<double>& repetitions : ns) times.push_back(times_of(std::move(repetitions)));
    return times;
}

std::vector<Times> measure_cold(const std::vector<Work>& works, std::size_t walk, int repetitions) {
    const std::size_t floats = walk / sizeof(float) / 64 * 64;
    const Array memory = make_array(floats);
    const auto cold_ns = [&](const Work* work) {
        walk_through(memory, floats);
        now_ns(CLOCK_MONOTONIC);  // the clock shall not be cold
        const double begin = now_ns(CLOCK_MONOTONIC);
        if (work != nullptr) (*work)(1);
        return now_ns(CLOCK_MONOTONIC) - begin;
    };
    std::vector<double> nothing;
    std::vector<std::vector<double>> ns(works.size());
    for (int repetition = 0; repetition < repetitions; ++repetition) {
        nothing.push_back(cold_ns(nullptr));
        for (std::size_t i = 0; i < works.size(); ++i) ns[i].push_back(cold_ns(&works[i]));
    }
    const double clock = times_of(nothing).best;
    std::vector<Times> times;
    for (std::vector<double>& of_work : ns) {
        for (double& value : of_work) value -= clock;
        times.push_back(times_of(std::move(of_work)));
    }
    return times;
}

}  // namespace tidegate::bench
