import { expect, test } from 'vitest';
import type { CpuModel } from '../../src/virtual/core-models.ts';
import { ALL_MODELS, FLASH, load, type Program, RAM } from './programs.ts';

const DHCSR = 0xe000edf0;
const DEMCR = 0xe000edfc;
const DFSR = 0xe000ed30;
const AIRCR = 0xe000ed0c;
const FP_CTRL = 0xe0002000;
const FP_COMP0 = 0xe0002008;
const S_HALT = 1 << 17;
const S_LOCKUP = 1 << 19;
const S_RESET_ST = 1 << 25;

const LOOP = `
volatile uint32_t n;
__attribute__((noinline)) void step_(void) { n++; }
int main(void) { n = 0; for (;;) step_(); }`;

const write = (program: Program, address: number, value: number) =>
  program.machine.bus.write(address, 4, value, 'debugger');
const read = (program: Program, address: number) => program.machine.bus.read(address, 4, 'debugger') ?? 0;
const halt = (program: Program) => write(program, DHCSR, 0xa05f0003);
const resume = (program: Program) => write(program, DHCSR, 0xa05f0001);
const step = (program: Program) => {
  write(program, DHCSR, 0xa05f000d);
  program.run(10);
};
const slices = (program: Program, count: number) => {
  for (let i = 0; i < count; i += 1) program.machine.runSlice(500);
};
const address = (program: Program, symbol: string) => (program.elf.symbols.get(symbol)?.address ?? 0) & ~1;
const pc = (program: Program) => program.machine.readCoreRegister(15);

test.for(ALL_MODELS)('%s: halts, steps one instruction at a time, and goes on', (model) => {
  const program = load(model, LOOP);
  slices(program, 3);
  halt(program);
  expect(read(program, DHCSR) & S_HALT).toBe(S_HALT);
  const before = program.machine.instructions;
  const visited = new Set<number>();
  for (let i = 0; i < 12; i += 1) {
    step(program);
    visited.add(pc(program));
  }
  expect(program.machine.instructions - before).toBe(12);
  expect(visited.size).toBeGreaterThan(3);
  const n = program.word('n');
  resume(program);
  slices(program, 3);
  expect(program.word('n')).toBeGreaterThan(n + 10);
});

test.for(ALL_MODELS)('%s: a hardware breakpoint stops before its instruction, every time round', (model) => {
  const program = load(model, LOOP);
  slices(program, 2);
  const target = address(program, 'step_');
  const version2 = model === 'cortex-m7' || model === 'cortex-m33';
  write(program, FP_CTRL, 3);
  write(
    program,
    FP_COMP0,
    (version2 ? target | 1 : (target & 0x1ffffffc) | ((target & 2) !== 0 ? 0x80000000 : 0x40000000) | 1) >>>
      0,
  );
  program.run();
  expect(pc(program)).toBe(target);
  expect(read(program, DFSR) & 2).toBe(2);
  const n = program.word('n');
  for (let i = 1; i <= 5; i += 1) {
    resume(program);
    program.run();
    expect([pc(program), program.word('n')]).toEqual([target, n + i]);
  }
  write(program, FP_COMP0, 0);
  resume(program);
  slices(program, 2);
  expect(program.machine.halted).toBe(false);
});

test.for(ALL_MODELS)('%s: identification registers read as the core has them', (model) => {
  const program = load(model, LOOP);
  const expected: { readonly [model in CpuModel]: readonly number[] } = {
    'cortex-m0': [0x410cc200, 0, 0, 0x40],
    'cortex-m0plus': [0x410cc601, 0, 0, 0x40],
    'cortex-m3': [0x411fc231, 0, 0, 0x260],
    'cortex-m4': [0x410fc241, 0x10110021, 0x11000011, 0x260],
    'cortex-m7': [0x411fc272, 0x10110021, 0x11000011, 0x10000080],
    'cortex-m33': [0x410fd214, 0x10110021, 0x11000011, 0x10000080],
  };
  const addresses = [0xe000ed00, 0xe000ef40, 0xe000ef44, FP_CTRL];
  expect(addresses.map((at) => read(program, at))).toEqual(expected[model]);
});

