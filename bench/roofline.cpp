// SPDX-License-Identifier: MIT
#include "roofline.h"

#include <algorithm>
#include <cstdio>

#include "array.h"
#include "machine.h"
#include "peak.h"

namespace tidegate::bench {
namespace {

constexpr std::size_t kKib = 1024;
constexpr int kPasses = 3;

std::vector<Level> probes() {
    const std::size_t l1 = cache_bytes(1), l2 = cache_bytes(2), l3 = cache_bytes(3);
    return {{"L1", l1, 16 * kKib, 0},
            {"L2", l2, l2 / 2, 0},
            {"L3", l3, std::max(l3 / 8, 2 * l2), 0},  // of a shared cache not all is ours; 4 MiB hold any cell here
            {"memory", 0, std::max(Roofline::kWalkBytes, 3 * l3), 0}};
}

double read_bandwidth(const Peak& peak, std::size_t bytes, const Method& method) {
    const std::size_t floats = bytes / sizeof(float) / 64 * 64;
    const Array x = make_array(floats);
    const Work read = [&](std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) peak.read_floats(x.get(), floats);
    };
    return static_cast<double>(floats * sizeof(float)) / measure({read}, method).front().best;
}

std::string size_text(std::size_t bytes) {
    const bool mib = bytes >= kKib * kKib;
    return std::to_string(bytes / (mib ? kKib * kKib : kKib)) + (mib ? " MiB" : " KiB");
}

}  // namespace

double Roofline::ns(double multiply_adds, double bytes, Number number) const {
    if (levels.empty()) return 0;
    const auto held = [&](const Level& level) { return level.holds == 0 || bytes <= static_cast<double>(level.holds); };
    const Level& level = *std::find_if(levels.begin(), levels.end(), held);
    const double peak = number == Number::i8 ? int8_multiply_adds_per_ns : multiply_adds_per_ns;
    return std::max(multiply_adds / peak, bytes / level.bytes_per_ns);
}

double Roofline::cold_ns(double bytes) const { return levels.empty() ? 0 : bytes / levels.back().bytes_per_ns; }

Roofline measure_roofline(const Method& method) {
    Roofline roofline;
    const Peak* peak = widest_peak();
    const Int8Peak* int8_peak = fastest_int8_peak();
    if (peak == nullptr || int8_peak == nullptr) return roofline;
    roofline.levels = probes();
    volatile float sink = 0;
    const Work compute = [&](std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) sink = sink + peak->multiply_adds();
    };
    const Work int8_compute = [&](std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) sink = sink + static_cast<float>(int8_peak->multiply_adds());
    };
    const auto rate = [&](const Work& work) { return kMultiplyAdds / measure({work}, method).front().best; };
    // One after the other, for reading much leaves the caches in a bad state for the next; all of it more than once,
    // for a limit that a disturbance lowers is none.
    for (int pass = 0; pass < kPasses; ++pass) {
        roofline.multiply_adds_per_ns = std::max(roofline.multiply_adds_per_ns, rate(compute));
        roofline.int8_multiply_adds_per_ns = std::max(roofline.int8_multiply_adds_per_ns, rate(int8_compute));
        for (Level& level : roofline.levels) {
            level.bytes_per_ns = std::max(level.bytes_per_ns, read_bandwidth(*peak, level.probe, method));
        }
    }
    return roofline;
}

std::string to_text(const Roofline& roofline) {
    if (roofline.levels.empty()) return "no limits: peak.cpp has no code for this machine";
    char piece[80];
    std::snprintf(piece, sizeof piece, "multiply-adds fp32 %.1f, int8 %.1f GMAC/s; reading",
                  roofline.multiply_adds_per_ns, roofline.int8_multiply_adds_per_ns);
    std::string text = piece;
    for (const Level& level : roofline.levels) {
        std::snprintf(piece, sizeof piece, " %s (%s) %.1f", level.name.c_str(), size_text(level.probe).c_str(),
                      level.bytes_per_ns);
        text += std::string(&level == roofline.levels.data() ? "" : ",") + piece;
    }
    return text + " GB/s";
}

}  // namespace tidegate::bench
