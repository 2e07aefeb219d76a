/* SPDX-License-Identifier: MIT
 * A C99 program that links the installed library: the public headers are C, and no C++ runtime is needed. */
#include <stdio.h>
#include <tidegate/forecast.h>
#include <tidegate/tidegate.h>

int main(void) {
    tg_model model;
    static const unsigned char bytes[64] = {'n', 'o', 't', ' ', 'a', ' ', 'm', 'o', 'd', 'e', 'l'};
    const tg_status status = tg_open(bytes, sizeof bytes, &model);
    printf("kernels: %s; a wrong file: %s\n", tg_kernels_name(tg_kernels_at(0)), tg_status_text(status));
    return status == TG_OK || tg_arena_size(&model) != 0 || tg_forecaster_arena_size(&model) != 0;
}
