// SPDX-License-Identifier: MIT
// Matrices for the tests, packed into panels of every form through format::padded_row, and products with them.
#pragma once

#include <array>
#include <cstdlib>
#include <memory>
#include <new>

#include "format/panels.h"
#include "format/sizes.h"
#include "kernels/guarded.h"
#include "kernels/half.h"
#include "kernels/support.h"

namespace tidegate::test {

/// Elements on a multiple of 64 bytes, zero at first.
template <class T>
class Aligned {
public:
    explicit Aligned(std::size_t n) : data_(new (kAlignment) T[n]()) {}
    T* data() { return data_.get(); }
    const T* data() const { return data_.get(); }

private:
    static constexpr std::align_val_t kAlignment{64};
    struct Delete {
        void operator()(T* p) const { ::operator delete[](p, kAlignment); }
    };
    std::unique_ptr<T[], Delete> data_;
};

/// gates * units rows; the columns of x, then those of h; a bias for each row.
class Matrix {
public:
    Matrix(std::uint32_t gates, std::uint32_t units, std::uint32_t x_cols, std::uint32_t h_cols = 0)
        : gates_(gates),
          units_(units),
          cols_{x_cols, h_cols},
          weights_(std::size_t{gates} * units * (x_cols + h_cols)),
          bias_(padded_rows()) {}

    float& at(std::uint32_t gate, std::uint32_t unit, std::uint32_t column) {
        return weights_[index(gate, unit, column)];
    }
    float at(std::uint32_t gate, std::uint32_t unit, std::uint32_t column) const {
        return weights_[index(gate, unit, column)];
    }
    float& bias(std::uint32_t gate, std::uint32_t unit) { return bias_.data()[row(gate, unit)]; }
    float bias(std::uint32_t gate, std::uint32_t unit) const { return bias_.data()[row(gate, unit)]; }
    std::size_t row(std::uint32_t gate, std::uint32_t unit) const {
        return static_cast<std::size_t>(format::padded_row(gates_, units_, gate, unit));
    }
    std::uint32_t panels() const { return static_cast<std::uint32_t>(format::panel_count(gates_, units_)); }
    std::uint32_t padded_rows() const { return panels() * format::kPanelRows; }
    std::uint32_t gates() const { return gates_; }
    std::uint32_t units() const { return units_; }
    std::uint32_t cols(std::size_t part) const { return cols_[part]; }
    const float* biases() const { return bias_.data(); }

private:
    std::size_t index(std::uint32_t gate, std::uint32_t unit, std::uint32_t column) const {
        return (std::size_t{gate} * units_ + unit) * (cols_[0] + cols_[1]) + column;
    }
    std::uint32_t gates_, units_;
    std::array<std::uint32_t, 2> cols_;
    Floats weights_;
    Aligned<float> bias_;  ///< in padded rows
};

inline Matrix random_matrix(Random& random, std::uint32_t gates, std::uint32_t units, std::uint32_t x_cols,
                            std::uint32_t h_cols = 0) {
    Matrix m(gates, units, x_cols, h_cols);
    for (std::uint32_t g = 0; g < gates; ++g) {
        for (std::uint32_t u = 0; u < units; ++u) {
            m.bias(g, u) = random.uniform(-0.5F, 0.5F);
            for (std::uint32_t k = 0; k < x_cols + h_cols; ++k) m.at(g, u, k) = random.uniform(-0.7F, 0.7F);
        }
    }
    return m;
}

enum class Form { f32, f16, i8 };

/// A matrix' weights in one form, packed. Parts: 0 is the columns of x, 1 those of h.
class Panels {
public:
    Panels(const Matrix& m, Form form)
        : form_(form),
          panels_(m.panels()),
          cols_{m.cols(0), m.cols(1)},
          bytes_(std::size_t{panels_} * panel_bytes()),
          rows_(std::size_t{panels_} * 2) {
        for (std::uint32_t gate = 0; gate < m.gates(); ++gate) {
            for (std::uint32_t unit = 0; unit < m.units(); ++unit) {
                for (std::size_t part : {0U, 1U}) pack(m, gate, unit, part);
            }
        }
    }
    /// scale: Columns::scale.
    kernels::Columns columns(std::size_t part, float scale = 0) const {
        const std::uint32_t first = part == 0 ? 0 : stored_cols(0);
        return {bytes_.data() + column_bytes() * first, rows_.data() + part, cols_[part], panel_bytes(), 2, scale};
    }
    /// i8: what the bytes of a row are.
    const kernels::RowScales& rows(std::size_t panel, std::size_t part) const { return rows_.data()[2 * panel + part]; }
    int integer(std::size_t row, std::size_t part, std::uint32_t column) const {
        return static_cast<std::int8_t>(bytes_.data()[place(row, part, column)]);
    }

private:
    static constexpr std::uint32_t kRows = format::kPanelRows;

