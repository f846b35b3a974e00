import { expect, test } from 'vitest';
import { runBareCore } from '../../src/virtual/bare-core.ts';
import { ALL_MODELS, compileToBytes } from './programs.ts';

const DOUBLER = `
uint32_t box_in[4], box_out[4];
int main(void) {
  for (int i = 0; i < 4; i++) box_out[i] = box_in[i] * 2;
  __asm volatile("bkpt 0x2a");
  return 0;
}`;

test.for(ALL_MODELS)('%s: a bare program turns its input into its output and says how it ended', (model) => {
  const input = new Uint8Array(Uint32Array.of(1, 20, 300, 0x80000001).buffer);
  const result = runBareCore({
    model,
    elf: compileToBytes(model, DOUBLER),
    input: { symbol: 'box_in', bytes: input },
    output: 'box_out',
    deadlineInstructions: 10_000,
  });
  expect([...new Uint32Array(result.output.slice().buffer)]).toEqual([2, 40, 600, 2]);
  expect(result.breakpoint).toBe(0x2a);
  expect(result.instructions).toBeGreaterThan(20);
  expect(result.instructions).toBeLessThan(200);
});

test('a bare program that never ends is stopped at its deadline and says where it was', () => {
  const elf = compileToBytes('cortex-m4', 'uint32_t box_in[1], box_out[1]; int main(void) { for (;;) {} }');
  const run = () =>
    runBareCore({
      model: 'cortex-m4',
      elf,
      input: { symbol: 'box_in', bytes: new Uint8Array(4) },
      output: 'box_out',
      deadlineInstructions: 1000,
    });
  expect(run).toThrow(expect.objectContaining({ code: 'VIRTUAL_PROGRAM' }));
});
