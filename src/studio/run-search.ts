import { availableParallelism } from 'node:os';
import type { Dataset } from '../engine/dataset/dataset.ts';
import { type LabelSplit, type LineReference, selectionLines, splitLabel } from '../engine/dataset/split.ts';
import type { Library } from '../engine/library.ts';
import { buildLibrary } from '../engine/search/build-library.ts';
import type { SelectionData } from '../engine/search/evaluate.ts';
import { compareRanked, type Ranked } from '../engine/search/ranking.ts';
import { searchCandidates } from '../engine/search/search.ts';
import { NeaiError } from '../shared/errors.ts';
import { readDataset } from './read-dataset.ts';
import { SearchPool } from './search-pool.ts';

export const DEFAULT_EVALUATIONS = 300;
export const DEFAULT_SEED = 1;

export interface RunSearchOptions {
  readonly regular: readonly string[];
  /** May be empty: then the threshold is uncalibrated. */
  readonly abnormal: readonly string[];
  readonly axes: number;
  /** Budget; default 300. */
  readonly evaluations?: number;
  readonly seed?: number;
  /** Worker threads; default one a core. The outcome does not depend on it. */
  readonly workers?: number;
  readonly maxRamBytes?: number;
}

export interface SearchProgress {
  readonly evaluations: number;
  readonly budget: number;
  readonly elapsedSeconds: number;
  /** Best so far; figures are cross-validated. */
  readonly best: Ranked;
}

export interface SearchOutcome {
  readonly library: Library;
  readonly datasets: { readonly regular: readonly Dataset[]; readonly abnormal: readonly Dataset[] };
  readonly split: { readonly regular: LabelSplit; readonly abnormal: LabelSplit };
  readonly evaluations: number;
  /** True when the signal ended the search before its budget: the library is the best until then. */
  readonly interrupted: boolean;
  readonly elapsedSeconds: number;
}

/**
 * Searches a library on the selection part of the files. The same files, seed and budget give the same library for any
 * number of workers; an interruption keeps the best so far.
 */
export async function runSearch(
  options: RunSearchOptions,
  onProgress: (progress: SearchProgress) => void = () => {},
  signal?: AbortSignal,
): Promise<SearchOutcome> {
  const startedMs = performance.now();
  const elapsedSeconds = (): number => (performance.now() - startedMs) / 1000;
  const { axes, evaluations: budget = DEFAULT_EVALUATIONS, seed = DEFAULT_SEED, maxRamBytes } = options;
  const regularFiles = await readAll(options.regular, axes);
  const abnormalFiles = await readAll(options.abnormal, axes);
  const valuesPerLine = sameValuesPerLine([...regularFiles, ...abnormalFiles]);
  const regular = splitLabel('regular', regularFiles, axes);
  const abnormal = splitLabel('abnormal', abnormalFiles, axes);
  const shape = { axes, length: valuesPerLine / axes };
  const data: SelectionData = {
    shape,
    couples: [
      {
        name: 'couple 1',
        regular: concatenate(selectionLines(regular), valuesPerLine),
        abnormal: concatenate(selectionLines(abnormal), valuesPerLine),
        overlapLines: regular.firstHeldOut - regular.selectionCount,
      },
    ],
  };

  const pool = new SearchPool(data, options.workers ?? availableParallelism());
  let evaluations = 0;
  let best: Ranked | undefined;
  let ranked: Ranked[];
  try {
    const limits = maxRamBytes === undefined ? {} : { maxRamBytes };
    ranked = await searchCandidates({ shape, evaluations: budget, seed, ...limits }, (batch) =>
      pool.evaluate(
        batch.map(({ candidate }) => candidate),
        signal,
        (position, evaluation) => {
          evaluations++;
          const found: Ranked = { ...batch[position]!, evaluation };
          if (best === undefined || compareRanked(found, best) < 0) best = found;
          onProgress({ evaluations, budget, elapsedSeconds: elapsedSeconds(), best });
        },
      ),
    );
  } finally {
    await pool.close();
  }
  const [winner] = ranked;
  if (winner === undefined) {
    signal?.throwIfAborted();
    throw new NeaiError('SEARCH_NO_LIBRARY', 'no candidate fits these files and limits', {
      got: `${axes} axes, ${shape.length} samples${maxRamBytes === undefined ? '' : `, at most ${maxRamBytes} bytes`}`,
    });
  }
  const library = buildLibrary({
    winner,
    data,
    couples: [{ name: 'couple 1', regular, abnormal }],
    seed,
    budget,
    evaluations,
  });
  return {
    library,
    datasets: { regular: regularFiles, abnormal: abnormalFiles },
    split: { regular, abnormal },
    evaluations,
    interrupted: signal?.aborted ?? false,
    elapsedSeconds: elapsedSeconds(),
  };
}

async function readAll(paths: readonly string[], axes: number): Promise<Dataset[]> {
  const datasets: Dataset[] = [];
  for (const path of paths) datasets.push(await readDataset(path, { axes, forSearch: true }));
  return datasets;
}

function sameValuesPerLine(datasets: readonly Dataset[]): number {
  const first = datasets[0]!;
  for (const { path, valuesPerLine, lineNumbers } of datasets) {
    if (valuesPerLine === first.valuesPerLine) continue;
    throw new NeaiError(
      'SIGNAL_WRONG_COUNT',
      `lines have ${valuesPerLine} values instead of ${first.valuesPerLine}`,
      {
        file: path,
        line: lineNumbers[0]!,
        asked: `${first.valuesPerLine} values, as in ${first.path}`,
        got: `${valuesPerLine} values`,
      },
    );
  }
  return first.valuesPerLine;
}

function concatenate(lines: readonly LineReference[], valuesPerLine: number): Float32Array {
  const values = new Float32Array(lines.length * valuesPerLine);
  lines.forEach(({ signal }, i) => {
    values.set(signal, i * valuesPerLine);
  });
  return values;
}
