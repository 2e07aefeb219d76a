// SPDX-License-Identifier: MIT
// tidegate bench: nanoseconds per run. Median and minimum are of batches long enough for the clock, in time of this
// thread's CPU; the worst is of single runs after warm-up by the wall clock, interruptions and the clock included.
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "commands.h"
#include "error.h"
#include "facts.h"
#include "model_file.h"

namespace tidegate::command {
namespace {

constexpr double kWarmUpNs = 1e8;
constexpr double kBatchNs = 2e5;
constexpr double kTotalNs = 1e9;
constexpr std::size_t kSingleRuns = 20000;

double now_ns(clockid_t clock) {
    timespec time;
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

struct Times {
    double median_ns = 0;
    double min_ns = 0;
    double worst_ns = 0;
};

/// f32 inputs get values in [-1, 1), lengths and indices their maximum, the rest zeros.
void fill_inputs(tg_session* session, const std::vector<RangeFacts>& ranges) {
    std::uint32_t noise = 1;
    for (std::size_t i = 0; i < tg_input_count(tg_session_model(session)); ++i) {
        tg_tensor tensor;
        require(tg_input(session, i, &tensor), "inputs");
        if (tensor.type != TG_F32) { continue; }
        for (std::size_t k = 0; k < tensor.bytes / sizeof(float); ++k) {
            noise = noise * 1664525U + 1013904223U;
            static_cast<float*>(tensor.data)[k] = static_cast<float>(noise >> 8) / 8388608.0F - 1.0F;
        }
    }
    for (const RangeFacts& range : ranges) {
        tg_tensor tensor;
        require(tg_input(session, range.input, &tensor), "inputs");
        const std::size_t width = tensor.type == TG_I64 ? sizeof(std::int64_t) : sizeof(std::int32_t);
        for (std::size_t k = 0; k < tensor.bytes / width; ++k) {
            std::memcpy(static_cast<char*>(tensor.data) + k * width, &range.maximum, width);  // little-endian
        }
    }
}

double time_of_batch(tg_session* session, std::size_t runs) {
    const double start = now_ns(CLOCK_THREAD_CPUTIME_ID);
    for (std::size_t i = 0; i < runs; ++i) { tg_run(session); }
    return now_ns(CLOCK_THREAD_CPUTIME_ID) - start;
}

Times measure(tg_session* session) {
    std::size_t runs = 1;
    double spent = 0;
    for (double batch = 0; batch < kBatchNs || spent < kWarmUpNs; spent += batch) {
        batch = time_of_batch(session, runs);
        if (batch < kBatchNs) { runs *= 2; }
    }
    std::vector<double> batches;
    for (double total = 0; total < kTotalNs;) {
        batches.push_back(time_of_batch(session, runs));
        total += batches.back();
    }
    std::sort(batches.begin(), batches.end());
    const double per_run = 1.0 / static_cast<double>(runs);
    Times times{batches[batches.size() / 2] * per_run, batches.front() * per_run, 0};
    const double single_end = now_ns(CLOCK_MONOTONIC) + kTotalNs;
    for (std::size_t i = 0; i < kSingleRuns; ++i) {
        const double start = now_ns(CLOCK_MONOTONIC);
        tg_run(session);
        const double end = now_ns(CLOCK_MONOTONIC);
        times.worst_ns = std::max(times.worst_ns, end - start);
        if (end > single_end) { break; }
    }
    return times;
}

std::string cpu_name() {
    std::ifstream cpuinfo("/proc/cpuinfo");
    for (std::string line; std::getline(cpuinfo, line);) {
        const std::size_t colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos) { return line.substr(colon + 2); }
    }
    return "unknown CPU";
}

const char* compiler_name() {
#ifdef __clang__
    return "clang " __clang_version__;
#else
    return "GCC " __VERSION__;
#endif
}

}  // namespace

void bench(const BenchOptions& options) {
    const ModelFile file(options.model);
    const Facts facts = facts_of(file);
    const Arena arena(facts.arena_bytes);
    tg_session* session = nullptr;
    require(tg_start_with(&file.model(), arena.data(), arena.size(), find_kernels(options.kernels), &session),
            options.model);
    fill_inputs(session, facts.ranges);
    require(tg_run(session), options.model);
    const Times times = measure(session);
    const std::string kernels = tg_kernels(session);
    if (options.json) {
        const nlohmann::ordered_json json = {{"median_ns", times.median_ns},
                                             {"min_ns", times.min_ns},
                                             {"worst_ns", times.worst_ns},
                                             {"arena_bytes", facts.arena_bytes},
                                             {"weight_bytes", facts.weight_bytes},
                                             {"kernels", kernels},
                                             {"cpu", cpu_name()},
                                             {"compiler", compiler_name()}};
        fmt::print("{}\n", json.dump(2));
        return;
    }
    fmt::print("{}, {}, kernels {}\n", cpu_name(), compiler_name(), kernels);
    fmt::print("one run: median {:.1f} ns, min {:.1f} ns, worst {:.0f} ns\n", times.median_ns, times.min_ns,
               times.worst_ns);
    fmt::print("arena {} bytes, weights {} bytes\n", facts.arena_bytes, facts.weight_bytes);
}

}  // namespace tidegate::command
