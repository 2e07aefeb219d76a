// SPDX-License-Identifier: MIT
// Matrices in panels for the tests, filled through format::padded_row.
#pragma once

#include <cstdlib>
#include <memory>

#include "format/panels.h"
#include "kernels/support.h"

namespace tidegate::test {

/// 64-byte aligned floats, zero at first.
class AlignedFloats {
public:
    explicit AlignedFloats(std::size_t n)
        : data_(static_cast<float*>(std::aligned_alloc(64, (n * sizeof(float) + 63) / 64 * 64 + 64)), std::free) {
        for (std::size_t i = 0; i < n; ++i) data_.get()[i] = 0;
    }
    float* data() { return data_.get(); }
    const float* data() const { return data_.get(); }

private:
    std::unique_ptr<float, void (*)(void*)> data_;
};

/// gates * units rows of cols columns, with a bias for each row.
class Matrix {
public:
    Matrix(std::uint32_t gates, std::uint32_t units, std::uint32_t cols)
        : gates_(gates),
          units_(units),
          cols_(cols),
          panels_(static_cast<std::uint32_t>(format::panel_count(gates, units))),
          weights_(std::size_t{panels_} * cols * format::kPanelRows),
          bias_(std::size_t{panels_} * format::kPanelRows) {}

    float& at(std::uint32_t gate, std::uint32_t unit, std::uint32_t column) {
        return weights_.data()[index(gate, unit, column)];
    }
    float at(std::uint32_t gate, std::uint32_t unit, std::uint32_t column) const {
        return weights_.data()[index(gate, unit, column)];
    }
    float& bias(std::uint32_t gate, std::uint32_t unit) {
        return bias_.data()[format::padded_row(gates_, units_, gate, unit)];
    }
    float bias(std::uint32_t gate, std::uint32_t unit) const {
        return bias_.data()[format::padded_row(gates_, units_, gate, unit)];
    }
    std::size_t row(std::uint32_t gate, std::uint32_t unit) const {
        return static_cast<std::size_t>(format::padded_row(gates_, units_, gate, unit));
    }
    std::size_t padded_rows() const { return std::size_t{panels_} * format::kPanelRows; }
    const float* weights() const { return weights_.data(); }
    const float* biases() const { return bias_.data(); }
    kernels::Panels columns(std::uint32_t first, std::uint32_t count) const {
        return {weights_.data() + std::size_t{first} * format::kPanelRows, panels_, count, cols_ * format::kPanelRows};
    }

private:
    std::size_t index(std::uint32_t gate, std::uint32_t unit, std::uint32_t column) const {
        const std::size_t r = row(gate, unit);
        return (r / format::kPanelRows * cols_ + column) * format::kPanelRows + r % format::kPanelRows;
    }
    std::uint32_t gates_, units_, cols_, panels_;
    AlignedFloats weights_, bias_;
};

inline Matrix random_matrix(Random& random, std::uint32_t gates, std::uint32_t units, std::uint32_t cols) {
    Matrix m(gates, units, cols);
    for (std::uint32_t g = 0; g < gates; ++g) {
        for (std::uint32_t u = 0; u < units; ++u) {
            m.bias(g, u) = random.uniform(-0.5F, 0.5F);
            for (std::uint32_t k = 0; k < cols; ++k) m.at(g, u, k) = random.uniform(-0.7F, 0.7F);
        }
    }
    return m;
}

}  // namespace tidegate::test
