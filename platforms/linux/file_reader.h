// SPDX-License-Identifier: MIT
// From the tables of the format to facts, at chosen dimensions.
#pragma once

#include "expressions.h"
#include "facts.h"

namespace tidegate::command {

inline std::string text(const flatbuffers::String* string) { return string != nullptr ? string->str() : std::string(); }

class FileReader {
public:
    FileReader(const format::Model& model, const std::vector<std::int32_t>& symbols)
        : model_(model), expressions_(model, symbols) {}

    const Expressions& expressions() const { return expressions_; }
    TensorFacts tensor(std::int64_t index, const std::string& name = "") const;
    OpFacts op(const format::Op& op) const;

private:
    std::uint64_t tensor_bytes(const flatbuffers::Vector<std::int32_t>& tensors) const;

    const format::Model& model_;
    Expressions expressions_;
};

ForecastFacts forecast_facts(const format::Forecast& spec, const tg_model& model);

}  // namespace tidegate::command
