/* SPDX-License-Identifier: MIT
 *
 * tidegate: run a converted recurrent model in memory that the caller gives.
 *
 *     tg_model model;                                     // a view on the file's bytes
 *     tg_open(bytes, size, &model);                       // distrusts every byte, copies none
 *     tg_session *session;                                // lives in the arena
 *     tg_start(&model, arena, tg_arena_size(&model), &session);
 *     tg_tensor x, y;
 *     tg_input(session, 0, &x);
 *     tg_output(session, 0, &y);
 *     ((float *)x.data)[0] = 21.5f;                       // written where the first op reads it
 *     tg_run(session);                                    // no allocation, no system call
 *
 * Ownership: the file's bytes and the arena belong to the caller and must outlive the session; there is nothing to
 * free. Threads: a model may be shared by any number of sessions and threads; a session is used by one at a time.
 */
#ifndef TIDEGATE_TIDEGATE_H
#define TIDEGATE_TIDEGATE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TG_VERSION_MAJOR 0
#define TG_VERSION_MINOR 1
#define TG_VERSION_PATCH 0

/** Visible from outside when the library is a shared one. */
#if defined(__GNUC__)
#define TG_API __attribute__((visibility("default")))
#else
#define TG_API
#endif

/** What a file's or an arena's first byte must be aligned to. */
#define TG_ALIGNMENT 64
#define TG_MAX_RANK 8

typedef enum tg_status {
    TG_OK = 0,
    /* tg_open */
    TG_NULL_ARGUMENT,    /**< a pointer is null */
    TG_FILE_MISALIGNED,  /**< the first byte is not on a multiple of TG_ALIGNMENT */
    TG_FILE_TRUNCATED,   /**< fewer bytes than the header says, or than a header has */
    TG_NOT_A_MODEL,      /**< the magic number is missing */
    TG_NEWER_FILE,       /**< another major version, or a feature that this runtime does not know */
    TG_CORRUPT,          /**< the CRC, the declared size or a reserved byte is wrong */
    TG_MALFORMED,        /**< the FlatBuffers verifier refused the payload */
    TG_INVALID_MODEL,    /**< an offset, count, shape, parameter or alias contradicts the rest */
    TG_TOO_LARGE,        /**< the arena would not fit this machine's address space */
    TG_OPERATOR_MISSING, /**< tg_open_with(), see embedded.h: the model uses an operator that is not in the table */
    /* tg_start */
    TG_ARENA_MISALIGNED,    /**< the arena is not on a multiple of TG_ALIGNMENT */
    TG_ARENA_TOO_SMALL,     /**< fewer bytes than tg_arena_size(), or tg_forecaster_arena_size() */
    TG_KERNELS_UNSUPPORTED, /**< this CPU cannot run the kernels asked for */
    /* tg_run */
    TG_INPUT_OUT_OF_RANGE, /**< a length or an index in an input is outside its range; nothing was run */
    TG_STATE_NOT_FINITE,   /**< a state would be NaN, infinite or beyond 2^50; the states are those from before */
    TG_STATE_HELD,         /**< the same under TG_POLICY_HOLD: the step counts, the states are those from before */
    TG_STATE_RESET,        /**< the same under TG_POLICY_RESET: the step counts, the states are the initial ones */
    /* tg_set_dims */
    TG_DIM_COUNT,        /**< as many values are needed as the model has symbols */
    TG_DIM_OUT_OF_RANGE, /**< a dimension is outside its plan, see tg_symbol_at() */
    TG_DIMS_IMPOSSIBLE, /**< no result exists: a part would be empty, a reshape does not divide, a length is too long */
    /* tg_state_save, tg_state_restore */
    TG_STATE_TOO_SMALL,          /**< fewer bytes than tg_state_size() */
    TG_STATE_TRUNCATED,          /**< fewer or more bytes than the saved state says it has */
    TG_NOT_A_STATE,              /**< the magic number is missing */
    TG_STATE_NEWER,              /**< saved by a newer version in a form that this one does not know */
    TG_STATE_CORRUPT,            /**< the CRC is wrong */
    TG_STATE_OTHER_MODEL,        /**< the state's names and shapes are another model's */
    TG_STATE_OTHER_QUANTIZATION, /**< of a file with other weight types; see TG_RESTORE_OTHER_VERSION */
    TG_STATE_OTHER_VERSION,      /**< of another file of a model with the same states; see TG_RESTORE_OTHER_VERSION */
    TG_STATE_BAD_VALUE,          /**< a value is NaN, infinite or beyond 2^50 */
    /* inputs, outputs */
    TG_NO_SUCH_TENSOR, /**< no input or output of that index or name */
    TG_NO_SUCH_SYMBOL, /**< no symbolic dimension of that index */
    TG_NO_SUCH_POLICY, /**< none of tg_policy */
    TG_NO_SUCH_OP,     /**< no op of that index, see profile.h */
    /* forecasting, see forecast.h */
    TG_NO_FORECAST,    /**< the model has no forecast block, or nothing was pushed yet */
    TG_TIME_NOT_LATER, /**< the timestamp is not after the last one */
    TG_TIME_OFF_GRID,  /**< the timestamp is not a whole number of steps after the last one */
    TG_GAP_TOO_LONG,   /**< more steps were skipped than the model allows; reset and start over */
    TG_STATUS_COUNT
} tg_status;

