import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockOf, contiguousFolds } from '../../../src/engine/search/folds.ts';
import { minimumLearningIterations } from '../../../src/engine/search/learning-curve.ts';

describe('contiguous folds', () => {
  it('test every line once, learn the others in order, and leave out what overlaps with the test', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 200 }),
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: 0, max: 3 }),
        (count, blocks, gap) => {
          const folds = contiguousFolds(count, blocks, gap);
          expect(
            folds.flatMap(({ testFirst, testEnd }) =>
              Array.from({ length: testEnd - testFirst }, (_, i) => testFirst + i),
            ),
          ).toEqual(Array.from({ length: count }, (_, i) => i));
          folds.forEach(({ learn, testFirst, testEnd }, block) => {
            expect(learn).toEqual([...learn].sort((a, b) => a - b));
            for (const line of learn) expect(line < testFirst - gap || line >= testEnd + gap).toBe(true);
            for (let line = testFirst; line < testEnd; line++)
              expect(blockOf(line, count, blocks)).toBe(block);
          });
        },
      ),
      { seed: 2, numRuns: 40 },
    );
  });
});

describe('minimum learning iterations', () => {
  const curve = (...accuracies: number[]) =>
    accuracies.map((balancedAccuracy, i) => ({ learns: 20 * 2 ** i, balancedAccuracy }));

  it('are the smallest prefix from which the curve stays within a point of its end', () => {
    expect(minimumLearningIterations(curve(0.7, 0.8, 0.895, 0.9), 12)).toBe(80);
    expect(minimumLearningIterations(curve(0.9, 0.9, 0.9), 12)).toBe(20);
  });

  it('are not fooled by a curve that dips', () => {
    expect(minimumLearningIterations(curve(0.95, 0.6, 0.9, 0.9), 12)).toBe(80);
  });

  it('never lie below 20 or the floor of the model', () => {
    expect(minimumLearningIterations([{ learns: 15, balancedAccuracy: 1 }], 12)).toBe(20);
    expect(minimumLearningIterations(curve(1, 1), 33)).toBe(33);
  });
});
