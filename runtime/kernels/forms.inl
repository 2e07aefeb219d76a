// SPDX-License-Identifier: MIT
// The forms of weights. A Form makes an Operand of columns and the vectors that they are multiplied with, and adds
// their products to a tile:  tile[series][row] += sum over k of w[row][k] * x[series][k].
#pragma once

#include "kernels/quantize.inl"
#include "kernels/tile.inl"

namespace tidegate::kernels {
namespace {

/// f32, or f16 computed in f32: chains of fused multiply-adds, columns ascending.
template <class Weight_>
struct FloatForm {
    using Weight = Weight_;

    struct Operand {
        const Weight* panels;
        Size stride;  ///< weights from panel to panel
        const float* x;
        Size x_stride;
        Size cols;
    };

    static Operand operand(const Columns& w, const Vectors& x, Size, std::int8_t*) {
        return {static_cast<const Weight*>(w.panels), w.panel_bytes / sizeof(Weight), x.data, x.stride, w.cols};
    }
    static std::int8_t* behind(std::int8_t* memory, const Columns&, Size) { return memory; }
    /// The same vectors with another matrix.
    static Operand with(const Operand& o, const Columns& w) {
        return {static_cast<const Weight*>(w.panels), w.panel_bytes / sizeof(Weight), o.x, o.x_stride, w.cols};
    }

    /// The tile's first register is `lane` rows into `panel`, its first series is `series`.
    template <class T>
    [[gnu::always_inline]] static void accumulate(T& tile, const Operand& o, Size panel, Size lane, Size series) {
        T t = tile;
        // By an integer: without columns there may be no panels, and nothing may be added to a null pointer.
        const auto first = reinterpret_cast<std::uintptr_t>(o.panels) + (panel * o.stride + lane) * sizeof(Weight);
        const auto* column = reinterpret_cast<const Weight*>(first);
        const float* x = o.x + series * o.x_stride;
        for (const float* end = x + o.cols; x != end; ++x, column += kPanelRows) {
            if constexpr (T::kSeries == 1) {
                const F value = Isa::broadcast(x);
                TIDEGATE_UNROLL
                for (Size i = 0; i < T::kCount; ++i) {
                    // GCC would load all weights first and run out of registers.
                    if (i != 0 && i % Isa::kLoadsAhead == 0) asm volatile("" ::: "memory");
                    t.sum[i] = Isa::fma(value, Isa::load(column + T::panel(i) * o.stride + T::lane(i)), t.sum[i]);
                }
            } else {
                F weights[T::kPerSeries];
                TIDEGATE_UNROLL
                for (Size r = 0; r < T::kPerSeries; ++r) {
                    weights[r] = Isa::load(column + T::panel(r) * o.stride + T::lane(r));
                }
                TIDEGATE_UNROLL
                for (Size s = 0; s < T::kSeries; ++s) {
                    const F value = Isa::broadcast(x + s * o.x_stride);
                    TIDEGATE_UNROLL
                    for (Size r = 0; r < T::kPerSeries; ++r) {
                        F& sum = t.sum[s * T::kPerSeries + r];
                        sum = Isa::fma(value, weights[r], sum);
                    }
                }
            }
        }
        tile = t;
    }
};
using F32 = FloatForm<float>;
using F16 = FloatForm<std::uint16_t>;

/// int8 with exact int32 sums, however they are split; then one fma for each row. Dot: how four columns are multiplied,
/// see Isa::Dot in scalar_isa.h.
template <class Dot>
struct Int8 {
    static constexpr Size kQuad = 4;

    struct Operand {
        const std::int8_t* panels;
        Size panel_bytes;
        const RowScales* rows;
        Size panel_rows;
        const std::int8_t* x;
        Size x_stride;
        Size quads;
        float scales[kMostSeries];
    };

    /// memory: quantized_bytes(cols) for each series.
    [[gnu::noinline]] static Operand operand(const Columns& w, const Vectors& x, Size series, std::int8_t* memory) {
        Operand o = with(Operand(), w);
        o.x = memory;
        o.x_stride = quantized_size(w.cols);
        for (Size s = 0; w.cols != 0 && s < series; ++s) {
            o.scales[s] = quantize<Dot::kFlip>(x.data + s * x.stride, w.cols, w.scale, memory + s * o.x_stride);
        }
        return o;
    }