/** A sentence in English for any status, never null. */
TG_API const char* tg_status_text(tg_status status);

typedef enum tg_type { TG_F32 = 0, TG_I32, TG_I64, TG_U8, TG_I8, TG_BOOL } tg_type;

struct tg_operators; /* embedded.h */

/** A checked view on the bytes of a file. Copy it freely. */
typedef struct tg_model {
    const void* root;                     /**< internal */
    const void* weights;                  /**< internal */
    const struct tg_operators* operators; /**< internal */
    uint64_t arena_bytes;                 /**< internal; use tg_arena_size() */
    uint32_t crc;                         /**< the file's CRC-32C, its identity */
} tg_model;

typedef struct tg_session tg_session;

/** An input or output: row-major, its memory in the arena. Valid as long as the session. */
typedef struct tg_tensor {
    const char* name;
    tg_type type;
    uint32_t rank;
    int32_t dims[TG_MAX_RANK];
    size_t bytes;
    void* data; /**< null when described from a model */
} tg_tensor;

/**
 * Checks `size` bytes (size and CRC-32C, FlatBuffers verifier, every index, shape and alias, in this order; none of it
 * can be skipped) and fills `model`. On failure `model` is zeroed.
 */
TG_API tg_status tg_open(const void* bytes, size_t size, tg_model* model);

/** The exact arena of a session, in bytes: the same on every CPU and with all kernels. 0 for a null or zeroed model. */
TG_API size_t tg_arena_size(const tg_model* model);

/** Kernels of one instruction set, such as "avx2" or "scalar". All give the same bits. */
typedef struct tg_kernel_table tg_kernel_table;
/** The compiled-in tables that this CPU can run, best first; null past the last. */
TG_API const tg_kernel_table* tg_kernels_at(size_t index);
/** The table of that name if this CPU can run it, else null. */
TG_API const tg_kernel_table* tg_kernels_named(const char* name);
TG_API const char* tg_kernels_name(const tg_kernel_table* kernels);
/** All compiled-in tables, best first, also those that this CPU cannot run; null past the last. */
TG_API const tg_kernel_table* tg_kernels_built_at(size_t index);
/** 1 if this CPU can run the table, 0 if not or if it is none. */
TG_API int tg_kernels_run_here(const tg_kernel_table* kernels);

/** Starts a session in the arena with the best kernels: inputs zero, states at their initial values. */
TG_API tg_status tg_start(const tg_model* model, void* arena, size_t arena_bytes, tg_session** session);
/** tg_start with kernels of the caller's choice (null: the best). */
TG_API tg_status tg_start_with(const tg_model* model, void* arena, size_t arena_bytes, const tg_kernel_table* kernels,
                               tg_session** session);
TG_API const char* tg_kernels(const tg_session* session);

TG_API size_t tg_input_count(const tg_model* model);
TG_API size_t tg_output_count(const tg_model* model);
/** Describes input or output `index` of a model, before there is a session (data is null). */
TG_API tg_status tg_model_input(const tg_model* model, size_t index, tg_tensor* tensor);
TG_API tg_status tg_model_output(const tg_model* model, size_t index, tg_tensor* tensor);
/** The model of a session. */
TG_API const tg_model* tg_session_model(const tg_session* session);

