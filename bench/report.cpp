// SPDX-License-Identifier: MIT
#include "report.h"

#include <cstdio>
#include <string>

#include "machine.h"

namespace tidegate::bench {
namespace {

double counter(const benchmark::BenchmarkReporter::Run& run, const char* name) {
    const auto found = run.counters.find(name);
    return found == run.counters.end() ? 0 : found->second.value;
}

}  // namespace

bool Report::ReportContext(const Context&) {
    std::printf("%s, compiler %s, load %s. ns of CPU time, best / median / worst of %d.\n", cpu_name().c_str(),
                compiler_name().c_str(), load_average().c_str(), kRepetitions);
    std::printf(
        "limit: fp32 multiply-adds at the peak, or bytes at the bandwidth of the level that holds them, measured:\n");
    std::printf("%s\n\n", to_text(roofline_).c_str());
    std::printf("%-46s %10s %10s %10s %10s %7s  %s\n", "", "best", "median", "worst", "limit", "of it", "at best");
    return true;
}

void Report::ReportRuns(const std::vector<Run>& runs) {
    std::vector<double> ns;
    for (const Run& run : runs) {
        if (run.run_type == Run::RT_Iteration) ns.push_back(run.GetAdjustedCPUTime());
    }
    if (ns.empty()) return;
    const Times times = times_of(ns);
    const std::string name = runs.front().run_name.function_name;
    const auto of = [&](const char* what) { return counter(runs.front(), what); };
    const double multiply_adds = of(kMultiplyAddsCounter), bytes = of(kBytesCounter), series = of(kSeriesCounter);

    std::printf("%-46s %10.1f %10.1f %10.1f", name.c_str(), times.best, times.median, times.worst);
    const double limit = bytes > 0 ? roofline_.ns(of(kFloatMultiplyAddsCounter) * series, bytes) / series : 0;
    if (limit > 0) {
        std::printf(" %10.1f %6.0f%%", limit, 100 * limit / times.best);
    } else {
        std::printf(" %10s %7s", "", "");
    }
    if (multiply_adds > 0) std::printf("  %.1f GMAC/s", multiply_adds / times.best);
    if (bytes > 0) std::printf("  %.1f GB/s", bytes / series / times.best);
    if (const double elements = of(kElementsCounter); elements > 0) {
        std::printf("  %.3f ns/element", times.best / elements);
    }
    std::printf("\n");
    std::fflush(stdout);
}

}  // namespace tidegate::bench
