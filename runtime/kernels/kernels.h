// SPDX-License-Identifier: MIT
// The contract between operators and instruction sets: one table of functions per set, all with the same bits.
//
// Rules for every function here:
// - fp32, round to nearest, subnormals kept; a product-sum is one chain of fused multiply-adds in the order stated.
// - Pointers to activations need 4-byte alignment only; weights and biases are 64-byte aligned.
// - Exactly the stated elements are read and written. Output may be the same array as an input where "in place" is
// said.
// - NaN in gives NaN out (its bits are free: canonical_nan() makes them one before they are shown).
#pragma once

#include <cstddef>
#include <cstdint>

#include "format/panels.h"

namespace tidegate::kernels {

using Size = std::size_t;

/// Of the 16 rows of an i8 panel, for W's columns or for R's. What a row's integers stand for: w = scale * integer.
struct RowScales {
    float scale[format::kPanelRows];
    std::int32_t correction[format::kPanelRows];  ///< -128 * sum of the row's integers: for products with x + 128
};

/// Columns [first, first + cols) of all panels of a matrix: W's, or R's, or a whole matrix.
/// f32, f16: [panel][column][16 rows]; i8: [panel][column / 4][16 rows][4 columns].
struct Columns {
    const void* panels = nullptr;     ///< column `first` of panel 0
    const RowScales* rows = nullptr;  ///< i8: of panel 0
    std::uint32_t cols = 0;
    std::uint32_t panel_bytes = 0;  ///< from panel to panel
    std::uint32_t panel_rows = 0;   ///< i8: RowScales from panel to panel
    float scale = 0;  ///< i8: one unit of the vectors' integers; 0: for each vector its largest magnitude / 127
};

/// One vector for each series.
struct Vectors {
    const float* data = nullptr;
    Size stride = 0;  ///< floats from series to series
};
struct Results {
    float* data = nullptr;
    Size stride = 0;
};

/// Series that a kernel takes at once where it has memory for each (`quantized`).
inline constexpr Size kMostSeries = 8;

/// y[s][row] = start[s][row] + sum over columns k ascending of w[row][k] * x[s][k], one chain of fused multiply-adds;
/// the weights are read once for several of the `series`. i8: y = fma(float(sum of integers), x's scale * row's scale,
/// start), the integers of x being round(x * (1 / scale)), ties to even, clamped to +-127; x that is not finite makes y
/// NaN. start is read, y is written up to `rows`; y may be start, if there is one for each series.
struct Product {
    Columns w;
    std::uint32_t rows;
    std::uint32_t series;  ///< i8: up to kMostSeries
    Vectors x;
    Vectors start;  ///< stride 0: one for all
    Results y;
    std::int8_t* quantized;  ///< i8: format::quantized_bytes(w.cols) for each series, 16-byte aligned
};

/// y = f(x) element by element, n elements, in place allowed. alpha, beta: see Unary in model.fbs.
using UnaryKernel = void (*)(const float* x, float* y, Size n, float alpha, float beta);
/// y[i] = op(a[i * a_step], b[i * b_step]); steps are 0 or 1; in place allowed for an argument of step 1.
using BinaryKernel = void (*)(const float* a, Size a_step, const float* b, Size b_step, float* y, Size n);

/// y[j] = x[0 * inner + j] op x[1 * inner + j] op ... of n elements, for j < inner; the order: Reduce in model.fbs. Not
/// in place.
using ReduceKernel = void (*)(const float* x, float* y, Size n, Size inner);

/// One step of an LSTM for up to kMostSeries series with sigmoid, tanh, tanh, no clip and no peepholes:
///   [i f g o] = [sigmoid sigmoid tanh sigmoid](bias + W x + R h)     (rows of gates input, forget, cell, output)
///   c' = fma(f, c, i * g);   h' = o * tanh(c')     (each product of a gate and a tanh is one quotient: sigmoid_tanh)
struct LstmStep {
    Columns input;      ///< W, gates = 4; no columns: bias is bias + W x
    Columns state;      ///< R
    const float* bias;  ///< [panel][16]
    std::uint32_t units;
    std::uint32_t series;
    Vectors x;
    Vectors h;
    Vectors c;
    Results h_out;           ///< not h
    Results c_out;           ///< may be c
    Results sums;            ///< series > 1: [padded rows of all gates] for each, 16-byte aligned
    std::int8_t* quantized;  ///< i8: for each series quantized_bytes(input.cols) + (state.cols), 16-byte aligned
};

/// One step of a GRU for up to kMostSeries series with sigmoid, tanh and no clip:
///   [z r] = sigmoid(bias + W x + R h)
///   linear_before_reset:  g = tanh(fma(r, R_h h + Rb_h, W_h x + Wb_h))
///   else:                 g = tanh((W_h x + b_h) + R_h (r * h)), one chain: bias, W's columns, then R's
///   h' = fma(z, h, (1 - z) * g)
struct GruStep {
    Columns input;            ///< W of the gates update, reset; no columns: the biases are bias + W x
    Columns state;            ///< R of the same
    Columns candidate_input;  ///< W_h, gates = 1
    Columns candidate_state;  ///< R_h, gates = 1
    const float* bias;
    const float* candidate_input_bias;
    const float* candidate_state_bias;  ///< used with linear_before_reset
    std::uint32_t units;
    std::uint32_t series;
    bool linear_before_reset;
    Vectors x;
    Vectors h;
    Results h_out;           ///< not h
    Results scratch;         ///< gru_scratch_floats(units) floats (panels.h) a series, 16-byte aligned
    std::int8_t* quantized;  ///< as LstmStep's
};

/// One state of a session: `next` is what the ops made, `current` what they will read. One size on every target.
struct StateSlot {
    alignas(8) float* current;
    alignas(8) const float* next;
    alignas(8) const float* initial;  ///< null: zeros
    std::uint32_t count;
    std::uint32_t exact;  ///< kept as it is, without +0 for what is tiny
};
static_assert(sizeof(StateSlot) == 32);

// A Cortex-M has one set, known when it is compiled: there the members are static, each a constant of its own, and the
// linker drops those that no operator of the program reads.
#if defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M'
#define TIDEGATE_ONE_SET 1
#define TIDEGATE_KERNEL static
#else
#define TIDEGATE_ONE_SET 0
#define TIDEGATE_KERNEL
#endif

struct Kernels {
    TIDEGATE_KERNEL const char* const name;