/** An input keeps its values until they are overwritten (f32 below 2^-100 in size become +0 when run). */
TG_API tg_status tg_input(tg_session* session, size_t index, tg_tensor* tensor);
TG_API tg_status tg_input_named(tg_session* session, const char* name, tg_tensor* tensor);
/** An output is valid after a run that returned TG_OK, until the next run. */
TG_API tg_status tg_output(tg_session* session, size_t index, tg_tensor* tensor);
TG_API tg_status tg_output_named(tg_session* session, const char* name, tg_tensor* tensor);

/**
 * One run: inputs to outputs, and the states one step on. Never allocates, never calls the system.
 * TG_INPUT_OUT_OF_RANGE: nothing was run. TG_STATE_NOT_FINITE, TG_STATE_HELD, TG_STATE_RESET: the new states were not
 * fit to be kept and the session's policy applied; the outputs are those of the spoiled step: do not use them.
 */
TG_API tg_status tg_run(tg_session* session);

/** Puts the states back to their initial values. Inputs, outputs, counters and dimensions stay. */
TG_API tg_status tg_reset(tg_session* session);

/* ---- symbolic dimensions: lengths that the converter planned as a range (--dim time=1..96) ---------------------- */

typedef struct tg_symbol {
    const char* name;
    int32_t minimum;
    int32_t maximum;
} tg_symbol;

TG_API size_t tg_symbol_count(const tg_model* model);
TG_API tg_status tg_symbol_at(const tg_model* model, size_t index, tg_symbol* symbol);
/**
 * Sets all symbolic dimensions at once, in the order of tg_symbol_at(). A new session has each at its maximum.
 * Inputs and outputs keep their addresses and get new shapes: describe them anew, and write every input. States stay.
 * On any other status than TG_OK nothing has changed.
 */
TG_API tg_status tg_set_dims(tg_session* session, const int32_t* values, size_t count);
/** The present values; count: as in tg_set_dims. */
TG_API tg_status tg_get_dims(const tg_session* session, int32_t* values, size_t count);

/* ---- saved states ------------------------------------------------------------------------------------------------ */

/** Bytes of a saved state of this model; 0 for a model that was not opened. */
TG_API size_t tg_state_size(const tg_model* model);
/**
 * Writes the states as they are between two runs: tg_state_size() bytes that any session of the model continues from
 * with the same bits, with whatever kernels and on whatever machine. No alignment is needed.
 * The form: 64 bytes of header (magic, version, weight type, hash of the states' names and shapes, CRC of the model
 * file, steps, CRC), then every state in f32, little-endian, row-major in ONNX's order without padding.
 */
TG_API tg_status tg_state_save(const tg_session* session, void* bytes, size_t size);
/** Accepts a state that another file of the same network saved: other weights, other weight types. */
#define TG_RESTORE_OTHER_VERSION 1u
/** Checks all of a saved state, then takes it; on any other status than TG_OK nothing has changed. flags: 0 or above.
 */
TG_API tg_status tg_state_restore(tg_session* session, const void* bytes, size_t size, uint32_t flags);

/* ---- health ------------------------------------------------------------------------------------------------------ */

/** What happens to a step whose new states are not fit to be kept: not finite, or beyond 2^50 in size. */
typedef enum tg_policy {
    TG_POLICY_REFUSE = 0, /**< as if the step had never been asked for (the default): TG_STATE_NOT_FINITE */
    TG_POLICY_HOLD,       /**< time goes on with the states as they were: TG_STATE_HELD */
    TG_POLICY_RESET       /**< time goes on with the initial states: TG_STATE_RESET */
} tg_policy;
TG_API tg_status tg_set_policy(tg_session* session, tg_policy policy);

/**
 * Counted since tg_start(); 64 bits do not wrap in the life of a machine.
 * When a step with finite inputs of at most 2^50 fails, the state itself cannot go on, and holding or refusing would
 * never end: then the states are reset under every policy, and TG_STATE_RESET says so.
 */
typedef struct tg_health {
    uint64_t steps;        /**< taken: states moved on, held or reset; part of a saved state */
    uint64_t out_of_range; /**< runs refused for a length or an index */
    uint64_t refused;
    uint64_t held;
    uint64_t reset; /**< by a run; tg_reset() is not counted */
    uint64_t
        clamped; /**< lengths and indices that the model itself computed, and that had to be put into their range */
} tg_health;
TG_API tg_status tg_get_health(const tg_session* session, tg_health* health);

#ifdef __cplusplus
}
#endif
#endif
