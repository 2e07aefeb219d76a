// SPDX-License-Identifier: MIT
#include "verify/cause.h"

#include <fmt/format.h>

#include <cmath>

#include "format/extents.h"
#include "graph/text.h"

namespace tidegate {
namespace {

/// What a state may be at most (tidegate.h).
constexpr double kLargestState = 0x1p50;

std::int64_t value_of(const format::Model& model, std::int32_t extent, const std::vector<std::int32_t>& symbols) {
    if (extent >= 0) { return extent; }
    const format::Expression& e = *model.expressions()->Get(static_cast<std::uint32_t>(~extent));
    if (e.kind() == format::ExpressionKind::constant) { return e.left(); }
    if (e.kind() == format::ExpressionKind::symbol) { return symbols.at(static_cast<std::size_t>(e.left())); }
    return format::apply(e.kind(), value_of(model, ~e.left(), symbols), value_of(model, ~e.right(), symbols));
}

std::string out_of_range(const format::Model& model, const std::vector<Tensor>& inputs,
                         const std::vector<std::int32_t>& symbols) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const format::Port& port = *model.inputs()->Get(static_cast<std::uint32_t>(i));
        for (std::uint32_t r = 0; r < format::length(model.ranges()); ++r) {
            const format::Range& range = *model.ranges()->Get(r);
            if (range.tensor() != port.tensor()) { continue; }
            const std::int64_t extent = value_of(model, range.extent(), symbols);
            const bool lengths = range.kind() == format::RangeKind::length;
            const std::int64_t least = lengths ? 0 : -extent, most = lengths ? extent : extent - 1;
            for (std::size_t k = 0; k < inputs[i].integers.size(); ++k) {
                const std::int64_t value = inputs[i].integers[k];
                if (least <= value && value <= most) { continue; }
                return fmt::format(": input {} has {} at element {}, allowed are {}..{}", in_quotes(port.name()->str()),
                                   value, k, least, most);
            }
        }
    }
    return "";
}

std::string too_large(const format::Model& model, const std::vector<Tensor>& inputs) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        for (std::size_t k = 0; k < inputs[i].reals.size(); ++k) {
            const double value = inputs[i].reals[k];
            if (std::abs(value) <= kLargestState) { continue; }
            const std::string name = model.inputs()->Get(static_cast<std::uint32_t>(i))->name()->str();
            return fmt::format(": input {} has {:g} at element {}", in_quotes(name), value, k);
        }
    }
    return "";
}

}  // namespace

std::string cause_of(tg_status status, const tg_model& model, const std::vector<Tensor>& inputs,
                     const std::vector<std::int32_t>& symbols) {
    const auto& root = *static_cast<const format::Model*>(model.root);
    if (status == TG_INPUT_OUT_OF_RANGE) { return out_of_range(root, inputs, symbols); }
    return status == TG_STATE_NOT_FINITE || status == TG_STATE_RESET ? too_large(root, inputs) : "";
}

}  // namespace tidegate
