/* SPDX-License-Identifier: MIT
 * One step of any model in C: opens the file given, puts 0.5 into every f32 input, runs, prints the first output.
 * usage: minimal MODEL.tide */
#include <stdio.h>
#include <stdlib.h>

#include "tidegate/tidegate.h"

static void* read_file(const char* path, size_t* size) {
    FILE* file = fopen(path, "rb");
    if (file == NULL) { return NULL; }
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    void* bytes = aligned_alloc(TG_ALIGNMENT, (*size / TG_ALIGNMENT + 1) * TG_ALIGNMENT);
    if (bytes != NULL && fread(bytes, 1, *size, file) != *size) { *size = 0; }
    fclose(file);
    return bytes;
}

int main(int argc, char** argv) {
    size_t size = 0;
    void* bytes = argc == 2 ? read_file(argv[1], &size) : NULL;
    if (bytes == NULL) { return fprintf(stderr, "usage: minimal MODEL.tide\n"), 2; }

    tg_model model;
    tg_status status = tg_open(bytes, size, &model);
    if (status != TG_OK) { return fprintf(stderr, "%s: %s\n", argv[1], tg_status_text(status)), 2; }

    void* arena = aligned_alloc(TG_ALIGNMENT, tg_arena_size(&model)); /* on a board: a static array */
    tg_session* session;
    status = tg_start(&model, arena, tg_arena_size(&model), &session);
    if (status != TG_OK) { return fprintf(stderr, "%s\n", tg_status_text(status)), 2; }

    tg_tensor tensor;
    for (size_t i = 0; tg_input(session, i, &tensor) == TG_OK; ++i) {
        for (size_t k = 0; tensor.type == TG_F32 && k < tensor.bytes / sizeof(float); ++k) {
            ((float*)tensor.data)[k] = 0.5F;
        }
    }
    status = tg_run(session);
    tg_output(session, 0, &tensor);
    printf("%s, %zu bytes of arena, kernels %s: %s = %g ...\n", tg_status_text(status), tg_arena_size(&model),
           tg_kernels(session), tensor.name, tensor.type == TG_F32 ? ((const float*)tensor.data)[0] : 0.0);
    free(arena);
    free(bytes);
    return status == TG_OK ? 0 : 1;
}
