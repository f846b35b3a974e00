import { expect, test } from 'vitest';
import { divergenceLines } from '../../src/cli/compare/divergence-text.ts';
import type { Divergence } from '../../src/record/divergence.ts';
import type { Sides } from '../../src/record/sides.ts';

const sides: Sides = {
  reference: { kind: 'emulator' },
  target: { kind: 'host-c', compiler: 'gcc 12', flags: [], planted: false },
};
const divergence: Divergence = {
  ...{ call: 1, operation: 'learn', signal: 1, file: 'regular.csv', line: 1, field: 'digest' },
  stage: { kind: 'transform', index: 0, name: 'transform 1: detrend' },
  element: { index: 1, axis: 1, sample: 0, name: 'axis 2 of sample 1' },
  reference: { decimal: '0.25', hex: '0x3e800000' },
  target: { decimal: '0.5', hex: '0x3f000000' },
  ulp: 8_388_608,
  stages: [],
  cause: 'another scale',
  notKnown: null,
  search: { restores: 1, replayedCalls: 6, bisectionSteps: 1, taps: ['emulator', 'board'], repeats: true },
};

test('the first difference as lines for a terminal: sides by their names, counts in their number, units in words', () => {
  expect(divergenceLines(divergence, sides)).toEqual([
    'first difference: signal 1, learn of regular.csv line 1 (call 1)',
    '  stage: transform 1: detrend, axis 2 of sample 1',
    '  the emulator has 0.25 (0x3e800000), the C library on the host 0.5 (0x3f000000), 8,388,608 units in the last place apart',
    '  likely cause: another scale',
    '  found by 1 step of bisection, 1 restore of knowledge, 6 calls made again, on emulator and board',
  ]);
});

test.each([
  ['0.5', 1, /, 1 unit in the last place apart$/],
  ['1e9', 300_000_000, /, more than 16 million units in the last place apart$/],
  ['-0.5', 2_100_000_000, /, of opposite sign$/],
  ['0.5', null, /0\.5 \(0x3f000000\)$/],
])('%s, %s units apart', (decimal, ulp, said) => {
  const lines = divergenceLines({ ...divergence, target: { decimal, hex: '0x3f000000' }, ulp }, sides);
  expect(lines[2]).toMatch(said);
});
