/* SPDX-License-Identifier: MIT
 *
 * What is not a model is refused on a board as on the host, each damage with its own status.
 */
#include <string.h>

#include "board.h"
#include "tidegate/tidegate.h"

/* A header of version 0 without its CRC. */
static _Alignas(TG_ALIGNMENT) unsigned char file[2 * TG_ALIGNMENT] = {'T', 'I', 'D', 'E'};

static void say(const char* text) { board_write(text, (uint32_t)strlen(text)); }

static int expect(tg_status wanted, const void* bytes, size_t size) {
    tg_model model;
    const tg_status got = tg_open(bytes, size, &model);
    if (got == wanted && model.root == NULL) { return 0; }
    say("wanted: ");
    say(tg_status_text(wanted));
    say("\ngot: ");
    say(tg_status_text(got));
    say("\n");
    return 1;
}

int main(void) {
    int failures = expect(TG_NULL_ARGUMENT, NULL, 0);
    failures += expect(TG_FILE_MISALIGNED, file + 4, sizeof file - 4);
    failures += expect(TG_FILE_TRUNCATED, file, TG_ALIGNMENT - 1);
    failures += expect(TG_CORRUPT, file, TG_ALIGNMENT);
    file[4] = 99;
    failures += expect(TG_NEWER_FILE, file, TG_ALIGNMENT);
    file[0] = 'X';
    failures += expect(TG_NOT_A_MODEL, file, TG_ALIGNMENT);
    say(failures == 0 ? "the door is shut\n" : "the door is open\n");
    return failures;
}
