// SPDX-License-Identifier: MIT
#include "dims.h"

#include <algorithm>
#include <charconv>

#include "error.h"
#include "model_file.h"

namespace tidegate::command {

Dims::Dims(const tg_model& model, const std::vector<std::string>& assignments) {
    for (std::size_t i = 0; i < tg_symbol_count(&model); ++i) {
        tg_symbol symbol;
        require(tg_symbol_at(&model, i, &symbol), "symbols");
        dims_.push_back({symbol, std::nullopt, ""});
    }
    for (const std::string& assignment : assignments) { assign(assignment); }
}

void Dims::assign(const std::string& assignment) {
    const std::string where = "--dims " + assignment;
    const std::size_t equals = assignment.rfind('=');
    std::int64_t value = 0;
    const char* const end = assignment.data() + assignment.size();
    const char* const digits = equals == std::string::npos ? end : assignment.data() + equals + 1;
    if (const auto [last, error] = std::from_chars(digits, end, value); error != std::errc() || last != end) {
        throw CommandError("{}: write NAME=N, such as time=12", where);
    }
    const std::string name = assignment.substr(0, equals);
    const auto found = std::find_if(dims_.begin(), dims_.end(), [&](const Dim& d) { return d.symbol.name == name; });
    if (found == dims_.end()) {
        std::string names;
        for (const Dim& dim : dims_) { names += (names.empty() ? "" : ", ") + std::string(dim.symbol.name); }
        throw CommandError("{}: the model has no symbolic dimension '{}'; it has {}", where, name,
                           names.empty() ? "none" : names);
    }
    see(static_cast<std::size_t>(found - dims_.begin()), value, where);
}

void Dims::see(std::size_t index, std::int64_t value, const std::string& where) {
    Dim& dim = dims_.at(index);
    const tg_symbol& symbol = dim.symbol;
    if (dim.value && *dim.value != value) {
        throw CommandError("{}: '{}' is {}, but {} by {}", where, symbol.name, value, *dim.value, dim.where);
    }
    if (value < symbol.minimum || value > symbol.maximum) {
        throw CommandError("{}: '{}' is {}, but the model is planned for {}..{}", where, symbol.name, value,
                           symbol.minimum, symbol.maximum);
    }
    if (!dim.value) { dim.where = where; }
    dim.value = static_cast<std::int32_t>(value);
}

void Dims::require_all() const {
    for (const Dim& dim : dims_) {
        if (dim.value) { continue; }
        throw CommandError("no input shows the symbolic dimension '{0}'; give --dims {0}=N, N in {1}..{2}",
                           dim.symbol.name, dim.symbol.minimum, dim.symbol.maximum);
    }
}

std::vector<std::int32_t> Dims::values() const {
    std::vector<std::int32_t> values;
    for (const Dim& dim : dims_) { values.push_back(dim.value.value_or(dim.symbol.maximum)); }
    return values;
}

void Dims::apply(tg_session* session, const std::string& what) const {
    if (dims_.empty()) { return; }
    const std::vector<std::int32_t> all = values();
    require(tg_set_dims(session, all.data(), all.size()), fmt::format("{} at {}", what, text()));
}

std::string Dims::text() const {
    std::string text;
    for (const Dim& dim : dims_) {
        text +=
            fmt::format("{}{}={}", text.empty() ? "" : ", ", dim.symbol.name, dim.value.value_or(dim.symbol.maximum));
    }
    return text;
}

}  // namespace tidegate::command
