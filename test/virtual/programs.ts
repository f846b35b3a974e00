import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Elf32, readElf32 } from '../../src/shared/elf32.ts';
import type { CpuModel } from '../../src/virtual/core-models.ts';
import type { ChipContext, ChipModel } from '../../src/virtual/interfaces.ts';
import { Machine } from '../../src/virtual/machine.ts';

const TARGET_FLAGS: { readonly [model in CpuModel]: readonly string[] } = {
  'cortex-m0': ['-mcpu=cortex-m0', '-mfloat-abi=soft'],
  'cortex-m0plus': ['-mcpu=cortex-m0plus', '-mfloat-abi=soft'],
  'cortex-m3': ['-mcpu=cortex-m3', '-mfloat-abi=soft'],
  'cortex-m4': ['-mcpu=cortex-m4', '-mfloat-abi=hard', '-mfpu=fpv4-sp-d16'],
  'cortex-m7': ['-mcpu=cortex-m7', '-mfloat-abi=hard', '-mfpu=fpv5-sp-d16'],
  'cortex-m33': ['-mcpu=cortex-m33', '-mfloat-abi=hard', '-mfpu=fpv5-sp-d16'],
};

export const ALL_MODELS = Object.keys(TARGET_FLAGS) as CpuModel[];
export const RAM = 0x20000000;
export const RAM_BYTES = 0x8000;
export const FLASH = 0x08000000;
export const FLASH_BYTES = 0x10000;

/** Vector table by weak names, the FPU switched on, `main` called: what every test program starts with. */
const HEADER = `
#include <stdint.h>
#define REG(a) (*(volatile uint32_t *)(a))
`;
const START = `
extern uint32_t stack_top;
int main(void);
void Reset_Handler(void) {
#ifdef __ARM_FP
  REG(0xE000ED88) |= 0xFu << 20;
#endif
  main();
  for (;;) {}
}
void Default_Handler(void) { for (;;) {} }
#define WEAK __attribute__((weak, alias("Default_Handler")))
WEAK void NMI_Handler(void); WEAK void HardFault_Handler(void); WEAK void MemManage_Handler(void);
WEAK void BusFault_Handler(void); WEAK void UsageFault_Handler(void); WEAK void SVC_Handler(void);
WEAK void PendSV_Handler(void); WEAK void SysTick_Handler(void);
WEAK void Irq0_Handler(void); WEAK void Irq1_Handler(void); WEAK void Irq2_Handler(void);
__attribute__((section(".vectors"), used)) void *const vectors[] = {
  &stack_top, Reset_Handler, NMI_Handler, HardFault_Handler, MemManage_Handler, BusFault_Handler,
  UsageFault_Handler, 0, 0, 0, 0, SVC_Handler, Default_Handler, 0, PendSV_Handler, SysTick_Handler,
  Irq0_Handler, Irq1_Handler, Irq2_Handler };
`;

const LINKER_SCRIPT = `
ENTRY(Reset_Handler)
MEMORY { FLASH (rx) : ORIGIN = ${FLASH}, LENGTH = ${FLASH_BYTES}  RAM (rwx) : ORIGIN = ${RAM}, LENGTH = ${RAM_BYTES} }
SECTIONS {
  .text : { KEEP(*(.vectors)) *(.text*) *(.rodata*) } > FLASH
  .noinit (NOLOAD) : { . = . + 0x1000; stack_top = .; *(.bss*) *(COMMON) *(.data*) } > RAM
}`;

/** Compiles C with `-O1` for one core; the stack lies at the bottom of RAM, variables are not initialised. */
export function compileToBytes(model: CpuModel, source: string, flags: readonly string[] = []): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'neai-core-'));
  try {
    writeFileSync(join(folder, 'start.c'), HEADER + START);
    writeFileSync(join(folder, 'program.c'), HEADER + source);
    writeFileSync(join(folder, 'program.ld'), LINKER_SCRIPT);
    const out = join(folder, 'program.elf');
    const files = ['start.c', 'program.c'].map((name) => join(folder, name));
    const options = ['-O1', '-mthumb', '-std=c11', '-ffreestanding', '-nostartfiles', '-ffp-contract=off'];
    execFileSync(
      'arm-none-eabi-gcc',
      [...TARGET_FLAGS[model], ...options, ...flags, '-T', join(folder, 'program.ld'), '-o', out, ...files],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    return readFileSync(out);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface Program {
  readonly machine: Machine;
  readonly elf: Elf32;
  /** A 32-bit variable of the program. */
  word(symbol: string, index?: number): number;
  poke(symbol: string, value: number): void;
  /** Runs slices until the program halts at BKPT or nothing more happens; fails after `limit` instructions. */
  run(limit?: number): void;
}

/** A powered machine with flash (seen at 0 too) and RAM, the program in flash, a debugger attached for BKPT. */
export function load(
  model: CpuModel,
  source: string,
  options: {
    sliceInstructions?: number;
    debug?: boolean;
    flags?: readonly string[];
    chip?: (context: ChipContext) => ChipModel;
  } = {},
): Program {
  const elf = readElf32(compileToBytes(model, source, options.flags));
  const flash = Buffer.alloc(FLASH_BYTES, 0xff);
  for (const segment of elf.segments) flash.set(segment.bytes, segment.loadAddress - FLASH);
  const machine = new Machine({
    model,
    clockHz: 16_000_000,
    memory: [
      {
        name: 'flash',
        kind: 'flash',
        baseAddress: FLASH,
        sizeBytes: FLASH_BYTES,
        aliases: [0],
        bytes: flash,
      },
      { name: 'sram', kind: 'ram', baseAddress: RAM, sizeBytes: RAM_BYTES },
    ],
    ...(options.chip === undefined ? {} : { chip: options.chip }),
    ...(options.sliceInstructions === undefined ? {} : { sliceInstructions: options.sliceInstructions }),
  });
  onTestFinished(() => machine.close());
  machine.powerOn();
  if (options.debug !== false) machine.bus.write(0xe000edf0, 4, 0xa05f0001, 'debugger');
  const address = (symbol: string) => {
    const found = elf.symbols.get(symbol);
    if (found === undefined) throw new Error(`no symbol ${symbol}`);
    return found.address;
  };
  return {
    machine,
    elf,
    word: (symbol, index = 0) => machine.bus.read(address(symbol) + 4 * index, 4, 'debugger') ?? Number.NaN,
    poke: (symbol, value) => {
      machine.bus.write(address(symbol), 4, value, 'debugger');
    },
    run: (limit = 1_000_000) => {
      const end = machine.instructions + limit;
      while (machine.runSlice()) if (machine.instructions > end) throw new Error('the program does not end');
    },
  };
}
