import { describe, expect, it } from 'vitest';
import { compareLabels } from '../../../src/engine/dataset/inspect/compare-labels.ts';
import { type Digest, DigestTable, digestOf } from '../../../src/engine/dataset/inspect/digest-table.ts';
import { LabelSketch } from '../../../src/engine/dataset/inspect/label-sketch.ts';
import { LineFigures, robustScale } from '../../../src/engine/dataset/inspect/outliers.ts';
import { OverlapFinder } from '../../../src/engine/dataset/overlap.ts';
import { seededRandom } from '../../../src/shared/random.ts';
import { checked } from './checked.ts';

const HZ = 1000;
const SAMPLES = 128;

/** 60 lines of a sine with random phase, `periods` in the buffer, and some noise. */
function sines(periods: number, noise = 0.05, extra: (i: number) => number = () => 0): string {
  const random = seededRandom(5);
  return Array.from({ length: 60 }, () => {
    const phase = 2 * Math.PI * random.unit();
    return Array.from({ length: SAMPLES }, (_, i) => {
      const value = Math.sin((2 * Math.PI * periods * i) / SAMPLES + phase);
      return (5 + value + extra(i) + noise * random.normal()).toFixed(5);
    }).join(' ');
  }).join('\n');
}
const kindsAt = (content: string) =>
  checked(content, 1, { samplingFrequencyHz: HZ }).findings.map(({ kind }) => kind);

describe('the sampling frequency', () => {
  it('gives signal length, half the frequency and the strongest component', () => {
    const { spectrum } = checked(sines(20), 1, { samplingFrequencyHz: HZ });
    expect(spectrum).toMatchObject({ signalLengthSeconds: 0.128, nyquistHz: 500 });
    expect(spectrum!.strongestHz).toBeCloseTo(20 / 0.128, 0);
    expect(checked(sines(20)).spectrum).toBeNull();
  });

  it('warns when more than 5 % of the energy lies above 0.8 of its half', () => {
    expect(kindsAt(sines(55, 0.01))).toContain('sampled too slowly');
    // A component at 56 of 64 bins with 8 and 3 % of the energy of the other.
    expect(
      kindsAt(sines(10, 0.01, (i) => Math.sqrt(0.08) * Math.sin((2 * Math.PI * 56 * i) / SAMPLES))),
    ).toContain('sampled too slowly');
    expect(
      kindsAt(sines(10, 0.01, (i) => Math.sqrt(0.03) * Math.sin((2 * Math.PI * 56 * i) / SAMPLES))),
    ).not.toContain('sampled too slowly');
    expect(kindsAt(sines(50, 0.01))).not.toContain('sampled too slowly');
  });

  it.each([
    [0.7, true],
    [1, true],
    [1.5, true],
    [1.9, true],
    [2, false],
    [2.2, false],
    [3.5, false],
    [10.5, false],
  ])('warns when the strongest component completes fewer than two periods (%s)', (periods, expected) => {
    expect(kindsAt(sines(periods)).includes('buffer too short')).toBe(expected);
  });
});

/** Sketch of lines of noise, low-passed by `smooth`, of a level of their own. */
function sketch(smooth: number, spread: number, seed: number, lines = 80): LabelSketch {
  const random = seededRandom(seed);
  const made = new LabelSketch(1);
  for (let line = 0; line < lines; line++) {
    let state = 0;
    const pole = Math.min(0.98, Math.max(0, smooth + spread * random.normal()));
    const level = Math.exp(spread * random.normal());
    made.add(
      Float32Array.from({ length: 128 }, () => {
        state = pole * state + random.normal();
        return level * state;
      }),
    );
  }
  return made;
}
const compared = (regular: LabelSketch, abnormal: LabelSketch, names = ['r.csv', 'a.csv']) =>
  compareLabels([{ path: names[0]!, sketch: regular }], [{ path: names[1]!, sketch: abnormal }]).map(
    ({ kind }) => kind,
  );

