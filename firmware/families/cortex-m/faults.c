/*
 * HardFault, NMI and interrupts nobody asked for: collect what the core knows, hand it to the core's report.
 * MemManage, BusFault and UsageFault are not enabled and escalate to HardFault (DDI 0403 B1.5.2).
 */
#include <stdint.h>

#include "core.h"
#include "family.h"
#include "hal.h"
#include "stack.h"

#define FRAME_WORDS 8u
#define CFSR_STKERR (1u << 12)
#define CFSR_MSTKERR (1u << 4)

void nmi_handler(void);
void nmi_panic(void);
void hardfault_handler(void);
void unexpected_handler(void);
_Noreturn void fault_collect(uint32_t *frame, uint32_t exception);

/* The stack may be what failed: every handler goes to a stack of its own before it touches memory. */
#define HANDLER(name)                                                                                                  \
    __attribute__((naked)) void name(void)                                                                             \
    {                                                                                                                  \
        __asm__ volatile("mrs r0, msp\n\t"                                                                             \
                         "mrs r1, ipsr\n\t"                                                                            \
                         "ldr r2, =panic_stack_top\n\t"                                                                \
                         "mov sp, r2\n\t"                                                                              \
                         "ldr r2, =fault_collect\n\t"                                                                  \
                         "bx r2\n\t"                                                                                   \
                         ".ltorg");                                                                                    \
    }

HANDLER(nmi_panic)
HANDLER(hardfault_handler)
HANDLER(unexpected_handler)

/* A read of flash that may be torn goes on after its NMI; every other one is the end. The stack is as it was when the
 * panic begins, but for what the question pushed and popped. */
__attribute__((naked)) void nmi_handler(void)
{
    __asm__ volatile("push {r4, lr}\n\t"
                     "bl family_nmi_expected\n\t"
                     "cmp r0, #0\n\t"
                     "beq 1f\n\t"
                     "pop {r4, pc}\n"
                     "1:\n\t"
                     "pop {r0, r1}\n\t"
                     "mov lr, r1\n\t"
                     "ldr r2, =nmi_panic\n\t"
                     "bx r2\n\t"
                     ".ltorg");
}

static const char *name_of(uint32_t exception, uint32_t frame_is_lost)
{
    if (exception == 2u) {
        return family_nmi_cause();
    }
    if (exception == 3u) {
        return frame_is_lost ? "HardFault-stack-overflow" : "HardFault";
    }
    return "unexpected-exception";
}

_Noreturn void fault_collect(uint32_t *frame, uint32_t exception)
{
    /* Told from the stack, not from a variable: RAM may not be set up yet. */
    if (frame >= stack_top && frame < panic_stack_top) {
        hal_reset(); /* a fault in the report itself */
    }

    panic_info_t info = {.kind = "", .sp = (uint32_t)(uintptr_t)frame, .psr = exception};
    const uint32_t in_stack = frame >= stack_bottom && frame + FRAME_WORDS <= stack_top;
#if !defined(__ARM_ARCH_6M__)
    info.cfsr = SCB_CFSR;
    info.hfsr = SCB_HFSR;
    info.mmfar = SCB_MMFAR;
    info.bfar = SCB_BFAR;
#endif
    const uint32_t frame_is_lost = !in_stack || (info.cfsr & (CFSR_STKERR | CFSR_MSTKERR)) != 0u;
    if (in_stack) {
        for (uint32_t index = 0; index < 4u; index++) {
            info.r[index] = frame[index];
        }
        info.r12 = frame[4];
        info.lr = frame[5];
        info.pc = frame[6];
        info.psr = frame[7];
    }
    info.kind = name_of(exception, frame_is_lost);
    family_panic_line();
    panic_report(&info);
}

_Noreturn void family_panic(const char *what)
{
    const panic_info_t info = {.kind = what, .pc = (uint32_t)(uintptr_t)__builtin_return_address(0)};
    family_panic_line();
    panic_report(&info);
}
