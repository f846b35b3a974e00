import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flipsOf } from '../../src/compare/flips.ts';
import { learningCurveOf } from '../../src/compare/learning-curve.ts';
import { metricsOf } from '../../src/compare/score-metrics.ts';
import { spearman } from '../../src/compare/spearman.ts';
import { ulpBetween } from '../../src/compare/ulp.ts';
import type { CallSequence, PlannedCall } from '../../src/record/calls.ts';
import { clopperPearsonUpper, regularisedBeta } from '../../src/shared/clopper-pearson.ts';

const bitsOf = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0]!;
const numberOf = (bits: number): number => new Float32Array(Uint32Array.of(bits).buffer)[0]!;

/** Detects only, one pair of codes each. */
function sequenceOf(pairs: readonly (readonly [number, number])[], lines?: readonly number[]): CallSequence {
  const calls = pairs.map(
    (_, index): PlannedCall => ({
      operation: 'detect',
      file: index % 2,
      line: lines?.[index] ?? index + 1,
      label: index % 2 === 0 ? 'nominal' : 'anomaly',
      seen: false,
    }),
  );
  const state = { learnCounter: 9, digest: 7 };
  return {
    calls,
    reference: pairs.map(([code]) => ({ code, ...state })),
    target: pairs.map(([, code]) => ({ code, ticks: null, ...state })),
  };
}

describe('the bound on the rate of flips', () => {
  test('is that of published tables', () => {
    // Two-sided 95 % limits: 1 − 0.025^(1/n) for none seen; the others by quantiles of the beta distribution.
    expect(clopperPearsonUpper(0, 10)).toBeCloseTo(0.3084971, 7);
    expect(clopperPearsonUpper(0, 750)).toBeCloseTo(1 - 0.025 ** (1 / 750), 10);
    expect(clopperPearsonUpper(1, 10)).toBeCloseTo(0.44501612, 7);
    expect(clopperPearsonUpper(5, 20)).toBeCloseTo(0.49104587, 7);
    expect(clopperPearsonUpper(20, 20)).toBe(1);
    expect(clopperPearsonUpper(0, 0)).toBeNull();
  });

  test('leaves just the promised chance of so few flips, counted term by term', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 59 }), (n, wanted) => {
        const k = wanted % n;
        const p = clopperPearsonUpper(k, n)!;
        let term = (1 - p) ** n;
        let chance = term;
        for (let i = 1; i <= k; i++) {
          term *= ((n - i + 1) / i) * (p / (1 - p));
          chance += term;
        }
        expect(chance).toBeCloseTo(0.025, 9);
      }),
    );
  });

  test('comes from a beta function that agrees with its own definition as an integral', () => {
    const shape = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(shape, shape, fc.double({ min: 0.02, max: 0.98, noNaN: true }), (a, b, x) => {
        const steps = 4000;
        const area = (upTo: number): number => {
          let sum = 0;
          for (let i = 0; i < steps; i++) {
            const t = ((i + 0.5) * upTo) / steps;
            sum += t ** (a - 1) * (1 - t) ** (b - 1);
          }
          return (sum * upTo) / steps;
        };
        expect(regularisedBeta(x, a, b)).toBeCloseTo(area(x) / area(1), 5);
      }),
      { numRuns: 40 },
    );
  });
});

describe('units in the last place', () => {
  test('count the numbers between two words, across zero too', () => {
    expect(ulpBetween(bitsOf(1), bitsOf(1) + 3)).toBe(3);
    expect(ulpBetween(bitsOf(0), bitsOf(-0))).toBe(0);
    expect(ulpBetween(1, 0x80000001)).toBe(2);
    expect(ulpBetween(bitsOf(Infinity), bitsOf(1))).toBeNull();
    expect(ulpBetween(bitsOf(Number.NaN), bitsOf(Number.NaN))).toBe(0);
  });

  test('are as many as the steps that lead from one number to the other', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.nat(50), (start, steps) => {
        let at = start;
        for (let step = 0; step < steps; step++) {
          const bits = bitsOf(at);
          at = at > 0 ? numberOf(bits + 1) : at === 0 ? numberOf(1) : numberOf(bits - 1);
        }
        fc.pre(Number.isFinite(at));
        expect(ulpBetween(bitsOf(start), bitsOf(at))).toBe(steps);
      }),
    );
  });
});

describe('rank correlation', () => {
  test('is that of Spearman’s worked case, and shares the ranks of ties', () => {
    const iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
    const hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];
    expect(spearman(iq, hours)).toBeCloseTo(-29 / 165, 12);
    expect(spearman([1, 2, 2, 3], [10, 20, 20, 30])).toBe(1);
    expect(spearman([1, 1, 1], [1, 2, 3])).toBeNull();
    expect(spearman([1], [1])).toBeNull();
  });

  test('does not change when a side is stretched by anything that rises', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(100), fc.nat(100)), { minLength: 2, maxLength: 50 }), (pairs) => {
        const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
        expect(
          spearman(
            a.map((x) => x ** 3 + x),
            b,
          ),
        ).toBe(spearman(a, b));
      }),
    );
  });
});

