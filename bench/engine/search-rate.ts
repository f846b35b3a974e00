import { performance } from 'node:perf_hooks';
import type { Evaluation } from '../../src/engine/search/evaluate.ts';
import { searchCandidates } from '../../src/engine/search/search.ts';
import { DEFAULT_EVALUATIONS, DEFAULT_SEED } from '../../src/studio/run-search.ts';
import { readSearchData } from '../../src/studio/search-data.ts';
import { SearchPool } from '../../src/studio/search-pool.ts';
import type { BenchSet } from './sets.ts';

/** A search takes a third of a second here: several of them, after compilers have done with the code of all workers. */
const WARM_UP_SEARCHES = 3;
const SEARCHES_OF_A_RATE = 4;

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
  let finished = 0;
  const search = async (): Promise<void> => {
    const count = (_position: number, evaluation: Evaluation): void => {
      if (evaluation.stoppedEarly !== true) finished++;
    };
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
  };
  const rate = async (): Promise<number> => {
    finished = 0;
    const startedMs = performance.now();
    for (let turn = 0; turn < SEARCHES_OF_A_RATE; turn++) await search();
    return finished / ((performance.now() - startedMs) / 1000);
  };
  for (let turn = 0; turn < WARM_UP_SEARCHES; turn++) await search();
  return { rate, close: () => pool.close() };
}
