/* SPDX-License-Identifier: MIT
 *
 * A stack that grows too long is a fault, and what it held no longer matters: exit code 255.
 */
#include "board.h"

extern uint32_t tidegate_stack_top[]; /* firmware.ld */

/* Down to the 64 KB below the stack's top: its 2 KB, and far past them. */
__attribute__((noinline)) static uint32_t sink(uint32_t depth) {
    volatile uint32_t frame[8];
    for (uint32_t i = 0; i < 8; ++i) frame[i] = depth + i;
    if ((uintptr_t)tidegate_stack_top - (uintptr_t)frame > 65536u) { return frame[0]; }
    return sink(depth + 1) + frame[depth & 7];
}

int main(void) {
    const uint32_t sum = sink(0);
    static const char text[] = "the stack went 64 KB down, and nothing happened\n";
    board_write(text, sizeof text - 1);
    return sum == 0;
}