describe('regular and abnormal files side by side', () => {
  it('say nothing when they differ as they should', () => {
    expect(compared(sketch(0.1, 0.02, 1), sketch(0.6, 0.1, 2))).toEqual([]);
  });

  it('are said to be nearly the same when they are of one kind', () => {
    expect(compared(sketch(0.3, 0.1, 1), sketch(0.3, 0.1, 2))).toEqual(['nearly the same']);
  });

  it('look swapped when the abnormal lines lie within the regular ones', () => {
    const [tight, wide] = [sketch(0.2, 0.01, 1, 200), sketch(0.4, 0.35, 2, 200)];
    expect(compared(wide, tight)).toContain('labels swapped');
    expect(compared(tight, wide)).not.toContain('labels swapped');
  });

  it('look swapped by their names', () => {
    const [one, other] = [sketch(0.1, 0.02, 1), sketch(0.6, 0.1, 2)];
    expect(compared(one, other, ['x/abnormal.csv', 'y.csv'])).toEqual(['labels swapped']);
    expect(compared(one, other, ['y.csv', 'fan-normal.csv'])).toEqual(['labels swapped']);
    expect(compared(one, other, ['abnormal/regular.csv', 'normal/abnormal.csv'])).toEqual([]);
    expect(compared(one, other, ['irregular-free.csv', 'anomalies.csv'])).toEqual([]);
  });

  it('share signals', () => {
    const one = sketch(0.1, 0.02, 1);
    const other = sketch(0.6, 0.1, 2);
    const both = Float32Array.from({ length: 128 }, (_, i) => i);
    one.add(both);
    other.add(both);
    expect(compared(one, other)).toEqual(['shared lines']);
  });
});

describe('memory that does not grow', () => {
  it('a full table of digests counts duplicates on a share of the contents', () => {
    const table = new DigestTable(1024);
    const digest: Digest = { high: 0, low: 0 };
    let met = 0;
    const all = 40_000;
    for (let line = 1; line <= 2 * all; line++) {
      if (table.meet(digestOf(Float32Array.of((line - 1) % all, 3), digest), line) > 0) met++;
    }
    expect(table.sampledOneIn).toBeGreaterThan(16);
    const estimate = met * table.sampledOneIn;
    expect(estimate).toBeGreaterThan(0.8 * all);
    expect(estimate).toBeLessThan(1.2 * all);
  });

  it('digests tell lines apart by value, not by the sign of zero', () => {
    const digest = (...values: number[]) => ({ ...digestOf(Float32Array.from(values), { high: 0, low: 0 }) });
    expect(digest(0, 1)).toEqual(digest(-0, 1));
    expect(digest(0, 1)).not.toEqual(digest(1, 0));
    expect(digest(0)).not.toEqual(digest(0, 0));
  });

  it('outliers among many lines are found though only a share of the lines is held', () => {
    const random = seededRandom(3);
    const figures = new LineFigures(512);
    for (let line = 1; line <= 20_000; line++) {
      figures.add(line === 777 ? 99 : line === 15_001 ? -99 : random.normal(), line);
    }
    expect(figures.outliers()).toEqual({ lines: [777, 15_001], complete: true });
  });

  it('a spread that the median cannot see is measured by the mean', () => {
    expect(robustScale(Float64Array.of(1, 1, 1, 1, 1, 1, 1, 1, 1, 9)).deviation).toBeCloseTo(0.8 / 0.7979);
    expect(robustScale(Float64Array.of(2, 2, 2)).deviation).toBe(0);
  });

  it('the longest overlap is that of comparing every length', () => {
    const random = seededRandom(9);
    const finder = new OverlapFinder(2);
    for (let round = 0; round < 500; round++) {
      const line = () => Float32Array.from({ length: 24 }, () => random.below(2));
      const [a, b] = [line(), line()];
      const slow = Array.from({ length: 11 }, (_, i) => 11 - i).filter((k) =>
        a.subarray(24 - 2 * k).every((value, i) => value === b[i]),
      );
      expect([...finder.all(finder.longest(a, b))]).toEqual(slow);
    }
  });
});
