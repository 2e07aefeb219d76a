// SPDX-License-Identifier: MIT
// Values for .npy files, and their bits.
#pragma once

#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace tidegate::test {

template <class T = float>
std::vector<T> noise(std::size_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::vector<T> values(count);
    for (T& value : values) { value = static_cast<T>(std::uniform_real_distribution<float>(-1, 1)(random)); }
    return values;
}

inline bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

inline std::vector<float> part(const std::vector<float>& values, std::size_t first, std::size_t count) {
    return {values.begin() + static_cast<std::ptrdiff_t>(first),
            values.begin() + static_cast<std::ptrdiff_t>(first + count)};
}

/// The arguments of `tidegate run`.
inline std::string run_line(const std::string& model, const std::string& inputs, const std::string& out,
                            const std::string& more) {
    return "run " + model + " --in " + inputs + " --out-dir " + out + " " + more;
}

}  // namespace tidegate::test
