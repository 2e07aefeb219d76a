/* SPDX-License-Identifier: MIT
 *
 * From reset to main(): floating point on, .data copied, .bss cleared, constructors called. For firmware without
 * interrupts; one with interrupts brings its vendor's startup code and links the library alone.
 */
#include <stdint.h>

#include "board.h"

extern uint32_t tidegate_stack_top[];                                             /* firmware.ld */
extern uint32_t tidegate_data_load[], tidegate_data_begin[], tidegate_data_end[]; /* firmware.ld */
extern uint32_t tidegate_bss_begin[], tidegate_bss_end[];                         /* firmware.ld */
extern void (*tidegate_init_begin[])(void), (*tidegate_init_end[])(void);         /* firmware.ld */
extern int main(void);

/* Not inlined: the compiler may use floating-point registers here, and must not before they are switched on. */
__attribute__((noinline, noreturn)) static void run(void) {
    const uint32_t* from = tidegate_data_load;
    for (uint32_t* to = tidegate_data_begin; to != tidegate_data_end; ++to) *to = *from++;
    for (uint32_t* to = tidegate_bss_begin; to != tidegate_bss_end; ++to) *to = 0;
    for (void (**init)(void) = tidegate_init_begin; init != tidegate_init_end; ++init) (*init)();
    board_exit(main());
}

__attribute__((noreturn)) void tidegate_reset(void);
void tidegate_reset(void) {
#ifdef __ARM_FP
    /* Coprocessor Access Control Register: CP10 and CP11, full access (ARMv7-M, ARMv8-M; Helium's bits too). */
    *(volatile uint32_t*)0xE000ED88u |= 0xFu << 20;
    __asm volatile("dsb\n\tisb" ::: "memory");
#endif
    run();
}

__attribute__((noreturn)) static void fault(void) { board_exit(255); }

struct vector_table {
    uint32_t* stack;
    void (*handlers[15])(void); /* reset, NMI, the faults, SVCall, debug, PendSV, SysTick */
};
__attribute__((section(".vectors"), used)) static const struct vector_table vectors = {
    tidegate_stack_top,
    {tidegate_reset, fault, fault, fault, fault, fault, fault, 0, 0, 0, fault, fault, 0, fault, fault},
};
