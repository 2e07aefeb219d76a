// SPDX-License-Identifier: MIT
#include "graph/error.h"

namespace tidegate {

std::string to_text(const Problem& problem) {
    return problem.node.empty() ? problem.what : "node '" + problem.node + "' (" + problem.op + "): " + problem.what;
}

std::string to_text(const std::vector<Problem>& problems) {
    std::string text = problems.size() > 1 ? std::to_string(problems.size()) + " problems: " : "";
    for (std::size_t i = 0; i < problems.size(); ++i) { text += (i == 0 ? "" : "; ") + to_text(problems[i]); }
    return text;
}

void Complaints::add(const ConvertError& error) {
    for (const Problem& problem : error.problems()) {
        if (problems_.size() < kMost) {
            problems_.push_back(problem);
        } else {
            ++more_;
        }
    }
}

void Complaints::throw_if_any() const {
    if (problems_.empty()) { return; }
    std::vector<Problem> problems = problems_;
    if (more_ > 0) { problems.push_back({"", "", "and " + std::to_string(more_) + " more"}); }
    throw ConvertError(std::move(problems));
}

}  // namespace tidegate
