import { describe, expect, it } from 'vitest';
import { inspectSignals } from '../../../src/engine/dataset/findings.ts';
import { seededRandom } from '../../../src/shared/random.ts';

/** Noise with a power-of-two buffer: nothing to find until a test spoils it. */
function noise(lines: number, valuesPerLine = 128, seed = 1) {
  const random = seededRandom(seed);
  const values = Float32Array.from({ length: lines * valuesPerLine }, () => random.normal());
  const lineNumbers = Array.from({ length: lines }, (_, i) => i + 1);
  return { path: 'noise', values, lines, valuesPerLine, lineNumbers };
}

const kinds = (dataset: ReturnType<typeof noise>, axes = 1) =>
  inspectSignals(dataset, axes).map(({ kind, level, places }) => [
    kind,
    level,
    ...places.map(({ line }) => line),
  ]);

describe('the inspection of signals', () => {
  it('finds nothing in clean noise', () => {
    expect(kinds(noise(100))).toEqual([]);
    expect(kinds(noise(100, 5), 5)).toEqual([]);
  });

  it('warns of too few lines in two steps, of short lines, and of a buffer size that is no power of two', () => {
    expect(kinds(noise(49))).toEqual([['few lines', 'strong']]);
    expect(kinds(noise(99))).toEqual([['few lines', 'mild']]);
    expect(kinds(noise(100, 64))).toEqual([['short lines', 'advice']]);
    expect(kinds(noise(100, 180), 3)).toEqual([['buffer size', 'advice']]);
  });

  it('finds a constant axis, repeated samples and duplicates', () => {
    const dataset = noise(100, 256);
    for (let i = 1; i < 256; i += 4) dataset.values[3 * 256 + i] = 1;
    expect(kinds(dataset, 4)).toEqual([['constant', 'mild', 4]]);
    const repeated = noise(100);
    repeated.values.fill(0.5, 5 * 128, 5 * 128 + 4);
    expect(kinds(repeated)).toEqual([['repetition', 'mild', 6]]);
    const twins = noise(100);
    twins.values.copyWithin(8 * 128, 2 * 128, 3 * 128);
    expect(kinds(twins)).toEqual([['duplicate', 'mild', 9]]);
  });

  it('finds lines of an outlying level and lines that overlap', () => {
    const loud = noise(100);
    for (let i = 0; i < 128; i++) loud.values[70 * 128 + i]! *= 20;
    expect(kinds(loud)).toEqual([['outlier', 'advice', 71]]);
    const overlapping = noise(100);
    overlapping.values.copyWithin(11 * 128, 10 * 128 + 120, 11 * 128);
    expect(kinds(overlapping)).toEqual([['overlap', 'advice', 11]]);
  });
});
