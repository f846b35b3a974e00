import { describe, expect, test } from 'vitest';
import { learnScore, scoreReference } from '../../../src/engine/models/moments.ts';
import { seededRandom } from '../../../src/shared/random.ts';

/** The reference after these scores, in their order. */
function referenceOf(scores: readonly number[]): number {
  const [mean, variance] = [new Float32Array(1), new Float32Array(1)];
  scores.forEach((score, i) => {
    learnScore(mean, variance, Math.fround(score), i + 1);
  });
  return scoreReference(mean[0]!, variance[0]!);
}

const random = seededRandom(2);
const usual = Array.from({ length: 100 }, () => 1 + 0.1 * random.normal());

describe('what scores are measured by', () => {
  test.each([4, 20, 90])('stays within a third when a signal is learned by mistake, the %s-th', (at) => {
    for (const wild of [10, 1000, 2 ** 50]) {
      const [before, after] = [referenceOf(usual), referenceOf(usual.toSpliced(at, 1, wild))];
      expect(after / before).toBeGreaterThan(0.95);
      expect(after / before).toBeLessThan(1.34);
    }
  });

  test('follows scores that stay high, and those that fall', () => {
    const risen = [...usual, ...Array.from({ length: 100 }, () => 10)];
    expect(referenceOf(risen)).toBeGreaterThan(10);
    const fallen = [...usual, ...Array.from({ length: 2000 }, () => 0.1)];
    expect(referenceOf(fallen)).toBeLessThan(1);
  });

  test('finds its height from nothing: a first score of 0 does not hold it down', () => {
    expect(referenceOf([0, ...usual.slice(0, 30)])).toBeGreaterThan(1.2);
    expect(referenceOf([0, 0, 0, 0, ...usual.slice(0, 60)])).toBeGreaterThan(1.2);
  });
});
