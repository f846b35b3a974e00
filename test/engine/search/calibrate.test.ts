import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balancedAccuracy, confidence } from '../../../src/engine/metrics/metrics.ts';
import { calibrate, similarities } from '../../../src/engine/search/calibrate.ts';

const figures = (
  regular: Float32Array,
  abnormal: Float32Array,
  calibration: { scale: number; width: number },
) => {
  const scores = {
    regular: similarities(regular, calibration),
    abnormal: similarities(abnormal, calibration),
  };
  return { accuracy: balancedAccuracy(scores)!, confidence: confidence(scores)! };
};

const ratio = fc.double({ min: 0, max: 50, noNaN: true }).map((r) => (r < 1e-9 ? 0 : Math.fround(r)));
const ratios = fc.array(ratio, { minLength: 1, maxLength: 30 }).map((values) => Float32Array.from(values));

describe('calibration', () => {
  it('separates what can be separated, wherever it lies', () => {
    for (const factor of [1e-6, 1, 1e6]) {
      const regular = Float32Array.of(0.2, 0.5, 0.9).map((r) => r * factor);
      const abnormal = Float32Array.of(1.1, 7, 9).map((r) => r * factor);
      expect(figures(regular, abnormal, calibrate({ regular, abnormal })).accuracy).toBe(1);
    }
  });

  it('takes the most sensitive of the scales that reach about 95 % confidence, for kinds of anomaly not seen yet', () => {
    const regular = Float32Array.of(0.4, 0.5, 0.6);
    const abnormal = Float32Array.of(900, 1000);
    const calibration = calibrate({ regular, abnormal });
    expect(figures(regular, abnormal, calibration).confidence).toBeGreaterThan(0.93);
    expect(figures(regular, abnormal, calibration).confidence).toBeLessThan(0.97);
    // a line seven times as far as the regular ones is caught, though all abnormal lines lie 1000 times as far
    expect(similarities(Float32Array.of(4.2), calibration)[0]).toBeLessThan(90);
  });

  it('finds the balanced accuracy of the best of all thresholds, to the last bit of the ratios', () => {
    fc.assert(
      fc.property(ratios, ratios, (regular, abnormal) => {
        const found = figures(regular, abnormal, calibrate({ regular, abnormal })).accuracy;
        const below = (of: Float32Array, cut: number) => of.filter((r) => r <= cut).length / of.length;
        const best = [...regular, ...abnormal].map(
          (cut) => (below(regular, cut) + 1 - below(abnormal, cut)) / 2,
        );
        expect(found).toBeCloseTo(Math.max(...best), 12);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it('never takes less confidence than scales of the same accuracy tried at random give', () => {
    fc.assert(
      fc.property(
        ratios,
        ratios,
        fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { maxLength: 40 }),
        (regular, abnormal, logs) => {
          const found = figures(regular, abnormal, calibrate({ regular, abnormal }));
          for (const log of logs) {
            const other = figures(regular, abnormal, { scale: Math.fround(10 ** log), width: 2 });
            // the scales tried lie on a grid of 40 within an interval: allow what one step may cost
            if (other.accuracy >= found.accuracy)
              expect(Math.min(0.95, other.confidence)).toBeLessThan(found.confidence + 0.1);
          }
        },
      ),
      { seed: 5, numRuns: 100 },
    );
  });

  it('leaves the scale at 1 when there is nothing abnormal', () => {
    expect(calibrate({ regular: Float32Array.of(1, 2), abnormal: new Float32Array(0) })).toEqual({
      scale: 1,
      width: 2,
    });
  });
});
