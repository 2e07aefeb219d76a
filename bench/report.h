// SPDX-License-Identifier: MIT
// One line for each benchmark: best, median and worst of its repetitions (CPU time), and the limit beside them.
#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

namespace tidegate::bench {

inline constexpr int kRepetitions = 21;  ///< other work on the machine disturbs single ones

// What a benchmark tells about one iteration.
inline constexpr char kMultiplyAddsCounter[] = "multiply_adds";
inline constexpr char kBytesCounter[] = "bytes";
inline constexpr char kElementsCounter[] = "elements";

// Names of the benchmarks that measure the limits; they come first.
inline constexpr char kPeakMultiplyAdd[] = "peak/multiply_add";
inline constexpr char kPeakRead[] = "peak/read/";

class Report : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(const Context& context) override;
    void ReportRuns(const std::vector<Run>& runs) override;

private:
    /// ns that the multiply-adds and the reading of the bytes take at least; 0 if the peaks were not measured.
    double limit_ns(double multiply_adds, double bytes) const;

    double multiply_adds_per_ns_ = 0;
    std::map<double, double> bytes_per_ns_;  ///< by the size of the array read
};

}  // namespace tidegate::bench
