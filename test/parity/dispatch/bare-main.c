/*
 * The same on a bare Cortex-M core. Whoever runs it
 *   1. loads the ELF (code from 0x08000000, RAM 2 MiB from 0x20000000),
 *   2. writes the number of script words to neai_mailbox_in[0] and the words behind it,
 *   3. takes SP and PC from the vector table at 0x08000000 and runs until BKPT 0xAB,
 *   4. reads the number of answer words from neai_mailbox_out[0] and the words behind it.
 * A fault ends in BKPT 0xFA. Nothing else of a chip is touched but CPACR on cores with an FPU.
 */
#include "parity.h"

neai_word neai_mailbox_in[1u + PARITY_INPUT_WORDS] __attribute__((section(".mailbox")));
neai_word neai_mailbox_out[1u + PARITY_OUTPUT_WORDS] __attribute__((section(".mailbox")));

extern uint32_t parity_stack_top[];
extern uint32_t parity_bss_start[];
extern uint32_t parity_bss_end[];

void parity_reset(void);
void parity_fault(void);

typedef union {
    uint32_t *stack;
    void (*handler)(void);
} vector;

extern const vector parity_vectors[];
const vector parity_vectors[16] __attribute__((section(".vectors"), used)) = {
    {.stack = parity_stack_top},
    {.handler = parity_reset},
    {.handler = parity_fault},
    {.handler = parity_fault},
};

void parity_fault(void)
{
    for (;;) {
        __asm__ volatile("bkpt 0xfa");
    }
}

void parity_reset(void)
{
#if defined(__ARM_FP)
    /* CPACR, full access to CP10 and CP11: ARMv7-M Architecture Reference Manual, B3.2.20. */
    *(volatile uint32_t *)0xe000ed88u |= 0xf00000u;
    __asm__ volatile("dsb\n\tisb");
#endif
    for (uint32_t *word = parity_bss_start; word < parity_bss_end; word++) {
        *word = 0;
    }
    neai_mailbox_out[0].u = parity_play(&neai_mailbox_in[1], neai_mailbox_in[0].u,
                                        &neai_mailbox_out[1], PARITY_OUTPUT_WORDS);
    for (;;) {
        __asm__ volatile("bkpt 0xab");
    }
}
