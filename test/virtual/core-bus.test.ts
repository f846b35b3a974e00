import { expect, test } from 'vitest';
import type { ChipContext, ChipModel } from '../../src/virtual/interfaces.ts';
import { ALL_MODELS, FLASH, load } from './programs.ts';

const DONE = '__asm volatile("bkpt 0");';
const CELLS = FLASH + 0x8000;

/** A chip with a flash controller that only clears bits below 0x08009000, and one register that refuses everything. */
const chip =
  (seen: string[]) =>
  (context: ChipContext): ChipModel => ({
    peripherals: [
      {
        name: 'REFUSES',
        baseAddress: 0x40000000,
        sizeBytes: 0x400,
        read: (offset) => {
          context.core.raiseBusFault(0x40000000 + offset);
          return 0;
        },
        write: (offset) => context.core.raiseBusFault(0x40000000 + offset),
        reset: () => undefined,
      },
    ],
    flashSink: {
      write: (address, sizeBytes, value, by) => {
        seen.push(`${by} ${address.toString(16)} ${sizeBytes} ${value.toString(16)}`);
        const offset = address - FLASH;
        if (offset >= 0x9000) return;
        for (let i = 0; i < sizeBytes; i += 1) context.flash[offset + i]! &= value >>> (8 * i);
        context.flashListener.changed(offset, sizeBytes);
      },
      readTorn: (offset, by) => seen.push(`torn ${by} ${offset.toString(16)}`),
    },
    reset: () => context.flashListener.tornWordsChanged(new Set([0x9100])),
    powerOff: () => undefined,
  });

test.for(ALL_MODELS)('%s: the flash controller decides what a store to flash leaves behind', (model) => {
  const seen: string[] = [];
  const program = load(
    model,
    `volatile uint32_t got[4];
    int main(void) {
      REG(${CELLS}) = 0xffff00ff; got[0] = REG(${CELLS}); REG(${CELLS}) = 0x0fffffff; got[1] = REG(${CELLS});
      REG(${CELLS + 0x1000}) = 0x12345678; got[2] = REG(${CELLS + 0x1000});
      *(volatile uint16_t *)${CELLS + 8} = 0x1234; got[3] = REG(${CELLS + 8}); ${DONE} return 0; }`,
    { chip: chip(seen) },
  );
  program.run();
  expect([0, 1, 2, 3].map((i) => program.word('got', i))).toEqual([
    0xffff00ff, 0x0fff00ff, 0xffffffff, 0xffff1234,
  ]);
  expect(seen).toEqual([
    'core 8008000 4 ffff00ff',
    'core 8008000 4 fffffff',
    'core 8009000 4 12345678',
    'core 8008008 2 1234',
  ]);
});

test('a double-word store reaches the flash controller as two words, in order', () => {
  const seen: string[] = [];
  const program = load(
    'cortex-m4',
    `int main(void) { __asm volatile("strd %0, %1, [%2]" :: "r"(0x11223344), "r"(0x55667788), "r"(${CELLS}) : "memory"); ${DONE} return 0; }`,
    { chip: chip(seen) },
  );
  program.run();
  expect(seen).toEqual(['core 8008000 4 11223344', 'core 8008004 4 55667788']);
  expect(program.machine.bus.read(CELLS + 4, 4, 'debugger')).toBe(0x55667788);
});

test('code that was run, then programmed anew by the debugger, runs anew', () => {
  const program = load('cortex-m4', `int main(void) { ${DONE} return 0; }`, { chip: chip([]) });
  const { machine } = program;
  program.run();
  const runAt = () => {
    machine.writeCoreRegister(15, CELLS);
    machine.bus.write(0xe000edf0, 4, 0xa05f0001, 'debugger');
    program.run();
    return machine.readCoreRegister(0);
  };
  machine.bus.write(CELLS, 2, 0x2007, 'debugger');
  machine.bus.write(CELLS + 2, 2, 0xbe00, 'debugger');
  expect(runAt()).toBe(7);
  machine.bus.write(CELLS, 2, 0x2003, 'debugger');
  expect(runAt()).toBe(3);
});

test('every load of a torn double word is reported, at every address it is seen at', () => {
  const seen: string[] = [];
  const program = load(
    'cortex-m4',
    `int main(void) { (void)REG(0x08009104); (void)REG(0x08009108); (void)*(volatile uint8_t *)0x9101; ${DONE} return 0; }`,
    { chip: chip(seen) },
  );
  program.run();
  expect(seen).toEqual(['torn core 9100', 'torn core 9100']);
});

test.for(ALL_MODELS)(
  '%s: a register block that refuses an access causes a fault at that instruction',
  (model) => {
    const program = load(
      model,
      `volatile uint32_t bfar, pc_;
    __attribute__((used)) void report(uint32_t *sp) { pc_ = sp[6]; bfar = REG(0xE000ED38); ${DONE} }
    __attribute__((naked)) void HardFault_Handler(void) { __asm volatile("mov r0, sp\\n ldr r1, =report\\n bx r1"); }
    int main(void) { __asm volatile(".globl here\\n.thumb_func\\nhere: ldr r0, [%0]\\n nop" :: "l"(0x40000010) : "r0"); return 0; }`,
      { chip: chip([]) },
    );
    program.run();
    expect(program.word('pc_')).toBe((program.elf.symbols.get('here')?.address ?? 0) & ~1);
    expect(program.word('bfar')).toBe(model.startsWith('cortex-m0') ? 0 : 0x40000010);
  },
);
