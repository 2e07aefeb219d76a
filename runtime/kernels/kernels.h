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

namespace tidegate::kernels {

using Size = std::size_t;

/// Columns [first, first + cols) of all panels of a matrix: f32 [panel][column][16 rows].
struct Panels {
    const float* data;    ///< column `first` of panel 0
    std::uint32_t count;  ///< panels
    std::uint32_t cols;
    std::uint32_t stride;  ///< floats from panel to panel: 16 * all columns of the matrix
};

/// y[t][row] = start[row] + sum over columns k ascending of w[row][k] * x[t][k] for t < steps: gemv's chain for each t.
/// All padded rows of start are read, all of y are written; y overlaps nothing.
struct Gemm {
    Panels w;
    const float* x;      ///< [steps][x_stride], of which the first cols are read
    const float* start;  ///< [panel][16]
    float* y;            ///< [steps][y_stride], y_stride at least 16 * panels
    Size steps;
    Size x_stride;
    Size y_stride;
};

/// y = f(x) element by element, n elements, in place allowed. alpha, beta: see Unary in model.fbs.
using UnaryKernel = void (*)(const float* x, float* y, Size n, float alpha, float beta);
/// y[i] = op(a[i * a_step], b[i * b_step]); steps are 0 or 1; in place allowed for an argument of step 1.
using BinaryKernel = void (*)(const float* a, Size a_step, const float* b, Size b_step, float* y, Size n);

/// One step of an LSTM for one series with sigmoid, tanh, tanh, no clip and no peepholes:
///   [i f g o] = [sigmoid sigmoid tanh sigmoid](bias + W x + R h)     (rows of gates input, forget, cell, output)
///   c' = fma(f, c, i * g);   h' = o * tanh(c')
struct LstmStep {
    const float* panels;  ///< gates = 4, columns: input_cols of W, then units of R
    const float* bias;    ///< [panel][16]
    std::uint32_t units;
    std::uint32_t input_cols;
    std::uint32_t panel_cols;  ///< columns of a panel: more than those multiplied, where bias holds W's part already
    const float* x;            ///< [input_cols]
    const float* h;            ///< [units]
    const float* c;            ///< [units]
    float* h_out;              ///< [units], not h
    float* c_out;              ///< [units], may be c
};

/// One step of a GRU for one series with sigmoid, tanh and no clip:
///   [z r] = sigmoid(bias + W x + R h)
///   linear_before_reset:  g = tanh(fma(r, R_h h + Rb_h, W_h x + Wb_h))
///   else:                 g = tanh((W_h x + b_h) + R_h (r * h)), one chain: bias, W's columns, then R's
///   h' = fma(z, h, (1 - z) * g)
struct GruStep {
    const float* gate_panels;  ///< gates = 2 (update, reset), columns W then R
    const float* gate_bias;
    const float* input_panels;  ///< W_h: gates = 1, input_cols
    const float* input_bias;
    const float* state_panels;  ///< R_h: gates = 1, units columns
    const float* state_bias;    ///< used with linear_before_reset
    std::uint32_t units;
    std::uint32_t input_cols;
    std::uint32_t gate_panel_cols;  ///< see LstmStep::panel_cols
    bool linear_before_reset;
    const float* x;
    const float* h;
    float* h_out;    ///< not h
    float* scratch;  ///< gru_scratch_floats(units) floats (sizes.h), 16-byte aligned
};

/// One state of a session: `next` is what the ops made, `current` what they will read. One size on every target.
struct StateSlot {
    alignas(8) float* current;
    alignas(8) const float* next;
    alignas(8) const float* initial;  ///< null: zeros
    std::uint64_t count;
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

    /// y[row] = start[row] + sum over columns k ascending of w[row][k] * x[k], one fma chain per padded row.
    /// rows: how many of the 16 * count padded rows are written (all of `start` up to that row is read). y may be
    /// start.
    TIDEGATE_KERNEL void (*const gemv)(const Panels& w, const float* x, const float* start, float* y, Size rows);
    /// gemv for several vectors, whose weights are read once for a few of them.
    TIDEGATE_KERNEL void (*const gemm)(const Gemm& product);
    TIDEGATE_KERNEL void (*const lstm_step)(const LstmStep& step);
    TIDEGATE_KERNEL void (*const gru_step)(const GruStep& step);

    TIDEGATE_KERNEL const UnaryKernel (&unary)[11];  ///< by format::Unary
    TIDEGATE_KERNEL const UnaryKernel
        expm1;  ///< exp(x) - 1, the bits of expm1() in math.h: inverts the log1p of forecasts
    TIDEGATE_KERNEL const BinaryKernel (&binary)[4];  ///< by format::Binary
    /// y = fma(a, b, c), in place allowed.
    TIDEGATE_KERNEL void (*const multiply_add)(const float* a, const float* b, const float* c, float* y, Size n);
    /// y = min(max(x, low), high), NaN stays; in place allowed.
    TIDEGATE_KERNEL void (*const clamp)(const float* x, float low, float high, float* y, Size n);
    /// y = fma(a, x, y) with one a: a row of a product of two values (constant matrices are gemv's).
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
