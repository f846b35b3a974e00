/*
 * Learns signals on a bare core with one generated library, so that two runs of different length tell what one learn
 * costs. Words of neai_mailbox_in: learns, number of signals, values of a signal, the signals. Words of
 * neai_mailbox_out: what detect says of the first signal, bytes of stack that the calls have used. Ends in BKPT 0xAB, a fault in 0xFA.
 */
#include <stdint.h>

#include "NanoEdgeAI.h"

#define MAILBOX_WORDS 0x20000u
#define PAINT 0x5ac3a53cu
#define PAINTED_WORDS 0x1000u

typedef union {
    uint32_t u;
    float f;
} bench_word;

bench_word neai_mailbox_in[MAILBOX_WORDS] __attribute__((section(".mailbox")));
uint32_t neai_mailbox_out[2] __attribute__((section(".mailbox")));

extern uint32_t bench_stack_top[];
extern uint32_t bench_bss_start[];
extern uint32_t bench_bss_end[];
extern uint32_t bench_data_start[];
extern uint32_t bench_data_end[];
extern const uint32_t bench_data_load[];

void bench_reset(void);
void bench_fault(void);

typedef union {
    uint32_t *stack;
    void (*handler)(void);
} vector;

extern const vector bench_vectors[];
const vector bench_vectors[16] __attribute__((section(".vectors"), used)) = {
    {.stack = bench_stack_top},
    {.handler = bench_reset},
    {.handler = bench_fault},
    {.handler = bench_fault},
};

void bench_fault(void)
{
    for (;;) {
        __asm__ volatile("bkpt 0xfa");
    }
}

/** The frame is laid out once and for all on entry, so all below the stack pointer is the library's from then on. */
static uint32_t *stack_pointer(void)
{
    uint32_t *pointer;
    __asm__ volatile("mov %0, sp" : "=r"(pointer));
    return pointer;
}

static void learn_all(void)
{
    uint32_t learns = neai_mailbox_in[0].u;
    uint32_t signals = neai_mailbox_in[1].u;
    uint32_t values = neai_mailbox_in[2].u;
    uint32_t *below = stack_pointer();
    for (uint32_t word = 1; word <= PAINTED_WORDS; word++) {
        *(below - word) = PAINT;
    }
    NanoEdgeAI_initialize();
    uint32_t next = 0;
    for (uint32_t i = 0; i < learns; i++) {
        neai_mailbox_out[0] = NanoEdgeAI_learn(&neai_mailbox_in[3u + next * values].f);
        next = next + 1u < signals ? next + 1u : 0u;
    }
    neai_mailbox_out[0] = NanoEdgeAI_detect(&neai_mailbox_in[3].f);
    for (uint32_t word = 1; word <= PAINTED_WORDS; word++) {
        if (*(below - word) != PAINT) {
            neai_mailbox_out[1] = 4u * word;
        }
    }
}

void bench_reset(void)
{
#if defined(__ARM_FP)
    /* CPACR, full access to CP10 and CP11: ARMv7-M Architecture Reference Manual, B3.2.20. */
    *(volatile uint32_t *)0xe000ed88u |= 0xf00000u;
    __asm__ volatile("dsb\n\tisb");
#endif
    for (uint32_t *word = bench_bss_start; word < bench_bss_end; word++) {
        *word = 0;
    }
    for (uint32_t *word = bench_data_start; word < bench_data_end; word++) {
        *word = bench_data_load[word - bench_data_start];
    }
    neai_mailbox_out[1] = 0;
    learn_all();
    for (;;) {
        __asm__ volatile("bkpt 0xab");
    }
}
