// SPDX-License-Identifier: MIT
// The forms of weights. A Form makes an Operand of columns and the vectors that they are multiplied with, and adds
// their products to a tile:  tile[series][row] += sum over k of w[row][k] * x[series][k].
#pragma once

#include "kernels/int8_operand.h"
#include "kernels/quantize.inl"
#include "kernels/tile.inl"

namespace tidegate::kernels {
namespace {

/// f32, or f16 computed in f32: chains of fused multiply-adds, columns ascending.
template <class Weight_>
struct FloatForm {
    using Weight = Weight_;
    using OfOne = FloatForm;  ///< what multiplies one series alone
    /// The most units of a GRU whose gates stay in registers: that has few sums in flight, and chains of fused
    /// multiply-adds wait for themselves unless there are many (bench_kernels, gru_linear).
    static constexpr Size kFusedUnits = Isa::kPanelsAtOnce == 8 ? 32 : 0;

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
        if (o.cols == 0) return;
        T t = tile;
        const Size stride = o.stride, x_stride = o.x_stride;  // o's would be loaded again behind each barrier
        const Weight* column = o.panels + panel * stride + lane;
        const float* x = o.x + series * x_stride;
        for (const float* end = x + o.cols; x != end; ++x, column += kPanelRows) {
            if constexpr (T::kSeries == 1) {
                const F value = Isa::broadcast(x);
                TIDEGATE_UNROLL
                for (Size i = 0; i < T::kCount; ++i) {
                    // GCC would load all weights first and run out of registers.
                    if (i != 0 && i % Isa::kLoadsAhead == 0) asm volatile("" ::: "memory");
                    t.sum[i] = Isa::fma(value, Isa::load(column + T::panel(i) * stride + T::lane(i)), t.sum[i]);
                }
            } else {
                F weights[T::kPerSeries];
                TIDEGATE_UNROLL
                for (Size r = 0; r < T::kPerSeries; ++r) {
                    weights[r] = Isa::load(column + T::panel(r) * stride + T::lane(r));
                }
                TIDEGATE_UNROLL
                for (Size s = 0; s < T::kSeries; ++s) {
                    const F value = Isa::broadcast(x + s * x_stride);
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
    static constexpr Size kFusedUnits = Dot::kChains == 2 ? ~Size{0} : 32;
    static constexpr Size kQuad = 4;
    static constexpr Size kQuadBytes = kQuad * kPanelRows;  ///< from a panel's column of quads to the next

    using Operand = Int8Operand;
    using OfOne = Int8;

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
        if (o.quads != 0) accumulate_part<T, 0>(tile, o, panel, lane, series);
    }

private:
    using Sum = typename Dot::Sum;

    /// Of each series in tile T the registers from kFirst on, as many as there may be sums.
    template <class T, Size kFirst>
    struct Part {
        static constexpr Size kSeries = T::kSeries, kRest = T::kPerSeries - kFirst;
        static constexpr Size kPerSeries = kRest * kSeries <= Dot::kMostSums ? kRest : Dot::kMostSums / kSeries;
        static constexpr Size kCount = kSeries * kPerSeries;
        static constexpr Size kChains = kSeries == 1 ? Dot::kChains : 1;

        static constexpr Size in_tile(Size i) { return i / kPerSeries * T::kPerSeries + kFirst + i % kPerSeries; }
        static constexpr Size panel(Size i) { return T::panel(in_tile(i)); }
        static constexpr Size lane(Size i) { return T::lane(in_tile(i)); }
    };

    template <class T, Size kFirst>
    [[gnu::always_inline]] static void accumulate_part(T& tile, const Operand& o, Size panel, Size lane, Size series) {
        using P = Part<T, kFirst>;
        const RowScales* rows = o.rows + panel * o.panel_rows;
        Sum sums[P::kChains * P::kCount];
        TIDEGATE_UNROLL
        for (Size i = 0; i < P::kChains * P::kCount; ++i) {
            sums[i] = i < P::kCount ? Dot::start(rows[P::panel(i) * o.panel_rows].correction + lane + P::lane(i))
                                    : Dot::none();
        }
        add_products<P>(sums, o, panel, lane, series);
        TIDEGATE_UNROLL
        for (Size i = 0; i < P::kCount; ++i) {
            I sum = Dot::total(sums[i]);
            if constexpr (P::kChains == 2) sum = Isa::add(sum, Dot::total(sums[P::kCount + i]));
            const F row_scale = Isa::load(rows[P::panel(i) * o.panel_rows].scale + lane + P::lane(i));
            F& y = tile.sum[P::in_tile(i)];
            y = Isa::fma(Isa::to_float(sum), F(o.scales[series + i / P::kPerSeries]) * row_scale, y);
        }
        if constexpr (P::kPerSeries < P::kRest) {
            accumulate_part<T, kFirst + P::kPerSeries>(tile, o, panel, lane, series);
        }
    }

    template <class P>
    [[gnu::always_inline]] static void add_products(Sum (&sums)[P::kChains * P::kCount], const Operand& o, Size panel,
                                                    Size lane, Size series) {
        const std::int8_t* weights = o.panels + panel * o.panel_bytes + lane * kQuad;
        const std::int8_t* x = o.x + series * o.x_stride;
        const std::int8_t* end = x + o.quads * kQuad;
        const Strides by{o.panel_bytes, o.x_stride};
        if constexpr (Dot::kFours) {
            const std::int8_t* end_of_fours = x + o.quads / 4 * 4 * kQuad;
            for (; x != end_of_fours; x += 4 * kQuad, weights += 4 * kQuadBytes) add_four<P>(sums, by, weights, x);
        }
        if constexpr (P::kChains == 2 || Dot::kPairs) {
            for (; x + kQuad < end; x += 2 * kQuad, weights += 2 * kQuadBytes) {
                if constexpr (Dot::kPairs) {
                    add_pair<P>(sums, by, weights, x);
                } else {
                    add_quad<P>(sums, by, weights, x);
                    add_quad<P>(sums + P::kCount, by, weights + kQuadBytes, x + kQuad);
                }
            }
            if (x != end) add_quad<P>(sums, by, weights, x);
        } else {
            for (; x != end; x += kQuad, weights += kQuadBytes) add_quad<P>(sums, by, weights, x);
        }
    }

    struct Strides {
        Size panel, x;

        template <class P>
        const std::int8_t* weights(const std::int8_t* first, Size i) const {
            return first + P::panel(i) * panel + P::lane(i) * kQuad;
        }
    };

    template <class P>
    [[gnu::always_inline]] static void add_quad(Sum* sums, const Strides& by, const std::int8_t* weights,
                                                const std::int8_t* x) {
        if constexpr (P::kSeries == 1) {
            constexpr Size kAhead = Dot::kLoadsAhead;
            const typename Dot::Values values = Dot::values(x);
            if constexpr (kAhead == 0) {
                TIDEGATE_UNROLL
                for (Size i = 0; i < P::kCount; ++i)
                    sums[i] = Dot::add(sums[i], by.template weights<P>(weights, i), values);
            } else {
                static_assert(P::kCount % kAhead == 0);
                TIDEGATE_UNROLL
                for (Size i = 0; i < P::kCount; i += kAhead) {
                    typename Dot::Weights loaded[kAhead];
                    TIDEGATE_UNROLL
                    for (Size k = 0; k < kAhead; ++k) loaded[k] = Dot::load(by.template weights<P>(weights, i + k));
                    asm volatile("" ::: "memory");  // GCC would load each one right before its use, and not by pairs
                    TIDEGATE_UNROLL
                    for (Size k = 0; k < kAhead; ++k) sums[i + k] = Dot::add(sums[i + k], loaded[k], values);
                }
            }
        } else {
            typename Dot::Weights loaded[P::kPerSeries];
            TIDEGATE_UNROLL
            for (Size r = 0; r < P::kPerSeries; ++r) loaded[r] = Dot::load(by.template weights<P>(weights, r));
            TIDEGATE_UNROLL
            for (Size s = 0; s < P::kSeries; ++s) {
                const typename Dot::Values values = Dot::values(x + s * by.x);
                TIDEGATE_UNROLL
                for (Size r = 0; r < P::kPerSeries; ++r) {
                    Sum& sum = sums[s * P::kPerSeries + r];
                    sum = Dot::add(sum, loaded[r], values);
                }
            }
        }
    }

    /// Four quads, of each series in one register.
    template <class P>
    [[gnu::always_inline]] static void add_four(Sum* sums, const Strides& by, const std::int8_t* weights,
                                                const std::int8_t* x) {
        typename Dot::Values values[P::kSeries];
        TIDEGATE_UNROLL
        for (Size s = 0; s < P::kSeries; ++s) values[s] = Dot::load(x + s * by.x);
        add_of_four<P, 0>(sums, by, weights, values);
        add_of_four<P, 1>(sums, by, weights + kQuadBytes, values);
        add_of_four<P, 2>(sums, by, weights + 2 * kQuadBytes, values);
        add_of_four<P, 3>(sums, by, weights + 3 * kQuadBytes, values);
    }

    template <class P, int kAt>
    [[gnu::always_inline]] static void add_of_four(Sum* sums, const Strides& by, const std::int8_t* weights,
                                                   const typename Dot::Values* values) {
        constexpr Size kAhead = Dot::kLoadsAhead;
        static_assert(P::kPerSeries % kAhead == 0);
        TIDEGATE_UNROLL
        for (Size i = 0; i < P::kPerSeries; i += kAhead) {
            typename Dot::Weights loaded[kAhead];
            TIDEGATE_UNROLL
            for (Size k = 0; k < kAhead; ++k) loaded[k] = Dot::load(by.template weights<P>(weights, i + k));
            asm volatile("" ::: "memory");  // GCC would load each one right before its use, and not by pairs
            TIDEGATE_UNROLL
            for (Size s = 0; s < P::kSeries; ++s) {
                TIDEGATE_UNROLL
                for (Size k = 0; k < kAhead; ++k) {
                    Sum& sum = sums[s * P::kPerSeries + i + k];
                    sum = Dot::template add_of_four<kAt>(sum, loaded[k], values[s]);
                }
            }
        }
    }

    /// Two quads.
    template <class P>
    [[gnu::always_inline]] static void add_pair(Sum* sums, const Strides& by, const std::int8_t* weights,
                                                const std::int8_t* x) {
        if constexpr (P::kSeries == 1) {
            const typename Dot::Values first = Dot::values(x), second = Dot::values(x + kQuad);
            TIDEGATE_UNROLL
            for (Size i = 0; i < P::kCount; ++i) {
                // GCC would load all weights first and run out of registers.
                if (i != 0 && i % Dot::kLoadsAhead == 0) asm volatile("" ::: "memory");
                const std::int8_t* at = by.template weights<P>(weights, i);
                sums[i] = Dot::add_pair(sums[i], Dot::load(at), first, Dot::load(at + kQuadBytes), second);
            }
        } else {
            typename Dot::Weights first[P::kPerSeries], second[P::kPerSeries];
            TIDEGATE_UNROLL
            for (Size r = 0; r < P::kPerSeries; ++r) {
                first[r] = Dot::load(by.template weights<P>(weights, r));
                second[r] = Dot::load(by.template weights<P>(weights, r) + kQuadBytes);
            }
            TIDEGATE_UNROLL
            for (Size s = 0; s < P::kSeries; ++s) {
                asm volatile("" ::: "memory");  // else all vectors before all weights
                const std::int8_t* at = x + s * by.x;
                const typename Dot::Values u = Dot::values(at), v = Dot::values(at + kQuad);
                TIDEGATE_UNROLL
                for (Size r = 0; r < P::kPerSeries; ++r) {
                    Sum& sum = sums[s * P::kPerSeries + r];
                    sum = Dot::add_pair(sum, first[r], u, second[r], v);
                }
            }
        }
    }
};

}  // namespace
}  // namespace tidegate::kernels
