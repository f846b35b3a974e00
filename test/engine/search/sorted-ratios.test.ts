import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaUnderCurve } from '../../../src/engine/metrics/metrics.ts';
import { BLOCKS, blockRange } from '../../../src/engine/search/folds.ts';
import { areaOfRatios, bestBalancedAccuracy, sortFolds } from '../../../src/engine/search/sorted-ratios.ts';

const ratio = fc.oneof(fc.constantFrom(0, 1, 2), fc.float({ min: 0, max: 100, noNaN: true }).map(Math.abs));
const ratios = fc.array(ratio, { minLength: 1, maxLength: 30 }).map((values) => Float32Array.from(values));
const sorted = (values: Iterable<number>): number[] => [...values].sort((a, b) => a - b);

describe('sorted ratios', () => {
  it('leave out the regular and abnormal lines of a block and the abnormal lines seen by its learner', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ regular: ratios, abnormal: ratios }), { minLength: BLOCKS, maxLength: BLOCKS }),
        fc.integer({ min: 0, max: BLOCKS - 1 }),
        (folds, block) => {
          const all = sortFolds([folds]);
          expect([...all.without(null).regular]).toEqual(sorted(folds.flatMap((f) => [...f.regular])));
          const others = folds.filter((_, index) => index !== block);
          const kept = others.flatMap(({ abnormal }) => {
            const { first, end } = blockRange(block, abnormal.length, BLOCKS);
            return [...abnormal.subarray(0, first), ...abnormal.subarray(end)];
          });
          expect([...all.without(block).regular]).toEqual(sorted(others.flatMap((f) => [...f.regular])));
          expect([...all.without(block).abnormal]).toEqual(sorted(kept));
        },
      ),
      { seed: 6, numRuns: 60 },
    );
  });

  it('give the area under the curve and the best balanced accuracy that any threshold reaches', () => {
    fc.assert(
      fc.property(ratios, ratios, (regular, abnormal) => {
        const both = { regular: regular.slice().sort(), abnormal: abnormal.slice().sort() };
        const negated = { regular: regular.map((r) => -r), abnormal: abnormal.map((r) => -r) };
        expect(areaOfRatios(both)).toBeCloseTo(areaUnderCurve(negated)!, 12);
        const share = (of: Float32Array, cut: number) => of.filter((r) => r <= cut).length / of.length;
        const accuracies = [...regular].map((cut) => (share(regular, cut) + 1 - share(abnormal, cut)) / 2);
        expect(bestBalancedAccuracy(both)).toBeCloseTo(Math.max(0.5, ...accuracies), 12);
      }),
      { seed: 7, numRuns: 100 },
    );
  });
});
