/* SPDX-License-Identifier: MIT
 *
 * Where the time of a run goes, op by op. The clock is the caller's: a cycle counter on a board, a timer on Linux.
 */
#ifndef TIDEGATE_PROFILE_H
#define TIDEGATE_PROFILE_H

#include "tidegate/tidegate.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Steps of a model's program: tg_run() runs them in this order. */
TG_API size_t tg_op_count(const tg_model* model);
/** The name of the ONNX node that op `index` came from. */
TG_API tg_status tg_op_name(const tg_model* model, size_t index, const char** name);

/** Ticks of any unit, never going back. */
typedef uint64_t (*tg_clock)(void* context);

/**
 * tg_run(), and adds what op i took to ticks[i], and all else (checking inputs, keeping states) to the last element.
 * count: tg_op_count() + 1, else TG_NO_SUCH_OP. The same bits as tg_run().
 */
TG_API tg_status tg_run_timed(tg_session* session, tg_clock clock, void* context, uint64_t* ticks, size_t count);

#ifdef __cplusplus
}
#endif
#endif
