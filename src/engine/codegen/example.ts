import type { FilePlan } from '../../shared/file-plan.ts';

/** Flash for code and whatever the example adds. */
const CODE_BYTES = 32768;
const SMALLEST_FLASH_BYTES = 65536;
/** RAM for the stack and whatever the example adds. */
const ROOM_BYTES = 4096;
const SMALLEST_RAM_BYTES = 8192;

/**
 * The program of an API generation's documents, and the least around it that makes a bare-metal image of it.
 * @param variableBytes RAM of the library and of the arrays that the program holds
 * @param constantBytes constants of the library, where they may be large
 */
export function example(mainProgram: string, variableBytes: number, constantBytes = 0): FilePlan {
  return [
    { path: 'example/main.c', content: mainProgram },
    { path: 'example/startup.c', content: startup() },
    { path: 'example/cortex-m.ld', content: linkerScript(variableBytes, constantBytes) },
  ];
}

function startup(): string {
  return `/* The least start-up code of a Cortex-M: vector table, FPU on, .data and .bss. Your project has its own: leave this out. */
#include <stdint.h>

extern uint32_t stack_top[];
extern uint32_t data_load[];
extern uint32_t data_start[];
extern uint32_t data_end[];
extern uint32_t bss_start[];
extern uint32_t bss_end[];

int main(void);
void reset_handler(void);
void default_handler(void);

typedef union {
    uint32_t *stack;
    void (*handler)(void);
} vector;

extern const vector vectors[16];
const vector vectors[16] __attribute__((section(".vectors"), used)) = {
    {.stack = stack_top},
    {.handler = reset_handler},
    {.handler = default_handler}, /* NMI */
    {.handler = default_handler}, /* HardFault */
};

void default_handler(void)
{
    for (;;) {
    }
}

void reset_handler(void)
{
#if defined(__ARM_FP)
    /* CPACR: full access to the FPU, before the first float. */
    *(volatile uint32_t *)0xe000ed88u |= 0xf00000u;
    __asm__ volatile("dsb\\n\\tisb" : : : "memory");
#endif
    uint32_t *from = data_load;
    for (uint32_t *to = data_start; to < data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *word = bss_start; word < bss_end; word++) {
        *word = 0u;
    }
    main();
    default_handler();
}
`;
}

/** The smallest size that memories have, a power of two. */
function memoryBytes(smallest: number, needed: number): number {
  let bytes = smallest;
  while (bytes < needed) bytes *= 2;
  return bytes;
}

function linkerScript(variableBytes: number, constantBytes: number): string {
  const ramBytes = memoryBytes(SMALLEST_RAM_BYTES, variableBytes + ROOM_BYTES);
  const flashBytes = memoryBytes(SMALLEST_FLASH_BYTES, constantBytes + CODE_BYTES);
  return `/* A generic STM32. USER: origin and length of your chip's memories, from its data sheet. */
ENTRY(reset_handler)

MEMORY
{
    FLASH (rx)  : ORIGIN = 0x08000000, LENGTH = ${flashBytes / 1024}K
    RAM   (rwx) : ORIGIN = 0x20000000, LENGTH = ${ramBytes / 1024}K
}

SECTIONS
{
    .text :
    {
        KEEP(*(.vectors))
        *(.text .text.* .rodata .rodata.*)
        . = ALIGN(4);
    } > FLASH

    .ARM.exidx : { *(.ARM.exidx .ARM.exidx.*) } > FLASH

    .data :
    {
        data_start = .;
        *(.data .data.*)
        . = ALIGN(4);
        data_end = .;
    } > RAM AT > FLASH
    data_load = LOADADDR(.data);

    .bss (NOLOAD) :
    {
        bss_start = .;
        *(.bss .bss.* COMMON)
        . = ALIGN(4);
        bss_end = .;
    } > RAM

    /* What the library has learnt. NOLOAD: it is no part of the image, and flashing leaves it alone. */
    .neai (NOLOAD) :
    {
        neai_start = .;
        KEEP(*(.neai))
        neai_end = .;
    } > RAM

    stack_top = ORIGIN(RAM) + LENGTH(RAM);
}
`;
}
