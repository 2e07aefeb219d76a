// SPDX-License-Identifier: MIT
#include "machine.h"

#include <unistd.h>

#include <fstream>

namespace tidegate::bench {

std::string cpu_name() {
    std::ifstream cpuinfo("/proc/cpuinfo");
    for (std::string line; std::getline(cpuinfo, line);) {
        const std::size_t colon = line.find(": ");
        if (line.rfind("model name", 0) == 0 && colon != std::string::npos) return line.substr(colon + 2);
    }
    return "unknown CPU";
}

std::string compiler_name() {
#ifdef __clang__
    return "clang " __clang_version__;
#else
    return "GCC " __VERSION__;
#endif
}

std::string load_average() {
    std::ifstream file("/proc/loadavg");
    std::string one, five, fifteen;
    if (!(file >> one >> five >> fifteen)) return "unknown";
    return one + " " + five + " " + fifteen;
}

std::size_t cache_bytes(int level) {
    constexpr std::size_t kKib = 1024;
    long bytes = -1;
#ifdef _SC_LEVEL1_DCACHE_SIZE
    const int names[] = {_SC_LEVEL1_DCACHE_SIZE, _SC_LEVEL2_CACHE_SIZE, _SC_LEVEL3_CACHE_SIZE};
    bytes = sysconf(names[level - 1]);
#endif
    const std::size_t usual[] = {32 * kKib, 512 * kKib, 16 * kKib * kKib};
    return bytes > 0 ? static_cast<std::size_t>(bytes) : usual[level - 1];
}

}  // namespace tidegate::bench
