// SPDX-License-Identifier: MIT
// Which known word was meant by one that is not known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tidegate::terminal {

/// The first of the known words that `word` begins, or that needs the fewest insertions, deletions, replacements and
/// exchanges of neighbours, at most one for each three letters. Leading dashes do not count. Empty: none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace tidegate::terminal
