import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockOf, contiguousFolds } from '../../../src/engine/search/folds.ts';

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
          folds.forEach(({ learnBefore, learnFrom, testFirst, testEnd }, block) => {
            for (let line = 0; line < count; line++) {
              const learned = line < learnBefore || line >= learnFrom;
              expect(learned).toBe(line < testFirst - gap || line >= testEnd + gap);
            }
            for (let line = testFirst; line < testEnd; line++)
              expect(blockOf(line, count, blocks)).toBe(block);
          });
        },
      ),
      { seed: 2, numRuns: 40 },
    );
  });
});
