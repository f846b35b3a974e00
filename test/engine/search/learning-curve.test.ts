import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CoupleFeatures } from '../../../src/engine/search/evaluate.ts';
import { type LearningPoint, learningCurve, settledFrom } from '../../../src/engine/search/learning-curve.ts';
import { mixedOrder, type Regime, spreadSplit } from '../../../src/engine/search/learning-orders.ts';
import { seededRandom } from '../../../src/shared/random.ts';

const DIAG = { name: 'diag', params: {} };
const KMEANS = { name: 'kmeans_seq', params: { prototypes: 8 } };
const CALIBRATION = { scale: 1, width: 2 };
const DIMENSION = 4;

/** Gaussian clouds, one a regime, in stretches or alternating; abnormal lines lie far from all of them. */
function machine(regimes: number, linesEach: number, alternating = false): CoupleFeatures {
  const random = seededRandom(3);
  const lines = regimes * linesEach;
  const regular = new Float32Array(lines * DIMENSION);
  for (let i = 0; i < lines; i++) {
    const regime = alternating ? i % regimes : Math.floor(i / linesEach);
    for (let j = 0; j < DIMENSION; j++) regular[i * DIMENSION + j] = 50 * regime * (j % 2) + random.normal();
  }
  const abnormal = new Float32Array(60 * DIMENSION);
  for (let i = 0; i < abnormal.length; i++) abnormal[i] = 400 + random.normal();
  return { name: 'machine', regular, abnormal, overlapLines: 0 };
}

const whole = (lines: number): Regime[] => [{ name: 'all', first: 0, end: lines }];

describe('the learning curve', () => {
  it('of one simple behaviour settles early, and 20 learns are the least that is ever recommended', () => {
    const curve = learningCurve(machine(1, 200), DIMENSION, DIAG, CALIBRATION, whole(200), 2);
    expect(curve).toMatchObject({ settled: true, orders: 8 });
    expect(curve.minimum).toBeGreaterThanOrEqual(20);
    expect(curve.minimum).toBeLessThanOrEqual(60);
    expect(curve.points.at(-1)!.balancedAccuracy).toBeGreaterThan(0.95);
  });

  it('recommends no less than the model can do with', () => {
    const curve = learningCurve(machine(1, 200), DIMENSION, DIAG, CALIBRATION, whole(200), 65);
    expect(curve.minimum).toBeGreaterThanOrEqual(65);
  });

  it('needs as much of regimes that follow each other as of regimes that alternate', () => {
    const minima = [true, false].map(
      (alternating) =>
        learningCurve(machine(4, 80, alternating), DIMENSION, KMEANS, CALIBRATION, whole(320), 10).minimum,
    );
    expect(Math.max(...minima) / Math.min(...minima)).toBeLessThanOrEqual(2);
    expect(Math.max(...minima)).toBeLessThan(240);
  });

  it('counts all regimes and shows each apart', () => {
    const regimes = [0, 1, 2].map((i) => ({ name: `speed ${i}`, first: i * 100, end: (i + 1) * 100 }));
    const curve = learningCurve(machine(3, 100), DIMENSION, KMEANS, CALIBRATION, regimes, 10);
    expect(curve.regimes.map(({ name }) => name)).toEqual(['speed 0', 'speed 1', 'speed 2']);
    for (const regime of curve.regimes) {
      expect(regime.share).toBeCloseTo(1 / 3);
      expect(regime.minimum).toBe(Math.ceil(curve.minimum / 3));
      expect(regime.points.at(-1)!.learns).toBeGreaterThan(70);
      expect(regime.points.at(-1)!.balancedAccuracy).toBeGreaterThan(0.9);
    }
  });

  it('says so when the lines ran out before it settled', () => {
    const random = seededRandom(9);
    // the spread grows with every line, so that no prefix knows what the whole knows
    const regular = Float32Array.from({ length: 40 * DIMENSION }, () => random.normal());
    const couple = { ...machine(1, 10), regular };
    expect(learningCurve(couple, DIMENSION, DIAG, CALIBRATION, whole(40), 30).settled).toBe(false);
  });

  it('is the same every time', () => {
    const run = () => learningCurve(machine(2, 60), DIMENSION, DIAG, CALIBRATION, whole(120), 2);
    expect(run()).toEqual(run());
  });

  it('judges by regular lines alone where nothing abnormal is known', () => {
    const couple = { ...machine(1, 200), abnormal: new Float32Array(0) };
    const curve = learningCurve(couple, DIMENSION, DIAG, CALIBRATION, whole(200), 2);
    expect(curve.points.at(-1)!.balancedAccuracy).toBeGreaterThan(0.95);
    expect(curve.minimum).toBeGreaterThanOrEqual(20);
  });
});

describe('a curve has settled', () => {
  const curve = (...accuracies: (number | [accuracy: number, confidence: number])[]): LearningPoint[] =>
    accuracies.map((figures, i) => {
      const [balancedAccuracy, confidence] = Array.isArray(figures) ? figures : [figures, 0.9];
      return {
        learns: 20 * 2 ** i,
        balancedAccuracy,
        confidence,
        lowest: balancedAccuracy,
        highest: balancedAccuracy,
      };
    });

  it('from the smallest prefix that stays within a point of the end', () => {
    expect(settledFrom(curve(0.7, 0.8, 0.895, 0.9), 0.03)).toBe(2);
    expect(settledFrom(curve(0.9, 0.9, 0.9), 0.03)).toBe(0);
  });

  it('only behind its last dip', () => {
    expect(settledFrom(curve(0.95, 0.6, 0.9, 0.9), 0.03)).toBe(2);
  });

  it('only when confidence has settled as well', () => {
    expect(settledFrom(curve([0.9, 0.5], [0.9, 0.8], [0.9, 0.9]), 0.03)).toBe(2);
  });

  it('only when the worst of the orders has come near, too', () => {
    const points = curve(0.9, 0.9, 0.9);
    points[1] = { ...points[1]!, lowest: 0.7 };
    expect(settledFrom(points, 0.03)).toBe(2);
  });
});

describe('the lines learned again', () => {
  it('and the lines kept back never share a line or an overlap, and every line is kept back once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 15, max: 120 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 2 }),
        (sizes, gap) => {
          let end = 0;
          const regimes = sizes.map((size, i) => {
            const first = end;
            end += size;
            return { name: `${i}`, first, end };
          });
          const kept = [0, 1, 2, 3].flatMap((turn) => {
            const { learn, judge } = spreadSplit(regimes, turn, gap);
            const judges = new Set(judge);
            for (const i of learn)
              for (let by = -gap; by <= gap; by++) {
                const regime = regimes.find(({ first, end }) => i >= first && i < end)!;
                if (i + by >= regime.first && i + by < regime.end) expect(judges.has(i + by)).toBe(false);
              }
            for (const { first, end } of regimes)
              expect(judge.filter((i) => i >= first && i < end).length).toBeGreaterThan(0);
            return judge;
          });
          expect(kept.sort((a, b) => a - b)).toEqual(Array.from({ length: end }, (_, i) => i));
        },
      ),
      { seed: 5, numRuns: 60 },
    );
  });

  it('come in an order of which every 20 lines stem from all over the recording', () => {
    const order = mixedOrder(
      Array.from({ length: 200 }, (_, i) => i),
      seededRandom(1),
    );
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    for (let from = 0; from < 200; from += 20) {
      const stretches = new Set(order.slice(from, from + 20).map((i) => Math.floor(i / 10)));
      expect(stretches.size).toBe(20);
    }
  });
});
