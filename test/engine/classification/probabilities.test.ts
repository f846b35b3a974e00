import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PROBABILITY_PARTS, probabilitiesOf } from '../../../src/engine/classification/probabilities.ts';

function share(scores: readonly number[], sharpness = 1): { best: number; probabilities: Float32Array } {
  const probabilities = new Float32Array(scores.length);
  const best = probabilitiesOf(Float32Array.from(scores), Math.fround(sharpness), probabilities);
  return { best, probabilities };
}

const parts = (probabilities: Float32Array): number[] =>
  [...probabilities].map((probability) => probability * PROBABILITY_PARTS);

const anyScores = fc.array(
  fc.oneof(
    fc.float({ min: -40, max: 0, noNaN: true }),
    fc.float({ min: -(2 ** 50), max: 2 ** 50, noNaN: true }),
  ),
  { minLength: 2, maxLength: 100 },
);
const anySharpness = fc.float({ min: Math.fround(2 ** -20), max: 2 ** 20, noNaN: true });

describe('probabilities', () => {
  test('add up to exactly 1 in binary32, forwards and backwards, and the class told has the largest', () => {
    fc.assert(
      fc.property(anyScores, anySharpness, (scores, sharpness) => {
        const { best, probabilities } = share(scores, sharpness);
        const sum = (values: Iterable<number>): number =>
          [...values].reduce((total, value) => Math.fround(total + value), 0);
        expect(sum(probabilities)).toBe(1);
        expect(sum([...probabilities].reverse())).toBe(1);
        expect(Math.min(...probabilities)).toBeGreaterThanOrEqual(0);
        expect(probabilities[best]).toBe(Math.max(...probabilities));
      }),
      { seed: 4, numRuns: 3000 },
    );
  });

  test('give the parts that are missing to the largest remainders, the first class first among equal ones', () => {
    // a third each: 21845 whole parts and one left over
    expect(parts(share([0, 0, 0]).probabilities)).toEqual([21846, 21845, 21845]);
    // 2/3 and 1/3: 43690.67 and 21845.33
    expect(parts(share([1, 0]).probabilities)).toEqual([43691, 21845]);
  });

  test('follow the ratio that the scores tell, to the power of the sharpness', () => {
    expect([...share([-1, -3]).probabilities]).toEqual([52429 / 65536, 13107 / 65536]);
    expect(share([0, -1], 2).probabilities[0]).toBeCloseTo(0.8, 4);
    expect(share([0, -60]).probabilities[0]).toBe(1);
  });

  test('of equal scores tell the first class', () => {
    expect(share([-5, -5]).best).toBe(0);
    expect(share([-(2 ** 50), -(2 ** 50), -(2 ** 50)]).best).toBe(0);
  });
});