test('core registers go both ways through DCRSR numbers', () => {
  const program = load('cortex-m4', LOOP);
  slices(program, 1);
  halt(program);
  const { machine } = program;
  for (const [selector, value] of [
    [0, 0x12345678],
    [12, 0xfedcba98],
    [14, 0x08000101],
    [18, 0x20000400],
    [0x21, 0x02000000],
    [0x40 + 31, 0x40490fdb],
  ] as const) {
    machine.writeCoreRegister(selector, value);
    expect(machine.readCoreRegister(selector)).toBe(value);
  }
  machine.writeCoreRegister(0x14, 0x00008001);
  expect(machine.readCoreRegister(0x14)).toBe(0x00008001);
  write(program, 0xe000edf8, 77);
  write(program, 0xe000edf4, 0x10003);
  write(program, 0xe000edf4, 0x00003);
  expect(read(program, 0xe000edf8)).toBe(77);
});

test('code written to RAM by the debugger replaces what ran there before', () => {
  const program = load('cortex-m4', LOOP);
  slices(program, 1);
  halt(program);
  const { machine } = program;
  const runCode = (halfwords: number[]) => {
    machine.bus.writeBlock(RAM + 0x4000, new Uint8Array(Uint16Array.from(halfwords).buffer), 'debugger');
    machine.writeCoreRegister(15, RAM + 0x4000);
    resume(program);
    program.run();
    return machine.readCoreRegister(0);
  };
  const [movs1, movs2, bkpt] = [0x2001, 0x2002, 0xbe00] as const;
  expect(runCode([movs1, bkpt])).toBe(1);
  expect(runCode([movs2, bkpt])).toBe(2);
  expect(runCode([movs1, bkpt])).toBe(1);
});

test('NRST holds the core; its release halts at the reset vector when that is caught; S_RESET_ST clears on read', () => {
  const program = load('cortex-m4', LOOP);
  slices(program, 2);
  read(program, DHCSR);
  program.machine.setNrst(true);
  expect(program.machine.runSlice()).toBe(false);
  write(program, DHCSR, 0xa05f0001);
  write(program, DEMCR, 0x01000001);
  program.machine.setNrst(false);
  expect(pc(program)).toBe(address(program, 'Reset_Handler'));
  expect(read(program, DHCSR) & (S_HALT | S_RESET_ST)).toBe(S_HALT | S_RESET_ST);
  expect(read(program, DHCSR) & S_RESET_ST).toBe(0);
});

test('SYSRESETREQ by the debugger starts again from the vector table', () => {
  const program = load('cortex-m4', LOOP);
  slices(program, 2);
  halt(program);
  write(program, DEMCR, 0x01000001);
  write(program, AIRCR, 0x05fa0004);
  expect(pc(program)).toBe(address(program, 'Reset_Handler'));
  expect(program.machine.halted).toBe(true);
});

test('a blank chip locks up, and writing the program counter frees it for a loader', () => {
  const program = load('cortex-m4', LOOP);
  halt(program);
  const { machine } = program;
  const blank = Buffer.from(machine.bus.readBlock(FLASH, 64, 'debugger') ?? []);
  expect(blank.length).toBe(64);
  write(program, 0xe000ed08, 0x10000000);
  machine.bus.writeBlock(RAM + 0x4000, Uint8Array.from([0x00, 0xde, 0x01, 0x20, 0x00, 0xbe]), 'debugger');
  machine.writeCoreRegister(15, RAM + 0x4000);
  resume(program);
  program.run();
  expect(read(program, DHCSR) & S_LOCKUP).toBe(S_LOCKUP);
  halt(program);
  machine.writeCoreRegister(15, RAM + 0x4002);
  resume(program);
  program.run();
  expect([machine.readCoreRegister(0), read(program, DHCSR) & S_LOCKUP]).toEqual([1, 0]);
});

test('power gone and back: RAM holds noise, the flash its content, the core starts anew', () => {
  const program = load('cortex-m4', LOOP);
  slices(program, 2);
  program.machine.powerOff();
  expect([program.machine.powered, program.machine.runSlice()]).toEqual([false, false]);
  program.machine.powerOn();
  expect(pc(program)).toBe(address(program, 'Reset_Handler'));
  const words = [0, 4, 8, 12].map((at) => read(program, RAM + 0x6000 + at));
  expect(new Set(words).size).toBe(4);
});
