// SPDX-License-Identifier: MIT
#include "terminal/nearest.h"

#include <algorithm>

namespace tidegate::terminal {
namespace {

constexpr std::size_t kLettersPerChange = 3;

std::string_view without_dashes(std::string_view word) {
    return word.substr(std::min(word.find_first_not_of('-'), word.size()));
}

/// distance[i][j], of the first i letters of a and the first j of b, is the least of what one more change makes of
/// shorter ones.
std::size_t changes(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> distance(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
        for (std::size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                distance[i][j] = i + j;
                continue;
            }
            const std::size_t replaced = distance[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            distance[i][j] = std::min({distance[i - 1][j] + 1, distance[i][j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                distance[i][j] = std::min(distance[i][j], distance[i - 2][j - 2] + 1);
            }
        }
    }
    return distance[a.size()][b.size()];
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
    constexpr std::size_t kLongest = 64;
    const std::string_view letters = without_dashes(word);
    std::size_t allowed = letters.size() / kLettersPerChange;
    std::string best;
    if (letters.size() < kLettersPerChange || letters.size() > kLongest) { return best; }
    for (const std::string& candidate : known) {
        const std::string_view other = without_dashes(candidate);
        if (other.starts_with(letters)) { return candidate; }
        const std::size_t needed = changes(letters, other);
        if (needed > allowed || (!best.empty() && needed == allowed)) { continue; }
        allowed = needed;
        best = candidate;
    }
    return best;
}

}  // namespace tidegate::terminal
