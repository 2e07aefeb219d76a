/* SPDX-License-Identifier: MIT
 *
 * What a firmware here asks of its board. semihosting.c answers through a debugger or qemu; a firmware that defines
 * board_write() and board_exit() itself (both) replaces it, for example by a serial port.
 */
#ifndef TIDEGATE_BOARD_H
#define TIDEGATE_BOARD_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Writes `bytes` bytes of text. */
void board_write(const char* text, uint32_t bytes);
/** The end: of main() with its result, or of a fault with 255. */
__attribute__((noreturn)) void board_exit(int code);

/** stack.c: fills what is below the caller's frame with a pattern. */
void board_paint_stack(void);
/** Bytes of the stack that were in use at the deepest point since it was painted. */
uint32_t board_stack_used(void);

#ifdef __cplusplus
}
#endif
#endif
