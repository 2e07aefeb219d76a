// SPDX-License-Identifier: MIT
#include "machine.h"

#include <fstream>

namespace tidegate::bench {
namespace {

constexpr std::size_t kKib = 1024;

}  // namespace

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
    // Not sysconf(): in a virtual machine it may know the host's last level only.
    for (int index = 0; index < 5; ++index) {
        const std::string folder = "/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index) + "/";
        std::ifstream level_file(folder + "level"), type_file(folder + "type"), size_file(folder + "size");
        int its_level = 0;
        std::size_t kib = 0;
        std::string type;
        if (level_file >> its_level && type_file >> type && size_file >> kib && its_level == level &&
            type != "Instruction") {
            return kib * kKib;
        }
    }
    const std::size_t usual[] = {32 * kKib, 512 * kKib, 16 * kKib * kKib};
    return usual[level - 1];
}

}  // namespace tidegate::bench
