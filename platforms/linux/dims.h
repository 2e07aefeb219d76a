// SPDX-License-Identifier: MIT
// The values of a model's symbolic dimensions, from --dims and from what the inputs show.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tidegate/tidegate.h"

namespace tidegate::command {

class Dims {
public:
    /// assignments: the arguments of --dims, such as "time=12". Throws CommandError for what is no symbol, no number,
    /// outside the plan or against another one.
    Dims(const tg_model& model, const std::vector<std::string>& assignments);

    /// Symbol `index` is `value`, as `where` says ("x.npy (input 'x') axis 0"). Throws as above.
    void see(std::size_t index, std::int64_t value, const std::string& where);
    /// Throws, with what to give, if a symbol's value is not known.
    void require_all() const;
    /// In the order of the model's symbols; an unknown one is at its maximum.
    std::vector<std::int32_t> values() const;
    /// Sets them; `what` stands in front of an error.
    void apply(tg_session* session, const std::string& what) const;
    /// "time=12, batch=2"
    std::string text() const;

private:
    struct Dim {
        tg_symbol symbol;
        std::optional<std::int32_t> value;
        std::string where;
    };
    void assign(const std::string& assignment);

    std::vector<Dim> dims_;
};

}  // namespace tidegate::command
