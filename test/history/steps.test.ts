import { describe, expect, test } from 'vitest';
import { falseAlarms, foundWithinFive, NOISE_KINDS } from '../../bench/history/simulate.ts';
import { findSteps } from '../../src/history/steps.ts';

// Short forms of bench/history.ts, which takes ten times as many and prints the table of docs/history.md.
const HISTORIES = 8;
const TRIALS = 150;
const BEFORE = 60;

describe('steps in a noisy figure', () => {
  test.for(
    NOISE_KINDS.flatMap((kind) => (kind.promise === null ? [] : [{ ...kind, promise: kind.promise }])),
  )(
    'of 5 % are found within five runs, with at most one false alarm in a thousand: $name',
    { timeout: 60_000 },
    ({ noise, promise }) => {
      expect(falseAlarms(noise, { seed: 1, histories: HISTORIES })).toBeLessThanOrEqual(HISTORIES);
      const found = foundWithinFive(noise, { seed: 7, trials: TRIALS, before: BEFORE });
      expect(found).toBeGreaterThanOrEqual(promise.foundAtLeast);
    },
  );

  test('are told with their first run, both levels, and found in a series without any noise', () => {
    const values = Array.from({ length: 60 }, (_, run) => (run < 40 ? 2 : 2.2));
    expect(findSteps(values)).toEqual([{ run: 40, foundAt: 42, before: 2, after: 2.2 }]);
    expect(findSteps(values.slice(0, 41))).toEqual([]);
    expect(findSteps(new Array(60).fill(0))).toEqual([]);
  });

  test('are not made by one run that took twice as long', () => {
    const values = Array.from({ length: 60 }, (_, run) => (run === 40 ? 4 : 2 + 0.001 * (run % 7)));
    expect(findSteps(values)).toEqual([]);
  });
});