    std::uint32_t weight_bytes() const { return form_ == Form::f32 ? 4 : form_ == Form::f16 ? 2 : 1; }
    std::uint32_t column_bytes() const { return kRows * weight_bytes(); }
    std::uint32_t stored_cols(std::size_t part) const {
        return form_ == Form::i8 ? (cols_[part] + 3) / 4 * 4 : cols_[part];
    }
    std::uint32_t panel_bytes() const { return column_bytes() * (stored_cols(0) + stored_cols(1)); }

    std::size_t place(std::size_t row, std::size_t part, std::uint32_t column) const {
        const std::size_t panel = row / kRows * panel_bytes(), k = column + (part == 0 ? 0 : stored_cols(0));
        if (form_ == Form::i8) return panel + k / 4 * 4 * kRows + row % kRows * 4 + k % 4;
        return panel + k * column_bytes() + row % kRows * weight_bytes();
    }

    void pack(const Matrix& m, std::uint32_t gate, std::uint32_t unit, std::size_t part) {
        const std::size_t row = m.row(gate, unit);
        const std::uint32_t first = part == 0 ? 0 : cols_[0];
        float largest = 0;
        for (std::uint32_t k = 0; k < cols_[part]; ++k)
            largest = std::max(largest, std::abs(m.at(gate, unit, first + k)));
        const float scale = largest == 0 ? 1 : largest / 127;
        int sum = 0;
        for (std::uint32_t k = 0; k < cols_[part]; ++k) {
            const float w = m.at(gate, unit, first + k);
            unsigned char* to = bytes_.data() + place(row, part, k);
            if (form_ == Form::f32) {
                std::memcpy(to, &w, sizeof w);
            } else if (form_ == Form::f16) {
                const std::uint16_t half = nearest_half(w);
                std::memcpy(to, &half, sizeof half);
            } else {
                const auto integer = static_cast<int>(std::nearbyint(w / scale));
                *to = static_cast<unsigned char>(integer);
                sum += integer;
            }
        }
        if (form_ != Form::i8) return;
        kernels::RowScales& scales = rows_.data()[2 * (row / kRows) + part];
        scales.scale[row % kRows] = scale;
        scales.correction[row % kRows] = -128 * sum;
    }

    Form form_;
    std::uint32_t panels_;
    std::array<std::uint32_t, 2> cols_;
    Aligned<unsigned char> bytes_;
    Aligned<kernels::RowScales> rows_;
};

/// Memory for the integers of several vectors, exactly as much as the kernels may write; none for other forms.
class Integers {
public:
    Integers(Form form, std::size_t series, std::uint32_t x_cols, std::uint32_t h_cols = 0)
        : form_(form),
          bytes_(series * static_cast<std::size_t>(format::quantized_bytes(x_cols) + format::quantized_bytes(h_cols)),
                 111, 0) {}
    std::int8_t* data() { return form_ == Form::i8 ? bytes_.data() : nullptr; }
    bool guards_unharmed() const { return bytes_.guards_unharmed(); }

private:
    Form form_;
    Guarded<std::int8_t> bytes_;
};

/// y = start + W x for several series.
inline void multiply(const Kernels& set, Form form, const kernels::Columns& w, const kernels::Vectors& x,
                     const kernels::Vectors& start, const kernels::Results& y, std::size_t rows, std::size_t series) {
    Integers integers(form, series, w.cols);
    const auto kernel = form == Form::f32 ? set.multiply_f32 : form == Form::f16 ? set.multiply_f16 : set.multiply_i8;
    kernel({w, static_cast<std::uint32_t>(rows), static_cast<std::uint32_t>(series), x, start, y, integers.data()});
    CHECK(integers.guards_unharmed());
}

/// Of one series.
inline void multiply(const Kernels& set, Form form, const kernels::Columns& w, const float* x, const float* start,
                     float* y, std::size_t rows) {
    multiply(set, form, w, {x, 0}, {start, 0}, {y, 0}, rows, 1);
}

/// How the products of a cell are made: the form of its weights, and for i8 the scales of x and h (0: dynamic).
struct Way {
    const char* name;
    Form form;
    float x_scale, h_scale;
};
inline constexpr Way kWays[] = {{"f32", Form::f32, 0, 0},
                                {"f16", Form::f16, 0, 0},
                                {"i8, dynamic scales", Form::i8, 0, 0},
                                {"i8, a fixed scale for h", Form::i8, 0, 1 / 127.0F},
                                {"i8, fixed scales", Form::i8, 0.013F, 1 / 127.0F}};

}  // namespace tidegate::test
