import { describe, expect, test } from 'vitest';
import { pcBehindItBlock } from '../../src/virtual/it-block.ts';
import { ALL_MODELS, load } from './programs.ts';

/** Divisions in software: libgcc's begin with an IT block that a branch closes. Twice, so that all code is translated. */
const DIVISIONS = `
volatile uint32_t errors, rounds;
static uint64_t bits(double value) { union { double d; uint64_t u; } both = { .d = value }; return both.u; }
int main(void) {
  static uint64_t first[64];
  errors = 0;
  for (rounds = 0; rounds < 3; rounds++)
    for (int i = 0; i < 64; i++) {
      volatile double by = 1.5 + i;
      uint64_t result = bits(2.0 / by) ^ bits((double)i * by);
      if (rounds == 0) first[i] = result;
      else if (first[i] != result) errors++;
      volatile double whole = (double)(i + 1) / (double)(i + 1);
      if (whole != 1.0) errors++;
    }
  __asm volatile("bkpt 0");
  return 0;
}`;

test.for(ALL_MODELS)('%s: a slice that ends in an IT block closed by a branch goes on behind it', (model) => {
  for (const sliceInstructions of [5, 7, 11]) {
    const program = load(model, DIVISIONS, { sliceInstructions });
    program.run(3_000_000);
    expect([program.machine.halted, program.word('errors'), program.word('rounds')]).toEqual([true, 0, 3]);
  }
});

describe('the stop inside an IT block', () => {
  const BASE = 0x08000100;
  const code = (...halfwords: number[]) => {
    const read = (address: number): number => halfwords[(address - BASE) / 2] ?? 0;
    return (offset: number, xpsr = 0x01000000) => pcBehindItBlock(read, BASE + offset, xpsr) - BASE;
  };
  const IT_EQ_3 = 0xbf02; // ittt eq
  const NOP = 0xbf00;
  const ADDS = 0x3001; // add r0, #1

  test('is that behind it, or at the target of the branch that closes it', () => {
    const shortBranch = code(NOP, IT_EQ_3, ADDS, ADDS, 0xe010, NOP); // b .+36
    expect([4, 6, 8].map((offset) => shortBranch(offset))).toEqual([10, 10, 8 + 4 + 0x20]);
    const back = code(NOP, IT_EQ_3, ADDS, ADDS, 0xe7fa, NOP); // b .-8
    expect(back(8)).toBe(8 + 4 - 12);
    const call = code(NOP, IT_EQ_3, ADDS, ADDS, 0xf000, 0xf8a7, NOP); // bl .+0x152
    expect([6, 8].map((offset) => call(offset))).toEqual([12, 8 + 4 + 2 * 0xa7]);
    const ret = code(NOP, IT_EQ_3, ADDS, ADDS, 0x4770, NOP); // bx lr
    expect([6, 8].map((offset) => ret(offset))).toEqual([10, 8]);
  });

  test('is behind an instruction that lies across two pages, at the end of the block and before it', () => {
    const ACROSS = 0x2fe; // 0x080003fe is the last halfword of its page
    const WIDE = [0xf100, 0x0001]; // add.w r0, r0, #1
    const alone = code(...Array<number>(ACROSS / 2 - 1).fill(NOP), 0xbf08, ...WIDE, NOP);
    expect([ACROSS, ACROSS + 4].map((offset) => alone(offset))).toEqual([ACROSS + 4, ACROSS + 4]);
    const first = code(...Array<number>(ACROSS / 2 - 1).fill(NOP), 0xbf04, ...WIDE, ADDS, NOP);
    const oneLeft = 0x01000000 | (0x08 << 8); // itt eq after one: IT bits of its last instruction
    expect(first(ACROSS, oneLeft)).toBe(ACROSS + 4);
  });

  test('is nowhere else: before it, behind it, and where no branch closes it', () => {
    const block = code(NOP, IT_EQ_3, ADDS, ADDS, 0xe010, NOP, NOP);
    expect([0, 2, 10, 12].map((offset) => block(offset))).toEqual([0, 2, 10, 12]);
    const open = code(NOP, IT_EQ_3, ADDS, ADDS, ADDS, NOP);
    expect([4, 6, 8].map((offset) => open(offset))).toEqual([4, 6, 8]);
  });

  test('is not taken from the second half of a wide instruction that looks like IT', () => {
    const branch = code(NOP, 0xf7ff, 0xbf02, ADDS, ADDS, 0xe010); // b.w, whose second half reads ittt eq
    expect([6, 8, 10].map((offset) => branch(offset))).toEqual([6, 8, 10]);
    const product = code(NOP, 0xfb02, 0xf303, IT_EQ_3, ADDS, ADDS, 0xe010); // mul r3, r2, r3 before a real one
    expect(product(8)).toBe(14);
  });

  test('is told by the IT bits where a page cuts the block', () => {
    const block = code(NOP, IT_EQ_3, ADDS, ADDS, 0xe010, NOP);
    const withState = (state: number) => (0x01000000 | ((state & 0xfc) << 8) | ((state & 3) << 25)) >>> 0;
    expect(block(4, withState(0x04))).toBe(6); // two instructions left
    expect(block(6, withState(0x08))).toBe(8);
  });
});
