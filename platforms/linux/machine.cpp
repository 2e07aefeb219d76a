// SPDX-License-Identifier: MIT
#include "machine.h"

#include <fstream>

namespace tidegate::command {

std::string cpu_name() {
    std::ifstream cpuinfo("/proc/cpuinfo");
    for (std::string line; std::getline(cpuinfo, line);) {
        const std::size_t colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos) { return line.substr(colon + 2); }
    }
    std::ifstream board("/proc/device-tree/model");  // of 64-bit ARM; it ends with a zero byte
    std::string name;
    return std::getline(board, name, '\0') ? name : "unknown CPU";
}

const char* compiler_name() {
#ifdef __clang__
    return "clang " __clang_version__;
#else
    return "GCC " __VERSION__;
#endif
}

}  // namespace tidegate::command
