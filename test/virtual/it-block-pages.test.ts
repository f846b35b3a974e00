import { expect, test } from 'vitest';
import type { CpuModel } from '../../src/virtual/core-models.ts';
import { load } from './programs.ts';

const WITH_IT: CpuModel[] = ['cortex-m4', 'cortex-m33'];
const BLOCKS = [
  'it mi\\n addmi.w r0, r0, #1',
  'ittee mi\\n addmi.w r0, r0, #1\\n addmi.w r0, r0, #4\\n addpl.w r0, r0, #2\\n addpl.w r0, r0, #8',
];
/** By these the blocks are moved over the boundary of a page, so that each of their instructions comes to lie across it. */
const SHIFTS_BYTES = [0, 4, 8, 10, 12];

/** r0 becomes what is added to 0 by the block, under the sign of r1: bit 0 of what the function is given. */
const functionText = (name: string, block: string, shift: number): string => `
__attribute__((naked, noinline, section(".text.pages"))) uint32_t ${name}(uint32_t x) {
  __asm volatile(".balign 1024\\n b.w 1f\\n .space ${996 + shift}\\n"
    "1: lsls r1, r0, #31\\n lsrs r0, #1\\n lsls r0, #8\\n cmp r1, #0\\n ${block}\\n bx lr\\n"); }`;

test.for(WITH_IT)('%s: an IT block across two pages is executed once, wherever a slice ends', (model) => {
  const functions = BLOCKS.flatMap((block, kind) =>
    SHIFTS_BYTES.map((shift) => ({ name: `block${kind}_${shift}`, block, shift })),
  );
  const source = `${functions.map(({ name, block, shift }) => functionText(name, block, shift)).join('')}
    uint32_t (*const all[])(uint32_t) = {${functions.map(({ name }) => name).join(', ')}};
    volatile uint32_t result[${4 * functions.length}];
    int main(void) {
      for (int i = 0; i < ${4 * functions.length}; i++) result[i] = all[i / 4](i & 1);
      __asm volatile("bkpt 0"); return 0; }`;
  // Twice each: the second time the translations are there already, which is when it went wrong.
  const expected = functions.flatMap(({ block }) => {
    const sum = (condition: string): number =>
      [...block.matchAll(new RegExp(`add${condition}\\.w r0, r0, #(\\d)`, 'g'))].reduce(
        (total, [, value]) => total + Number(value),
        0,
      );
    return [sum('pl'), sum('mi'), sum('pl'), sum('mi')];
  });
  const program = load(model, source, { sliceInstructions: 1 });
  program.run();
  expect(expected.map((_, index) => program.word('result', index))).toEqual(expected);
});
