import { performance } from 'node:perf_hooks';
import type { Evaluation } from '../../src/engine/search/evaluate.ts';
import { searchCandidates } from '../../src/engine/search/search.ts';
import { DEFAULT_EVALUATIONS, DEFAULT_SEED } from '../../src/studio/run-search.ts';
import { readSearchData } from '../../src/studio/search-data.ts';
import { SearchPool } from '../../src/studio/search-pool.ts';
import type { BenchSet } from './sets.ts';

/** A default search that can be run again and again by the same workers, so that they are warm. */
export interface SearchRunner {
  /** Candidates finished a second; those stopped early do not count. */
  rate(): Promise<number>;
  close(): Promise<void>;
}

export async function startSearches(set: BenchSet, workers: number): Promise<SearchRunner> {
  const { files, shape, name } = set;
  const couple = { name, regular: [files.regular], abnormal: [files.abnormal] };
  const { selection } = await readSearchData([couple], shape.axes);
  const pool = new SearchPool(selection, workers);
  const run = async (): Promise<number> => {
    let finished = 0;
    const count = (_position: number, evaluation: Evaluation): void => {
      if (evaluation.stoppedEarly !== true) finished++;
    };
    const startedMs = performance.now();
    await searchCandidates(
      { shape, evaluations: DEFAULT_EVALUATIONS, seed: DEFAULT_SEED },
      (batch, stopBelow) =>
        pool.evaluate(
          batch.map(({ candidate }) => candidate),
          undefined,
          count,
          stopBelow,
        ),
    );
    return finished / ((performance.now() - startedMs) / 1000);
  };
  await run();
  return { rate: run, close: () => pool.close() };
}
