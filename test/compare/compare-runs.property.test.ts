import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareRuns } from '../../src/compare/compare-runs.ts';
import type { Answer, PlannedCall, TargetAnswer } from '../../src/record/calls.ts';
import { BIT_EXACT } from '../../src/record/tolerance.ts';

const call: fc.Arbitrary<PlannedCall> = fc.record({
  operation: fc.constantFrom('initialize', 'learn', 'detect'),
  file: fc.constant(0),
  line: fc.integer({ min: 1, max: 1000 }),
  label: fc.constantFrom('nominal', 'anomaly', 'unknown', null),
  seen: fc.boolean(),
});
const answer: fc.Arbitrary<Answer> = fc.record({
  code: fc.nat(125),
  learnCounter: fc.nat(9),
  digest: fc.integer({ min: 0, max: 0xffffffff }),
});
const rows = fc.array(fc.tuple(call, answer), { minLength: 1, maxLength: 40 });

const sides = (pairs: [PlannedCall, Answer][], target: Answer[]) => ({
  calls: pairs.map(([planned]) => planned),
  reference: pairs.map(([, given]) => given),
  target: target.map((given): TargetAnswer => ({ ...given, ticks: null })),
});

describe('comparing two sides', () => {
  test('a side equals itself, whatever it answered', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const same = pairs.map(([, given]) => given);
        const comparison = compareRuns(sides(pairs, same), ['f.csv'], BIT_EXACT);
        expect(comparison.mismatches).toBe(0);
        expect(comparison.identical).toBe(pairs.some(([planned]) => planned.operation !== 'initialize'));
      }),
    );
  });

  test('one changed bit anywhere is found at its call', () => {
    const field = fc.constantFrom('code', 'learnCounter', 'digest');
    fc.assert(
      fc.property(rows, fc.nat(), field, fc.nat(6), (pairs, where, name, bit) => {
        const index = where % pairs.length;
        const target = pairs.map(([, given]) => ({ ...given }));
        target[index]![name] = (target[index]![name]! ^ (1 << bit)) >>> 0;
        const comparison = compareRuns(sides(pairs, target), ['f.csv'], BIT_EXACT);
        expect(comparison.identical).toBe(false);
        expect(comparison.mismatches).toBe(1);
        expect(comparison.firstMismatch?.call).toBe(index);
        expect(comparison.firstMismatch?.reference).not.toBe(comparison.firstMismatch?.target);
      }),
    );
  });

  test('a missing answer is never identical', () => {
    fc.assert(
      fc.property(rows, fc.nat(), (pairs, where) => {
        const target = pairs.slice(0, where % pairs.length).map(([, given]) => given);
        const comparison = compareRuns(sides(pairs, target), ['f.csv'], BIT_EXACT);
        expect(comparison.identical).toBe(false);
        expect(comparison.unanswered).toBe(pairs.length - target.length);
      }),
    );
  });
});
