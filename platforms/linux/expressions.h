// SPDX-License-Identifier: MIT
// Dimensions of a file that are expressions over symbols: their values at chosen symbols, their text for people.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "format/model_generated.h"

namespace tidegate::command {

class Expressions {
public:
    /// symbols: their values, as tg_set_dims() has accepted them; empty: every symbol at its maximum.
    Expressions(const format::Model& model, const std::vector<std::int32_t>& symbols);

    std::int32_t value(std::int32_t extent) const { return extent >= 0 ? extent : values_.at(index(extent)); }
    /// "16", "time", "2*time", "time-1", "floor((time-1)/2)"; one too long to read is named: "#7".
    std::string text(std::int32_t extent) const;
    /// The symbol that the extent is, without more; -1: none.
    int symbol(std::int32_t extent) const;

private:
    static std::size_t index(std::int32_t extent) { return static_cast<std::uint32_t>(~extent); }

    const format::Model& model_;
    std::vector<std::int32_t> values_;
    std::vector<std::string> texts_;
};

}  // namespace tidegate::command
