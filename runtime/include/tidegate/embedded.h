/* SPDX-License-Identifier: MIT
 *
 * Models inside a program that carries no more of the library than they need. `tidegate-convert --emit-c gate.c` writes
 * gate.c and gate.h: the model as an array, and the table of the operators that it uses.
 *
 *     #include "gate.h"
 *     TG_ALIGNED static unsigned char arena[GATE_ARENA_BYTES];
 *     tg_open_with(gate_tide, GATE_TIDE_BYTES, &gate_operators, &model);
 *     tg_start(&model, arena, sizeof arena, &session);
 *
 * tg_open() knows all operators and so links all of them; a program that calls only tg_open_with() links those of its
 * tables (with -ffunction-sections and --gc-sections, as the library is built and tidegate_firmware() links).
 */
#ifndef TIDEGATE_EMBEDDED_H
#define TIDEGATE_EMBEDDED_H

#include "tidegate/tidegate.h"

#ifdef __cplusplus
extern "C" {
#endif

/** As files and arenas must be; the first word of a definition. */
#if defined(__GNUC__)
#define TG_ALIGNED __attribute__((aligned(TG_ALIGNMENT)))
#elif defined(__cplusplus)
#define TG_ALIGNED alignas(TG_ALIGNMENT)
#else
#define TG_ALIGNED _Alignas(TG_ALIGNMENT)
#endif

/** An operator's code and the rule by which tg_open_with() checks it. */
typedef struct tg_operator tg_operator;

typedef struct tg_operators {
    const tg_operator* const* list;
    size_t count;
} tg_operators;

/* From the narrowest to the widest; an op is run by the first row of a table that can run it. Each for one form of
 * weights: fp32, half precision, int8.
 * Default activations, no clip, no peepholes, no input_forget; one step of one series with its states, or any lengths.
 */
TG_API extern const tg_operator tg_op_lstm_stream, tg_op_lstm_stream_f16, tg_op_lstm_stream_i8, tg_op_gru_stream,
    tg_op_gru_stream_f16, tg_op_gru_stream_i8, tg_op_lstm, tg_op_lstm_f16, tg_op_lstm_i8, tg_op_gru, tg_op_gru_f16,
    tg_op_gru_i8;
/* Every RNN, LSTM and GRU. */
TG_API extern const tg_operator tg_op_recurrent, tg_op_recurrent_f16, tg_op_recurrent_i8;
TG_API extern const tg_operator tg_op_dense, tg_op_dense_f16, tg_op_dense_i8;
/* binary: + - * / of f32; choice: minimum, maximum and PRelu of f32; power: of f32, and remainders; binary_integer: all
   of these of integers; compare: what gives a truth value; math: exp, log, sqrt, erf and other functions that no
   recurrent cell uses; angle: sine and cosine. */
TG_API extern const tg_operator tg_op_matmul, tg_op_binary, tg_op_binary_integer, tg_op_unary, tg_op_softmax,
    tg_op_transpose, tg_op_concat, tg_op_slice, tg_op_gather, tg_op_expand, tg_op_cast, tg_op_extents, tg_op_choice,
    tg_op_power, tg_op_compare, tg_op_math, tg_op_angle, tg_op_select;
/* conv: packed weights; channel_conv: one input channel in each group, and weights that are computed. */
TG_API extern const tg_operator tg_op_conv, tg_op_conv_f16, tg_op_conv_i8, tg_op_channel_conv, tg_op_pool;
/* overlay: Pad, and updates of a whole slice; the others move elements by indices of the model. */
TG_API extern const tg_operator tg_op_overlay, tg_op_gather_elements, tg_op_gather_nd, tg_op_scatter_elements,
    tg_op_scatter_nd;
/* reduce: sum, mean, product, minimum, maximum of f32 along an axis; extreme: the index of the largest or smallest. */
TG_API extern const tg_operator tg_op_reduce, tg_op_reduce_integer, tg_op_extreme, tg_op_cum_sum, tg_op_top_k;
TG_API extern const tg_operator tg_op_loop, tg_op_loop_end;
/** All of the above: what tg_open() takes. */
TG_API extern const tg_operators tg_all_operators;

/**
 * tg_open() for a program with just these operators: the same checks, and TG_OPERATOR_MISSING if the model uses
 * another one. TG_NULL_ARGUMENT for a null pointer, one in the table too. The table must outlive the model.
 */
TG_API tg_status tg_open_with(const void* bytes, size_t size, const tg_operators* operators, tg_model* model);

/** The row that runs op `index` of an opened model; null past the last. */
TG_API const tg_operator* tg_op_operator(const tg_model* model, size_t index);

#ifdef __cplusplus
}
#endif
#endif
