/*
 * From reset to main: memory as C expects it, the FPU, the painted stack. Runs before .data exists, so it uses no
 * variable that is not on the stack.
 */
#include <stdint.h>

#include "core.h"
#include "hal.h"
#include "stack.h"

/* Written by the linker script: each row says which words go from where to where. */
typedef struct {
    const uint32_t *from;
    uint32_t *to;
    const uint32_t *end;
} copy_row_t;
typedef struct {
    uint32_t *to;
    const uint32_t *end;
} zero_row_t;

extern const copy_row_t copy_table_start[], copy_table_end[];
extern const zero_row_t zero_table_start[], zero_table_end[];
typedef void (*constructor_t)(void);
extern const constructor_t constructors_start[], constructors_end[];
extern const uint32_t vectors[];

void reset_handler(void);
_Noreturn void startup(void);

/* A debugger may start the image without a reset, so the stack pointer is not taken on trust. */
__attribute__((naked)) void reset_handler(void)
{
    __asm__ volatile("cpsid i\n\t"
                     "ldr r0, =stack_top\n\t"
                     "mov sp, r0\n\t"
                     "ldr r0, =startup\n\t"
                     "bx r0\n\t"
                     ".ltorg");
}

_Noreturn void startup(void)
{
#if defined(__ARM_FP)
    SCB_CPACR |= CPACR_FULL_ACCESS_CP10_CP11;
    core_barrier();
    /* Only faults are ever taken and none returns: their frames stay at eight words, and no lazily saved register
     * faults a second time on a stack that has overflowed. */
    FPU_FPCCR &= ~(FPCCR_ASPEN | FPCCR_LSPEN);
#endif
#if !defined(__ARM_ARCH_6M__)
    SCB_VTOR = (uint32_t)(uintptr_t)vectors;
#endif
    core_barrier();
    stack_paint();
    /* Zeros first: copying reads data from flash, and the report of a word that cannot be read needs them. */
    for (const zero_row_t *row = zero_table_start; row < zero_table_end; row++) {
        for (uint32_t *to = row->to; to < row->end; to++) {
            *to = 0;
        }
    }
    for (const copy_row_t *row = copy_table_start; row < copy_table_end; row++) {
        const uint32_t *from = row->from;
        for (uint32_t *to = row->to; to < row->end; to++) {
            *to = *from++;
        }
    }
    /* Ours has none; an archive made by others may. */
    for (const constructor_t *constructor = constructors_start; constructor < constructors_end; constructor++) {
        (*constructor)();
    }
    (void)main();
    hal_reset();
}
