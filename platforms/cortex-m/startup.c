/* SPDX-License-Identifier: MIT
 *
 * From reset to main(): floating point on, .data copied, .bss cleared, constructors called. For firmware without
 * interrupts; one with interrupts brings its vendor's startup code and links the library alone.
 */
#include <stdint.h>

#include "board.h"

extern uint32_t tidegate_stack_bottom[], tidegate_stack_top[];                    /* firmware.ld */
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

/* A stack that grows below its bottom faults. A core without either register's effect goes without. */
__attribute__((always_inline)) static inline void guard_stack(void) {
#if defined __ARM_ARCH_8M_MAIN__ || defined __ARM_ARCH_8_1M_MAIN__
    __asm volatile("msr msplim, %0" ::"r"(tidegate_stack_bottom));
#elif defined __ARM_ARCH_7M__ || defined __ARM_ARCH_7EM__
    /* Memory protection unit, where the chip has one: no access to 4 KB below the stack, all else as without it. */
    volatile uint32_t* const mpu = (volatile uint32_t*)0xE000ED94u; /* CTRL, RNR, RBAR, RASR */
    const uint32_t bytes = 4096, log2_bytes = 12, never_execute = 1u << 28;
    mpu[1] = 0;
    mpu[2] = ((uint32_t)tidegate_stack_bottom - bytes) & ~(bytes - 1);
    mpu[3] = never_execute | (log2_bytes - 1) << 1 | 1u;
    mpu[0] = 5; /* on, but not in the fault handler; the rest by the default memory map */
    __asm volatile("dsb\n\tisb" ::: "memory");
#endif
}

__attribute__((noreturn)) void tidegate_reset(void);
void tidegate_reset(void) {
#ifdef __ARM_FP
    /* Coprocessor Access Control Register: CP10 and CP11, full access (ARMv7-M, ARMv8-M; Helium's bits too). */
    *(volatile uint32_t*)0xE000ED88u |= 0xFu << 20;
    __asm volatile("dsb\n\tisb" ::: "memory");
#endif
    guard_stack();
    run();
}

/* Exit code 255. The stack may be what failed, so it begins anew; nobody returns to what was on it. */
__attribute__((noreturn, used)) static void fault_exit(void) { board_exit(255); }
__attribute__((naked, noreturn)) static void fault(void) {
    __asm volatile(
        "ldr r0, =tidegate_stack_top\n\t"
        "msr msp, r0\n\t"
        "ldr r0, =%c0\n\t"
        "bx r0\n\t"
        ".ltorg" ::"i"(fault_exit));
}

struct vector_table {
    uint32_t* stack;
    void (*handlers[15])(void); /* reset, NMI, the faults, SVCall, debug, PendSV, SysTick */
};
__attribute__((section(".vectors"), used)) static const struct vector_table vectors = {
    tidegate_stack_top,
    {tidegate_reset, fault, fault, fault, fault, fault, fault, 0, 0, 0, fault, fault, 0, fault, fault},
};
