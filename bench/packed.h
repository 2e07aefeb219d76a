// SPDX-License-Identifier: MIT
// A matrix in panels of each form, its weights small and not all equal.
#pragma once

#include <cstdint>
#include <string>

#include "array.h"
#include "kernels/kernels.h"

namespace tidegate::bench {

enum class Weights { f32, f16, i8 };

/// How products are made: the form of the weights, and of i8 the scale of x. That of h is fixed, as |h| <= 1.
struct Storage {
    Weights weights;
    float x_scale;     ///< 0: found for each vector
    const char* name;  ///< behind that of what is measured
};
inline constexpr Storage kFloats = {Weights::f32, 0, ""};
inline constexpr Storage kStorages[] = {
    kFloats, {Weights::f16, 0, "_f16"}, {Weights::i8, 0, "_i8"}, {Weights::i8, 1 / 127.0F, "_i8_static"}};

class Packed {
public:
    /// Columns of x, then of h.
    Packed(Storage storage, std::uint32_t gates, std::uint32_t units, std::uint32_t x_cols, std::uint32_t h_cols = 0);

    kernels::Columns x() const { return {panels_.get(), rows_.get(), x_cols_, panel_bytes_, 2, storage_.x_scale}; }
    kernels::Columns h() const {
        return {panels_.get() + x_bytes_, rows_.get() + 1, h_cols_, panel_bytes_, 2, 1 / 127.0F};
    }
    std::uint32_t padded_rows() const { return padded_rows_; }
    /// What a product with all columns reads.
    double bytes() const;

private:
    void fill();
    std::uint32_t bytes_of(std::uint32_t cols) const;

    Storage storage_;
    std::uint32_t x_cols_, h_cols_, padded_rows_, x_bytes_, panel_bytes_;
    Aligned<std::uint8_t> panels_;
    Aligned<kernels::RowScales> rows_;  ///< i8: for each panel of x' columns, and of h's
};

}  // namespace tidegate::bench