    /// The memory behind that of these vectors.
    static std::int8_t* behind(std::int8_t* memory, const Columns& w, Size series) {
        return memory + series * quantized_size(w.cols);
    }

    static Operand with(Operand o, const Columns& w) {
        o.panels = static_cast<const std::int8_t*>(w.panels);
        o.panel_bytes = w.panel_bytes;
        o.rows = w.rows;
        o.panel_rows = w.panel_rows;
        o.quads = (w.cols + kQuad - 1) / kQuad;
        return o;
    }

    template <class T>
    [[gnu::always_inline]] static void accumulate(T& tile, const Operand& o, Size panel, Size lane, Size series) {
        if (o.quads == 0) return;
        const RowScales* rows = o.rows + panel * o.panel_rows;
        constexpr Size kChains = T::kSeries == 1 ? Dot::kChains : 1;
        I sums[kChains * T::kCount];
        TIDEGATE_UNROLL
        for (Size i = 0; i < kChains * T::kCount; ++i) {
            sums[i] = i < T::kCount ? Dot::start(rows[T::panel(i) * o.panel_rows].correction + lane + T::lane(i))
                                    : Isa::zero();
        }
        add_products<T, kChains>(sums, o, panel, lane, series);
        TIDEGATE_UNROLL
        for (Size i = 0; i < T::kCount; ++i) {
            I sum = sums[i];
            if constexpr (kChains == 2) sum = Isa::add(sum, sums[T::kCount + i]);
            const F row_scale = Isa::load(rows[T::panel(i) * o.panel_rows].scale + lane + T::lane(i));
            tile.sum[i] = Isa::fma(Isa::to_float(sum), F(o.scales[series + T::series(i)]) * row_scale, tile.sum[i]);
        }
    }

private:
    template <class T, Size kChains>
    [[gnu::always_inline]] static void add_products(I (&sums)[kChains * T::kCount], const Operand& o, Size panel,
                                                    Size lane, Size series) {
        const std::int8_t* weights = o.panels + panel * o.panel_bytes + lane * kQuad;
        const std::int8_t* x = o.x + series * o.x_stride;
        const std::int8_t* end = x + o.quads * kQuad;
        if constexpr (kChains == 2) {
            for (; x + kQuad < end; x += 2 * kQuad, weights += 2 * kQuad * kPanelRows) {
                add_quad<T>(sums, o, weights, x);
                add_quad<T>(sums + T::kCount, o, weights + kQuad * kPanelRows, x + kQuad);
            }
            if (x != end) add_quad<T>(sums, o, weights, x);
        } else {
            for (; x != end; x += kQuad, weights += kQuad * kPanelRows) add_quad<T>(sums, o, weights, x);
        }
    }

    template <class T>
    [[gnu::always_inline]] static void add_quad(I* sums, const Operand& o, const std::int8_t* weights,
                                                const std::int8_t* x) {
        const auto at = [&](Size i) { return weights + T::panel(i) * o.panel_bytes + T::lane(i) * kQuad; };
        if constexpr (T::kSeries == 1) {
            const typename Dot::Values values = Dot::values(x);
            TIDEGATE_UNROLL
            for (Size i = 0; i < T::kCount; ++i) sums[i] = Dot::add(sums[i], at(i), values);
        } else {
            typename Dot::Weights loaded[T::kPerSeries];
            TIDEGATE_UNROLL
            for (Size r = 0; r < T::kPerSeries; ++r) loaded[r] = Dot::load(at(r));
            TIDEGATE_UNROLL
            for (Size s = 0; s < T::kSeries; ++s) {
                const typename Dot::Values values = Dot::values(x + s * o.x_stride);
                TIDEGATE_UNROLL
                for (Size r = 0; r < T::kPerSeries; ++r) {
                    I& sum = sums[s * T::kPerSeries + r];
                    sum = Dot::add(sum, loaded[r], values);
                }
            }
        }
    }
};

}  // namespace
}  // namespace tidegate::kernels
