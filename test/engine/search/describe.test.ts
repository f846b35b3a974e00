import { describe, expect, it } from 'vitest';
import { describeCandidate, whyItWon } from '../../../src/engine/search/describe.ts';
import type { CoupleFigures } from '../../../src/engine/search/evaluate.ts';
import type { Ranked } from '../../../src/engine/search/ranking.ts';

function ranked(
  index: number,
  accuracy: number,
  confidence: number,
  ramBytes: number,
  model: Ranked['candidate']['model'] = { name: 'diag', params: {} },
): Ranked {
  const figures: CoupleFigures = {
    name: 'couple 1',
    balancedAccuracy: accuracy,
    confidence,
    fittedBalancedAccuracy: accuracy,
    regularAccuracy: accuracy,
    regularMargin: 0.5,
    areaUnderCurve: accuracy,
    standardError: 0.02,
  };
  return {
    index,
    ramBytes,
    candidate: { pipeline: [{ transform: 'time_stats', params: {} }], model },
    evaluation: { ...figures, calibration: { scale: 1, width: 2 }, couples: [figures] },
  };
}

const JOINED = {
  name: 'ensemble',
  params: {
    members: [
      { name: 'loda', params: { bins: 16 }, features: [0, 7] },
      { name: 'diag', params: {}, features: [7, 9] },
    ],
  },
};

describe('a candidate in words', () => {
  it('names blocks side by side, stages in order, parameters and members', () => {
    const blocks = [
      { transform: 'time_stats', params: {} },
      { transform: 'pooled', params: { points: 8 } },
    ];
    expect(
      describeCandidate({
        pipeline: [
          { transform: 'difference', params: {} },
          { transform: 'concat', params: { blocks } },
        ],
        model: JOINED,
      }),
    ).toBe('difference → time_stats + pooled(points 8) → ensemble(loda(bins 16) and diag)');
  });
});

describe('why the winner won', () => {
  it('is balanced accuracy, else confidence, else RAM, else that it came first', () => {
    const best = ranked(3, 0.97, 0.9, 400);
    expect(whyItWon(best, ranked(1, 0.96, 0.99, 100))).toMatch(
      /^Its balanced accuracy of 97\.0 % is before the runner-up's 96\.0 % \(candidate 2, /,
    );
    expect(whyItWon(best, ranked(1, 0.97, 0.85, 100))).toContain(
      'its confidence of 90.0 % is above the 85.0 %',
    );
    expect(whyItWon(best, ranked(9, 0.97, 0.9, 500))).toContain(
      'it needs 400 bytes of RAM and the runner-up 500',
    );
    expect(whyItWon(best, ranked(9, 0.97, 0.9, 400))).toContain('it was tried before');
    expect(whyItWon(best, undefined)).toContain('only candidate');
  });

  it('tells of the standard errors that put joined views before a better single model', () => {
    expect(whyItWon(ranked(3, 0.95, 0.9, 400, JOINED), ranked(1, 0.96, 0.9, 100))).toMatch(
      /^Its balanced accuracy of 95\.0 %, which counts as 99\.0 %, is before the runner-up's 96\.0 % .*two standard errors/,
    );
  });
});
