import { expect, test } from 'vitest';
import { ALL_MODELS, load } from './programs.ts';

const SUM = `
volatile uint32_t result; volatile float quotient;
int main(void) {
  uint32_t sum = 0;
  for (uint32_t i = 1; i <= 1000; i++) sum += i * i % 7;
  result = sum;
  quotient = (float)sum / 3.0f;
  __asm volatile("bkpt 0");
  return 0;
}`;

test.for(ALL_MODELS)('%s runs a compiled program to its breakpoint', (model) => {
  const program = load(model, SUM);
  program.run();
  expect(program.machine.halted).toBe(true);
  let sum = 0;
  for (let i = 1; i <= 1000; i += 1) sum += (i * i) % 7;
  expect(program.word('result')).toBe(sum);
  expect(program.word('quotient')).toBe(new Uint32Array(new Float32Array([sum / 3]).buffer)[0]);
});