describe('metrics of a run', () => {
  const similarity = fc.integer({ min: 0, max: 100 });
  const pairsOf = fc.array(fc.tuple(similarity, similarity), { minLength: 1, maxLength: 60 });

  test('are what counting pair by pair gives', () => {
    fc.assert(
      fc.property(pairsOf, fc.integer({ min: 1, max: 99 }), (pairs, threshold) => {
        const sequence = sequenceOf(pairs);
        const metrics = metricsOf({
          sequence,
          files: ['a', 'b'],
          threshold,
          contents: null,
          learningCurve: [],
        })!;
        const errors = pairs.map(([a, b]) => b - a);
        const sum = (of: (e: number) => number) => errors.reduce((total, e) => total + of(e), 0);
        expect(metrics.exactMatches).toBe(errors.filter((e) => e === 0).length);
        expect(metrics.bias).toBeCloseTo(sum((e) => e) / errors.length, 9);
        expect(metrics.meanAbsoluteError).toBeCloseTo(sum(Math.abs) / errors.length, 9);
        expect(metrics.rootMeanSquareError! ** 2).toBeCloseTo(sum((e) => e * e) / errors.length, 6);
        expect(metrics.maximumError).toBe(Math.max(...errors.map(Math.abs)));
        const flips = pairs.filter(([a, b]) => a >= threshold !== b >= threshold);
        expect(metrics.flips.list.map((flip) => [flip.reference, flip.target])).toEqual(flips);
        for (const flip of metrics.flips.list) {
          expect(Math.sign(flip.referenceToThreshold + 0.5)).toBe(-Math.sign(flip.targetToThreshold + 0.5));
        }
      }),
    );
  });

  test('a signal that comes again is no second witness', () => {
    const pairs = Array.from({ length: 10 }, () => [95, 80] as const);
    const again = sequenceOf(
      pairs,
      pairs.map(() => 1),
    );
    const contents = pairs.map(() => 'same values');
    const flips = flipsOf({ sequence: again, files: ['a', 'b'], threshold: 90, contents });
    expect(flips).toMatchObject({ decisions: 10, repeated: 9, independentFlips: 1, rate: 1, upper95: 1 });
  });

  test('are not there where no signal was scored on both sides', () => {
    const sequence = sequenceOf([
      [124, 124],
      [95, 124],
    ]);
    expect(
      metricsOf({ sequence, files: ['a', 'b'], threshold: 90, contents: null, learningCurve: [] }),
    ).toBeNull();
  });

  test('tell how far distances lie apart where both sides have taps', () => {
    const plain = sequenceOf([
      [95, 95],
      [94, 94],
      [93, 93],
    ]);
    const apart = [0, 4, 1];
    const sequence: CallSequence = {
      ...plain,
      reference: plain.reference.map((answer) => ({ ...answer, distance: bitsOf(0.5) })),
      target: plain.target.map((answer, i) => ({ ...answer, distance: bitsOf(0.5) + apart[i]! })),
    };
    const metrics = metricsOf({
      sequence,
      files: ['a', 'b'],
      threshold: 90,
      contents: null,
      learningCurve: [],
    });
    expect(metrics!.ulp).toEqual({ of: 'distance', values: 3, median: 1, p99: 4, max: 4 });
    expect(
      metricsOf({ sequence: plain, files: [], threshold: 90, contents: null, learningCurve: [] })!.ulp,
    ).toBeNull();
  });

  test('balanced accuracy at every threshold is that of the side at that threshold', () => {
    const sequence = sequenceOf([
      [95, 60],
      [20, 40],
      [80, 80],
      [70, 10],
    ]);
    const { thresholds } = metricsOf({
      sequence,
      files: ['a', 'b'],
      threshold: 90,
      contents: null,
      learningCurve: [],
    })!;
    expect(thresholds.reference.balancedAccuracy[75 - 1]).toBe(1);
    expect(thresholds.target.balancedAccuracy[75 - 1]).toBe(0.75);
    expect(thresholds.target.balancedAccuracy).toHaveLength(99);
  });
});

describe('the learning curve', () => {
  test('has figures of both sides and how often they agreed, point by point', () => {
    const labels = ['nominal', 'anomaly'] as const;
    const curve = learningCurveOf(
      [
        { learns: 5, labels, reference: [124, 124], target: [124, 124] },
        { learns: 20, labels, reference: [100, 0], target: [100, 95] },
        { learns: 40, labels, reference: [100, 0], target: [100] },
      ],
      90,
    );
    expect(curve).toEqual([
      {
        learns: 5,
        probes: 2,
        equal: 2,
        reference: { balancedAccuracy: null, confidence: null, meanNominal: null, meanAnomaly: null },
        target: { balancedAccuracy: null, confidence: null, meanNominal: null, meanAnomaly: null },
      },
      {
        learns: 20,
        probes: 2,
        equal: 1,
        reference: { balancedAccuracy: 1, confidence: 1, meanNominal: 100, meanAnomaly: 0 },
        target: {
          balancedAccuracy: 0.5,
          confidence: expect.closeTo(0.4722, 4),
          meanNominal: 100,
          meanAnomaly: 95,
        },
      },
    ]);
  });
});
