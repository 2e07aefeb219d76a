// SPDX-License-Identifier: MIT
#include "graph/declared.h"

#include "graph/text.h"

namespace tidegate {

std::string declared(const std::vector<Dim>& dims) {
    std::string text;
    for (const Dim& dim : dims) {
        text += text.empty() ? "[" : ", ";
        text += dim.extent >= 0 ? std::to_string(dim.extent) : dim.symbol.empty() ? "?" : printable(dim.symbol);
    }
    return text.empty() ? "[]" : text + "]";
}

}  // namespace tidegate
