import { describe, expect, it } from 'vitest';
import { createLibrary } from '../../src/engine/library.ts';
import type { Ranked } from '../../src/engine/search/ranking.ts';
import { chooseWinner } from '../../src/studio/choose-winner.ts';

const ranked = (index: number): Ranked => ({
  index,
  ramBytes: 100,
  candidate: { pipeline: [], model: { name: 'diag', params: { index } } },
  evaluation: {
    balancedAccuracy: 1,
    confidence: 1,
    fittedBalancedAccuracy: 1,
    regularAccuracy: 1,
    regularMargin: 1,
    areaUnderCurve: 1,
    standardError: 0,
    calibration: { scale: 1, width: 2 },
    couples: [],
  },
});

const library = (index: number) =>
  createLibrary(
    {
      format: 'neai-library',
      formatVersion: 1,
      kind: 'anomaly-detection',
      axes: 1,
      bufferSize: 8 + index,
      pipeline: [{ transform: 'difference', params: {} }],
      model: { name: 'diag', params: {} },
      calibration: { scale: '3f800000', width: '40000000' },
      detectFloor: 20,
      minimumLearningIterations: 20,
    },
    null,
  );
const build = ({ index }: Ranked) => ({ library: library(index), learning: [] });
const limits = { core: 'cortex-m4', maxRamBytes: 300, maxFlashBytes: 2000 } as const;

describe('the winner of a search', () => {
  it('is the best whose compiled library keeps within the limits, whatever was estimated', async () => {
    const sizes = [
      { ramBytes: 301, flashBytes: 1000 },
      { ramBytes: 200, flashBytes: 2001 },
      { ramBytes: 300, flashBytes: 2000 },
      { ramBytes: 1, flashBytes: 1 },
    ];
    const measure = async ({ bufferSize }: { bufferSize: number }) => sizes[bufferSize - 8]!;
    const chosen = await chooseWinner([0, 1, 2, 3].map(ranked), limits, measure, build);
    expect(chosen.winner.index).toBe(2);
    expect(chosen.measured).toEqual(sizes[2]);
  });

  it('is the best estimated where there is no compiler', async () => {
    const chosen = await chooseWinner([ranked(0), ranked(1)], limits, async () => null, build);
    expect(chosen).toMatchObject({ winner: { index: 0 }, measured: null });
  });

  it('does not exist when every library is over a limit, and the sizes are told', async () => {
    const measure = async () => ({ ramBytes: 400, flashBytes: 100 });
    await expect(chooseWinner([ranked(0)], limits, measure, build)).rejects.toMatchObject({
      code: 'SEARCH_NO_LIBRARY',
      details: { got: 'diag: 400 bytes of RAM, 100 of flash' },
    });
  });
});
