// SPDX-License-Identifier: MIT
// The inputs of a run: .npy files, the dimensions that they show, and their way into the session.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "dims.h"
#include "facts.h"
#include "npy.h"

namespace tidegate::command {

/// By tg_type.
inline NpyType element_of(const tg_tensor& tensor) {
    constexpr std::array<NpyType, 6> kElement = {NpyType::f4, NpyType::i4, NpyType::i8,
                                                 NpyType::u1, NpyType::i1, NpyType::b1};
    return kElement[static_cast<std::size_t>(tensor.type)];
}

inline std::vector<std::int64_t> shape_of(const tg_tensor& tensor) { return {tensor.dims, tensor.dims + tensor.rank}; }

/// An input of the model and where its values come from.
struct Feed {
    std::string what;  ///< "x.npy (input 'x')"
    Npy array;
    bool sliced = false;  ///< the first axis counts steps
    tg_tensor tensor{};   ///< bound to a session
};

class Feeds {
public:
    /// The files in the order of the model's inputs, of the model's types and with as many axes as it wants, or with
    /// steps one more. Throws CommandError.
    Feeds(const tg_model& model, const Facts& facts, const std::vector<std::string>& files, bool steps);

    /// The symbols that axes of the inputs are.
    void show(Dims& dims) const;
    /// Binds them to the session at its present dimensions; throws CommandError if a shape is not the one wanted.
    void bind(tg_session* session);
    /// How often to run; throws if the sliced inputs disagree or the first one has no steps.
    std::size_t count_steps() const;
    /// Writes the inputs of a step.
    void feed(std::size_t step) const;
    /// The first real of a step's inputs that is not finite: "x.npy (input 'x') has nan at [3,0]"; else empty.
    std::string not_finite(std::size_t step) const;

private:
    const Facts& facts_;
    bool steps_;
    std::vector<Feed> feeds_;
};

}  // namespace tidegate::command
