/* SPDX-License-Identifier: MIT
 *
 * The host in the place of a board.
 */
#include <stdio.h>

#include "board.h"

void board_write(const char* text, uint32_t bytes) { fwrite(text, 1, bytes, stdout); }
void board_paint_stack(void) {}
uint32_t board_stack_used(void) { return 0; }
