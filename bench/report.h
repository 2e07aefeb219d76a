// SPDX-License-Identifier: MIT
// Google Benchmark's results, one line each: best, median and worst of the repetitions (CPU time), the limit beside
// them.
#pragma once

#include <benchmark/benchmark.h>

#include <vector>

#include "roofline.h"

namespace tidegate::bench {

inline constexpr int kRepetitions = 21;  ///< other work on the machine disturbs single ones

// What a benchmark tells about one iteration.
inline constexpr char kMultiplyAddsCounter[] = "multiply_adds";
inline constexpr char kFloatMultiplyAddsCounter[] = "float_multiply_adds";  ///< those that the peak of fp32 bounds
inline constexpr char kBytesCounter[] = "bytes";
inline constexpr char kSeriesCounter[] = "series";  ///< so many iterations read these bytes once
inline constexpr char kElementsCounter[] = "elements";

class Report : public benchmark::BenchmarkReporter {
public:
    explicit Report(Roofline roofline) : roofline_(std::move(roofline)) {}
    bool ReportContext(const Context& context) override;
    void ReportRuns(const std::vector<Run>& runs) override;

private:
    Roofline roofline_;
};

}  // namespace tidegate::bench
