import { describe, expect, it } from 'vitest';
import { parseConfirmation, startConfirmation } from '../../../src/engine/index.ts';

const verdicts = (text: string, similarities: readonly number[]) => {
  const confirm = startConfirmation(parseConfirmation(text)!, 90);
  return similarities.map((similarity) => confirm(similarity)?.charAt(0) ?? null);
};

describe('confirmation over several signals', () => {
  it('compares the mean of the last n with the threshold, unrounded', () => {
    expect(verdicts('mean:3', [100, 100, 70, 99, 100, 100])).toEqual([null, null, 'n', 'a', 'a', 'n']);
    expect(verdicts('mean:1', [90, 89])).toEqual(['n', 'a']);
    expect(verdicts('mean:2', [90, 89])).toEqual([null, 'a']);
  });

  it('counts k anomalies among the last m, so that one outlier alone says nothing', () => {
    expect(verdicts('2of3', [100, 0, 100, 0, 0, 100, 100])).toEqual([null, null, 'n', 'a', 'a', 'a', 'n']);
  });

  it.each(['', 'mean', 'mean:0', '6of5', '0of3', '3 of 5', 'mean:5000', '3of5x'])(
    'does not understand "%s"',
    (text) => {
      expect(parseConfirmation(text)).toBeNull();
    },
  );
});
