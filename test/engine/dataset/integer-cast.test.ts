import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectSignals } from '../../../src/engine/dataset/findings.ts';
import { suspectedCast } from '../../../src/engine/dataset/integer-cast.ts';

const asFloat = (samples: Int16Array | Int32Array): Float32Array => new Float32Array(samples.buffer);
/** Samples of an accelerometer or a current sensor: whole numbers, not all alike. */
const samples = (most: number, length: number) =>
  fc
    .array(fc.integer({ min: -most, max: most }), { minLength: length, maxLength: length })
    .filter((values) => new Set(values).size > length / 4);

describe('a buffer of integers read as float', () => {
  it('is recognised as int16 when most pairs are small, whatever their sign', () => {
    fc.assert(
      fc.property(samples(8000, 64), (values) => {
        expect(suspectedCast(asFloat(Int16Array.from(values)))).toBe('int16');
      }),
    );
  });

  it('is recognised as int32', () => {
    fc.assert(
      fc.property(samples(30_000, 32), (values) => {
        expect(suspectedCast(asFloat(Int32Array.from(values)))).toBe('int32');
      }),
    );
  });

  it('is not suspected in values as sensors give them, in any usual unit', () => {
    fc.assert(
      fc.property(
        samples(32_767, 64),
        fc.constantFrom(1, 1e-9, 1e-6, 1e-3, 0.061, 9.81, 1e6),
        (values, unit) => {
          expect(suspectedCast(Float32Array.from(values, (value) => value * unit))).toBeNull();
        },
      ),
    );
  });

  it('is not suspected where nothing is measured', () => {
    for (const value of [0, 1, Number.NaN, 1e-30])
      expect(suspectedCast(new Float32Array(64).fill(value))).toBeNull();
  });

  it('is a strong finding of a file', () => {
    const line = (seed: number) =>
      asFloat(Int16Array.from({ length: 64 }, (_, i) => Math.round(900 * Math.sin(i + seed)) & 0x3ff));
    const rows = Array.from({ length: 25 }, (_, row) => line(row));
    const dataset = {
      path: 'cast.csv',
      values: Float32Array.from(rows.flatMap((row) => [...row])),
      lines: rows.length,
      valuesPerLine: 32,
      lineNumbers: rows.map((_, row) => row + 1),
    };
    const findings = inspectSignals(dataset as never, 1);
    expect(findings.find(({ kind }) => kind === 'integer cast')).toMatchObject({
      level: 'strong',
      message: expect.stringContaining('int16'),
    });
  });
});
