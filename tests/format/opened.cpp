// SPDX-License-Identifier: MIT
#include "opened.h"

#include <cstring>

#include "guarded.h"
#include "tidegate/embedded.h"

namespace tidegate::test {

using format::Verdict;

Verdict verdict_on(const std::vector<std::uint8_t>& file) {
    const Guarded memory(file.size() + 1);
    std::uint8_t* at = memory.at_back(file.size());
    if (!file.empty()) { std::memcpy(at, file.data(), file.size()); }
    format::View view;
    const Verdict verdict = open_file(at, file.size(), every_operator(), view);
    if ((verdict == Verdict::ok) != (view.root != nullptr)) { return Verdict::malformed; }
    return verdict;
}

format::OperatorList every_operator() { return {tg_all_operators.list, tg_all_operators.count}; }

std::string text_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::ok:
            return "ok";
        case Verdict::misaligned:
            return "misaligned";
        case Verdict::truncated:
            return "truncated";
        case Verdict::not_a_model:
            return "not_a_model";
        case Verdict::newer_file:
            return "newer_file";
        case Verdict::corrupt:
            return "corrupt";
        case Verdict::malformed:
            return "malformed";
        case Verdict::invalid:
            return "invalid";
        case Verdict::operator_missing:
            return "operator_missing";
        case Verdict::too_large:
            return "too_large";
    }
    return "?";
}

}  // namespace tidegate::test
