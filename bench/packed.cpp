// SPDX-License-Identifier: MIT
#include "packed.h"

#include <cstring>

#include "format/panels.h"

namespace tidegate::bench {
namespace {

using format::kPanelRows;

std::size_t panels_of(std::uint32_t padded_rows) { return padded_rows / kPanelRows; }

/// Of columns of one panel.
kernels::RowScales scales_of(const std::uint8_t* weights, std::size_t bytes) {
    kernels::RowScales rows{};
    for (float& scale : rows.scale) scale = 0.0004F;
    for (std::size_t i = 0; i < bytes; ++i) {
        rows.correction[i / 4 % kPanelRows] -= 128 * static_cast<std::int8_t>(weights[i]);
    }
    return rows;
}

}  // namespace

Packed::Packed(Storage storage, std::uint32_t gates, std::uint32_t units, std::uint32_t x_cols, std::uint32_t h_cols)
    : storage_(storage),
      x_cols_(x_cols),
      h_cols_(h_cols),
      padded_rows_(static_cast<std::uint32_t>(format::panel_count(gates, units)) * kPanelRows),
      x_bytes_(bytes_of(x_cols)),
      panel_bytes_(x_bytes_ + bytes_of(h_cols)),
      panels_(make_aligned<std::uint8_t>(panels_of(padded_rows_) * panel_bytes_)),
      rows_(make_aligned<kernels::RowScales>(2 * panels_of(padded_rows_))) {
    fill();
}

std::uint32_t Packed::bytes_of(std::uint32_t cols) const {
    if (storage_.weights == Weights::i8) return (cols + 3) / 4 * 4 * kPanelRows;
    return cols * kPanelRows * (storage_.weights == Weights::f32 ? 4 : 2);
}

double Packed::bytes() const {
    const std::size_t scales =
        storage_.weights == Weights::i8 ? (h_cols_ == 0 ? 1 : 2) * sizeof(kernels::RowScales) : 0;
    return static_cast<double>(panels_of(padded_rows_) * (panel_bytes_ + scales));
}

void Packed::fill() {
    const std::size_t bytes = panels_of(padded_rows_) * panel_bytes_;
    if (storage_.weights == Weights::f32) {
        const Array floats = make_array(bytes / sizeof(float));
        std::memcpy(panels_.get(), floats.get(), bytes);
    } else if (storage_.weights == Weights::f16) {
        for (std::size_t i = 0; i < bytes; i += 2) {  // of both signs, from 2^-10 to 2^-6
            const auto half =
                static_cast<std::uint16_t>((i / 2 % 3 == 0 ? 0x8000 : 0) | (0x1400 + i / 2 * 37 % 0x1000));
            std::memcpy(panels_.get() + i, &half, sizeof half);
        }
    } else {
        for (std::size_t i = 0; i < bytes; ++i) panels_[i] = static_cast<std::uint8_t>(i * 37 % 101 - 50);
        for (std::size_t panel = 0; panel < panels_of(padded_rows_); ++panel) {
            const std::uint8_t* first = panels_.get() + panel * panel_bytes_;
            rows_[2 * panel] = scales_of(first, x_bytes_);
            rows_[2 * panel + 1] = scales_of(first + x_bytes_, panel_bytes_ - x_bytes_);
        }
    }
}

}  // namespace tidegate::bench
