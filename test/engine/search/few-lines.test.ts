import { describe, expect, it } from 'vitest';
import type { SelectionData } from '../../../src/engine/search/evaluate.ts';
import { fewestLines, learnsAtMost } from '../../../src/engine/search/few-lines.ts';

const dataOf = (couples: readonly { lines: number; overlapLines: number }[]): SelectionData => ({
  shape: { axes: 2, length: 4 },
  couples: couples.map(({ lines, overlapLines }, i) => ({
    name: String(i),
    regular: new Float32Array(8 * lines),
    abnormal: new Float32Array(0),
    overlapLines,
  })),
});

describe('few lines', () => {
  it('leave the learner of the largest block one learn less than what may be asked for', () => {
    // 15 lines in blocks of 3 or 4: 11 are learned beside the largest
    expect(learnsAtMost(dataOf([{ lines: 15, overlapLines: 0 }]))).toBe(12);
    expect(learnsAtMost(dataOf([{ lines: 15, overlapLines: 1 }]))).toBe(10);
  });

  it('count for the couple that has the fewest', () => {
    const data = dataOf([
      { lines: 300, overlapLines: 0 },
      { lines: 16, overlapLines: 0 },
    ]);
    expect([fewestLines(data), learnsAtMost(data)]).toEqual([16, 13]);
  });
});
