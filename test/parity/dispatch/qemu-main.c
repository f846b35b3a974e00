/*
 * The same on a machine of QEMU. Whoever runs it
 *   1. loads the script at PARITY_SCRIPT (number of words, then the words) with -device loader,
 *   2. finds the answer words in the file `answer`, written by semihosting (ARM IHI 0053, "Semihosting for AArch32").
 * A fault ends with exit status 1. Nothing of the machine is used but memory, so one program serves each of them.
 */
#include "parity.h"

enum { SYS_OPEN = 0x01, SYS_CLOSE = 0x02, SYS_WRITE = 0x05, SYS_EXIT = 0x18 };
#define MODE_WRITE_BINARY 5u
#define EXIT_DONE 0x20026u
#define EXIT_FAILED 0x20023u

static neai_word output[PARITY_OUTPUT_WORDS];
static uintptr_t answer_file;

extern const neai_word parity_script[];
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

static uintptr_t semihost(uintptr_t operation, uintptr_t argument)
{
    register uintptr_t r0 __asm__("r0") = operation;
    register uintptr_t r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void parity_fault(void)
{
    for (;;) {
        (void)semihost(SYS_EXIT, EXIT_FAILED);
    }
}

static void flush(const neai_word *words, uint32_t count)
{
    uintptr_t arguments[3] = {answer_file, (uintptr_t)words, 4u * count};
    if (semihost(SYS_WRITE, (uintptr_t)arguments) != 0u) {
        parity_fault();
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
    static const char name[] = "answer";
    uintptr_t arguments[3] = {(uintptr_t)name, MODE_WRITE_BINARY, sizeof name - 1u};
    answer_file = semihost(SYS_OPEN, (uintptr_t)arguments);
    parity_flush = flush;
    flush(output, parity_play(&parity_script[1], parity_script[0].u, output, PARITY_OUTPUT_WORDS));
    arguments[0] = answer_file;
    (void)semihost(SYS_CLOSE, (uintptr_t)arguments);
    for (;;) {
        (void)semihost(SYS_EXIT, EXIT_DONE);
    }
}