    // By the form of the weights (MatrixForm of model.fbs).
    TIDEGATE_KERNEL void (*const multiply_f32)(const Product& product);
    TIDEGATE_KERNEL void (*const multiply_f16)(const Product& product);
    TIDEGATE_KERNEL void (*const multiply_i8)(const Product& product);
    TIDEGATE_KERNEL void (*const lstm_step_f32)(const LstmStep& step);
    TIDEGATE_KERNEL void (*const lstm_step_f16)(const LstmStep& step);
    TIDEGATE_KERNEL void (*const lstm_step_i8)(const LstmStep& step);
    TIDEGATE_KERNEL void (*const gru_step_f32)(const GruStep& step);
    TIDEGATE_KERNEL void (*const gru_step_f16)(const GruStep& step);
    TIDEGATE_KERNEL void (*const gru_step_i8)(const GruStep& step);

    TIDEGATE_KERNEL const UnaryKernel (&unary)[11];  ///< by format::Unary
    TIDEGATE_KERNEL const UnaryKernel
        expm1;  ///< exp(x) - 1, the bits of expm1() in math.h: inverts the log1p of forecasts
    TIDEGATE_KERNEL const BinaryKernel (&binary)[4];  ///< by format::Binary
    TIDEGATE_KERNEL const UnaryKernel (&math)[11];    ///< by format::Unary from exp to sign
    TIDEGATE_KERNEL const BinaryKernel (&choice)[3];  ///< minimum, maximum, slope of format::Binary
    TIDEGATE_KERNEL const ReduceKernel (&reduce)[4];  ///< sum, product, minimum, maximum
    /// y = fma(a, b, c), in place allowed.
    TIDEGATE_KERNEL void (*const multiply_add)(const float* a, const float* b, const float* c, float* y, Size n);
    /// y = sigmoid(a) * tanh(b), rounded as one quotient; in place allowed.
    TIDEGATE_KERNEL void (*const sigmoid_tanh)(const float* a, const float* b, float* y, Size n);
    /// y = min(max(x, low), high), NaN stays; in place allowed.
    TIDEGATE_KERNEL void (*const clamp)(const float* x, float low, float high, float* y, Size n);
    /// y = fma(a, x, y) with one a: a row of a product of two values (constant matrices are multiply's).
    TIDEGATE_KERNEL void (*const axpy)(float a, const float* x, float* y, Size n);

    /// y = exp(x - max(x)) / sum, or x - max - log(sum). The sum: 16 striped partial sums, then the tree
    /// ((s0+s8)+(s4+s12)) + ... of halves (8, 4, 2, 1). In place allowed. Any NaN makes the whole row NaN.
    TIDEGATE_KERNEL void (*const softmax)(const float* x, float* y, Size n, bool log);

    TIDEGATE_KERNEL void (*const flush_tiny)(float* x, Size n);     ///< |x| < 2^-100 becomes +0 (NaN stays)
    TIDEGATE_KERNEL void (*const canonical_nan)(float* x, Size n);  ///< every NaN becomes 0x7fc00000
    TIDEGATE_KERNEL bool (*const all_within)(const float* x, Size n, float limit);  ///< |x| <= limit, false for NaN
    /// If all_within() holds for `next` of all states: current = next, flushed as by flush_tiny(). Else nothing is
    /// written. Both take the same time for all data that are kept.
    TIDEGATE_KERNEL bool (*const keep_states)(const StateSlot* states, Size count, float limit);
};

/// A compiled-in set and whether this CPU can run it. The list is best first and ends with scalar.
struct KernelSet {
    const Kernels* kernels;
    bool (*runs_here)();
};
/// The list of select.cpp; `count` gets its length.
const KernelSet* kernel_sets(Size& count);
/// The best set that this CPU can run.
const Kernels* best_kernels();

extern const Kernels scalar_kernels;  ///< the definition of the right answer

}  // namespace tidegate::kernels
