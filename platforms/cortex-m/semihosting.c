/* SPDX-License-Identifier: MIT
 *
 * The board's side of semihosting ("Semihosting for AArch32 and AArch64", Arm IHI 0100): a debugger or qemu serves
 * breakpoint 0xAB. Without one of them attached the breakpoint is a fault.
 */
#include "board.h"

enum { kOpen = 0x01, kWrite = 0x05, kExitExtended = 0x20, kApplicationExit = 0x20026 };

static uint32_t call(uint32_t operation, const void* arguments) {
    register uint32_t r0 __asm("r0") = operation;
    register const void* r1 __asm("r1") = arguments;
    __asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void board_write(const char* text, uint32_t bytes) {
    static uint32_t console; /* 0: not open */
    if (console == 0) {
        static const char name[] = ":tt";
        const uint32_t for_writing = 4;
        const uint32_t arguments[3] = {(uint32_t)name, for_writing, sizeof name - 1};
        console = call(kOpen, arguments);
    }
    const uint32_t arguments[3] = {console, (uint32_t)text, bytes};
    call(kWrite, arguments);
}

void board_exit(int code) {
    const uint32_t arguments[2] = {kApplicationExit, (uint32_t)code};
    for (;;) call(kExitExtended, arguments);
}
