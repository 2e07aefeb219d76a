// SPDX-License-Identifier: MIT
#include "report.h"

#include <algorithm>
#include <cstdio>

namespace tidegate::bench {
namespace {

double counter(const benchmark::BenchmarkReporter::Run& run, const char* name) {
    const auto found = run.counters.find(name);
    return found == run.counters.end() ? 0 : found->second.value;
}

/// "Model name" of Linux, where there is one.
std::string cpu_name() {
    std::string name = "unknown CPU";
    if (std::FILE* file = std::fopen("/proc/cpuinfo", "r")) {
        char line[256];
        while (std::fgets(line, sizeof line, file)) {
            const std::string text = line;
            if (text.rfind("model name", 0) != 0) continue;
            name = text.substr(text.find(':') + 2, text.size() - text.find(':') - 3);
            break;
        }
        std::fclose(file);
    }
    return name;
}

}  // namespace

bool Report::ReportContext(const Context&) {
    std::printf("%s, compiler %s. ns of CPU time, best / median / worst of %d.\n", cpu_name().c_str(), __VERSION__,
                kRepetitions);
    std::printf(
        "limit: multiply-adds at the measured peak, or bytes at the measured bandwidth of arrays of their size.\n\n");
    std::printf("%-26s %10s %10s %10s %10s %7s  %s\n", "", "best", "median", "worst", "limit", "of it", "at best");
    return true;
}

double Report::limit_ns(double multiply_adds, double bytes) const {
    const double compute = multiply_adds_per_ns_ > 0 ? multiply_adds / multiply_adds_per_ns_ : 0;
    const auto level = bytes_per_ns_.lower_bound(bytes);
    const double read = bytes > 0 && level != bytes_per_ns_.end() ? bytes / level->second : 0;
    return std::max(compute, read);
}

void Report::ReportRuns(const std::vector<Run>& runs) {
    std::vector<double> ns;
    for (const Run& run : runs) {
        if (run.run_type == Run::RT_Iteration) ns.push_back(run.GetAdjustedCPUTime());
    }
    if (ns.empty()) return;
    std::sort(ns.begin(), ns.end());
    const double best = ns.front();
    const std::string name = runs.front().run_name.function_name;
    const double multiply_adds = counter(runs.front(), kMultiplyAddsCounter);
    const double bytes = counter(runs.front(), kBytesCounter);
    const double elements = counter(runs.front(), kElementsCounter);

    std::printf("%-26s %10.1f %10.1f %10.1f", name.c_str(), best, ns[ns.size() / 2], ns.back());
    if (name == kPeakMultiplyAdd) {
        multiply_adds_per_ns_ = multiply_adds / best;
    } else if (name.rfind(kPeakRead, 0) == 0) {
        bytes_per_ns_[bytes] = bytes / best;
    } else if (const double limit = limit_ns(multiply_adds, bytes); limit > 0) {
        std::printf(" %10.1f %6.0f%%", limit, 100 * limit / best);
    } else {
        std::printf(" %10s %7s", "", "");
    }
    if (multiply_adds > 0) std::printf("  %.1f GMAC/s", multiply_adds / best);
    if (bytes > 0) std::printf("  %.1f GB/s", bytes / best);
    if (elements > 0) std::printf("  %.3f ns/element", best / elements);
    std::printf("\n");
    std::fflush(stdout);
}

}  // namespace tidegate::bench
