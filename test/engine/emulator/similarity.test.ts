import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { similarity } from '../../../src/engine/emulator/similarity.ts';
import { bitsToFloat, floatToBits } from '../../../src/engine/numeric/f32.ts';

const positive = fc.float({ min: 0, noNaN: true });

describe('similarity', () => {
  test.each([
    [0, 100],
    [0.09, 100],
    [0.1, 99],
    [0.5, 95],
    [0.999, 91],
    [1, 90],
    [1.0001, 89],
    [1.5, 45],
    [2, 0],
    [1e30, 0],
  ])('of a ratio of %f is %i with scale 1 and width 2', (ratio, expected) => {
    expect(similarity(Math.fround(ratio), 1, 2, 1)).toBe(expected);
  });

  test('is 90 at u = 1 alone, and 100 up to the last number below 0.1', () => {
    const of = (bits: number): number => similarity(bitsToFloat(bits), 1, 2, 1);
    const one = 0x3f800000;
    expect([of(one - 1), of(one), of(one + 1)]).toEqual([91, 90, 89]);
    const tenth = floatToBits(0.1);
    expect([of(tenth - 1), of(tenth)]).toEqual([100, 99]);
  });

  test('reaches the threshold 90 exactly when the scaled ratio is not above 1', () => {
    fc.assert(
      fc.property(positive, fc.float({ min: Math.fround(0.01), max: 100, noNaN: true }), (ratio, scale) => {
        const inside = Math.fround(Math.fround(scale) * ratio) <= 1;
        expect(similarity(ratio, scale, 3, 1) >= 90).toBe(inside);
      }),
    );
  });

  test('is a whole number from 0 to 100 for every distance, infinity and NaN included', () => {
    for (const ratio of [Number.POSITIVE_INFINITY, Number.NaN, 3.4e38, 0]) {
      const value = similarity(ratio, 100, Math.fround(1.0000001), 100);
      expect(value).toBe(ratio === 0 ? 100 : 0);
    }
    fc.assert(
      fc.property(positive, positive, (ratio, scale) => {
        const value = similarity(ratio, scale, 2, 1);
        expect(Number.isInteger(value) && value >= 0 && value <= 100).toBe(true);
      }),
    );
  });

  test('never rises with sensitivity', () => {
    const sensitivities = [0.1, 0.5, 1, 1.1, 2, 10, 100].map(Math.fround);
    fc.assert(
      fc.property(fc.float({ min: 0, max: 4, noNaN: true }), (ratio) => {
        const values = sensitivities.map((s) => similarity(ratio, 0.7, 3, s));
        expect(values).toEqual([...values].sort((a, b) => b - a));
      }),
    );
  });
});
