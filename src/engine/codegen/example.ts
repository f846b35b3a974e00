import type { FilePlan } from '../../shared/file-plan.ts';
import { type Library, libraryShape } from '../library.ts';
import { estimateRamBytes } from './layout.ts';

/** RAM for the stack and whatever the example adds. */
const ROOM_BYTES = 4096;
const SMALLEST_RAM_BYTES = 8192;

/** The program of the library document, and the least around it that makes a bare-metal image of it. */
export function example(library: Library): FilePlan {
  return [
    { path: 'example/main.c', content: mainProgram() },
    { path: 'example/startup.c', content: startup() },
    { path: 'example/cortex-m.ld', content: linkerScript(library) },
  ];
}

function mainProgram(): string {
  return `/* Learns, then detects. Complete get_buffer for your sensor. */
#include "NanoEdgeAI.h"

/* Private define ------------------------------------------------------------*/
#define LEARNING_ITERATIONS NEAI_MINIMUM_LEARNING_ITERATIONS /* e.g. this value is set by user */

/* Private variables defined by user -----------------------------------------*/
static float data_buffer[BUFFER_SIZE * NB_AXES];

/** Collects one signal: x1 y1 z1 x2 y2 z2 ... */
static void get_buffer(float sample_buffer[])
{
    for (int i = 0; i < BUFFER_SIZE * NB_AXES; i++) {
        sample_buffer[i] = 0.0f; /* USER: the next value of the sensor, as a float */
    }
}

int main(void)
{
    /* Initialization --------------------------------------------------------*/
    uint8_t error_code = NanoEdgeAI_initialize();
    if (error_code != 0) {
        return error_code; /* 123: a limited library on a board that is not authorised */
    }

    /* Learning --------------------------------------------------------------*/
    int learned = 0;
    while (learned < LEARNING_ITERATIONS) {
        get_buffer(data_buffer);
        if (NanoEdgeAI_learn(data_buffer) == NEAI_LEARN_SUCCESS) {
            learned++;
        }
    }

    /* Sensitivity (optional) --------------------------------------------------*/
    /* NanoEdgeAI_set_sensitivity(1.1f); */

    /* Detection -------------------------------------------------------------*/
    for (;;) {
        get_buffer(data_buffer);
        uint8_t similarity = NanoEdgeAI_detect(data_buffer);
        if (similarity < NEAI_THRESHOLD) {
            /* USER: anomaly (blink LED, ring alarm ...) */
        }
    }
}
`;
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

function linkerScript(library: Library): string {
  const needed =
    estimateRamBytes(library.pipeline, library.model, libraryShape(library)) +
    4 * library.axes * library.bufferSize +
    ROOM_BYTES;
  let ramBytes = SMALLEST_RAM_BYTES;
  while (ramBytes < needed) ramBytes *= 2;
  return `/* A generic STM32. USER: origin and length of your chip's memories, from its data sheet. */
ENTRY(reset_handler)

MEMORY
{
    FLASH (rx)  : ORIGIN = 0x08000000, LENGTH = 64K
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
