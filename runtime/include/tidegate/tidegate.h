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
    TG_NULL_ARGUMENT,   /**< a pointer is null */
    TG_FILE_MISALIGNED, /**< the first byte is not on a multiple of TG_ALIGNMENT */
    TG_FILE_TRUNCATED,  /**< fewer bytes than the header says, or than a header has */
    TG_NOT_A_MODEL,     /**< the magic number is missing */
    TG_NEWER_FILE,      /**< another major version, or a feature that this runtime does not know */
    TG_CORRUPT,         /**< the CRC, the declared size or a reserved byte is wrong */
    TG_MALFORMED,       /**< the FlatBuffers verifier refused the payload */
    TG_INVALID_MODEL,   /**< an offset, count, shape, parameter or alias contradicts the rest */
    TG_TOO_LARGE,       /**< the arena would not fit this machine's address space */
    /* tg_start */
    TG_ARENA_MISALIGNED,    /**< the arena is not on a multiple of TG_ALIGNMENT */
    TG_ARENA_TOO_SMALL,     /**< fewer bytes than tg_arena_size() */
    TG_KERNELS_UNSUPPORTED, /**< this CPU cannot run the kernels asked for */
    TG_OPERATOR_MISSING,    /**< the operator table given lacks one that the model uses */
    /* tg_run */
    TG_INPUT_OUT_OF_RANGE, /**< a length or an index in an input is outside its range; nothing was run */
    TG_STATE_NOT_FINITE,   /**< the run made a state NaN or infinite; the states were left as they were */
    /* inputs, outputs */
    TG_NO_SUCH_TENSOR, /**< no input or output of that index or name */
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

/** A checked view on the bytes of a file. Copy it freely. */
typedef struct tg_model {
    const void* root;     /**< internal */
    const void* weights;  /**< internal */
    uint64_t arena_bytes; /**< internal; use tg_arena_size() */
    uint32_t crc;         /**< the file's CRC-32C, its identity */
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
 * TG_INPUT_OUT_OF_RANGE: nothing was run. TG_STATE_NOT_FINITE: outputs were computed, the states are those from before.
 */
TG_API tg_status tg_run(tg_session* session);

/** Puts the states back to their initial values. Inputs and outputs stay. */
TG_API tg_status tg_reset(tg_session* session);

#ifdef __cplusplus
}
#endif
#endif
