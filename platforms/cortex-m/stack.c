/* SPDX-License-Identifier: MIT
 *
 * How deep the stack went: filled with a pattern before, searched for its end after.
 */
#include "board.h"

extern uint32_t tidegate_stack_bottom[], tidegate_stack_top[]; /* firmware.ld */

static const uint32_t kPattern = 0xC5C5C5C5u;

void board_paint_stack(void) {
    /* Volatile: a call of memset would have its own frame there. */
    volatile uint32_t* const frame = __builtin_frame_address(0);
    for (volatile uint32_t* word = tidegate_stack_bottom; word < frame - 8; ++word) *word = kPattern;
}

uint32_t board_stack_used(void) {
    const uint32_t* word = tidegate_stack_bottom;
    while (word < tidegate_stack_top && *word == kPattern) ++word;
    return (uint32_t)((const uint8_t*)tidegate_stack_top - (const uint8_t*)word);
}
