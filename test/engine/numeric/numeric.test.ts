import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allFinite,
  bitsToFloat,
  clampFeature,
  floatToBits,
  floatToHex,
  hexToFloat,
  sqrt32,
} from '../../../src/engine/numeric/f32.ts';
import { floorLog2, log2Floored, log2f } from '../../../src/engine/numeric/log2.ts';

const normal = fc.float({ min: Math.fround(2 ** -126), noNaN: true, noDefaultInfinity: true });

describe('the base-two logarithm', () => {
  test('is exact at powers of two', () => {
    for (let e = -126; e <= 127; e++) expect(log2f(2 ** e)).toBe(e);
  });

  test('is within a millionth of the true one, or half a unit of the last place', () => {
    fc.assert(
      fc.property(normal, (x) => {
        const error = Math.abs(log2f(x) - Math.log2(x));
        expect(error).toBeLessThan(1e-6 + Math.abs(Math.log2(x)) * 2 ** -24);
      }),
      { numRuns: 2000 },
    );
  });

  test('never falls as its argument rises to the next float', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0x00800000, max: 0x7f7ffffe }), (bits) => {
        expect(log2f(bitsToFloat(bits + 1)) - log2f(bitsToFloat(bits))).toBeGreaterThanOrEqual(-(2 ** -17));
      }),
    );
  });

  test('stays finite for zero, negative values, NaN, infinity and denormals', () => {
    for (const x of [0, -1, Number.NaN, 1e-45]) expect(log2f(x)).toBe(-126);
    expect(log2f(Number.POSITIVE_INFINITY)).toBe(128);
    expect(log2Floored(0)).toBe(-40);
  });

  test('of an integer counts its bits', () => {
    expect([1, 2, 3, 4, 7, 8, 4096, 65535].map(floorLog2)).toEqual([0, 1, 1, 2, 2, 3, 12, 15]);
  });
});

describe('binary32 helpers', () => {
  test('carry values through bits and hexadecimal digits unchanged', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (x) => {
        expect(bitsToFloat(floatToBits(x))).toBe(x);
        expect(hexToFloat(floatToHex(x))).toBe(x);
      }),
    );
    expect(floatToHex(1)).toBe('3f800000');
  });

  test('give square roots that are never NaN', () => {
    expect([4, 2, 0, -0, -1, Number.NaN, Number.POSITIVE_INFINITY].map(sqrt32)).toEqual([
      2,
      Math.fround(Math.SQRT2),
      0,
      0,
      0,
      0,
      Number.POSITIVE_INFINITY,
    ]);
  });

  test('clamp to 2^50, NaN included', () => {
    expect([1, 1e30, -1e30, Number.NaN, Number.POSITIVE_INFINITY].map(clampFeature)).toEqual([
      1,
      2 ** 50,
      -(2 ** 50),
      -(2 ** 50),
      2 ** 50,
    ]);
  });

  test('find a single value that is not finite', () => {
    expect(allFinite(Float32Array.of(1, -0, 1e-45, 3.4e38))).toBe(true);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(allFinite(Float32Array.of(1, bad, 2))).toBe(false);
    }
  });
});
