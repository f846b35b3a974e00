import { setImmediate } from 'node:timers/promises';
import type { ClassificationLibrary } from '../engine/classification/library.ts';
import { buildClassifier, type ClassSplit } from '../engine/classification/search/build-classifier.ts';
import { type RankedClassifier, searchClasses } from '../engine/classification/search/search.ts';
import type { Dataset } from '../engine/dataset/dataset.ts';
import { selectionLines, splitLabel } from '../engine/dataset/split.ts';
import { NeaiError } from '../shared/errors.ts';
import { readDataset } from './read-dataset.ts';

export const DEFAULT_CLASS_EVALUATIONS = 200;

/** Files of one class, in their order. */
export interface ClassFiles {
  readonly name: string;
  readonly files: readonly string[];
}

export interface RunClassSearchOptions {
  /** At least two. */
  readonly classes: readonly ClassFiles[];
  readonly axes: number;
  /** Budget: candidates to train and score. */
  readonly evaluations: number;
  readonly seed: number;
  readonly maxRamBytes?: number;
}

export interface ClassSearchProgress {
  readonly evaluations: number;
  readonly budget: number;
  readonly elapsedSeconds: number;
  /** Best so far; figures are cross-validated. */
  readonly best: RankedClassifier;
}

export interface ClassSearchOutcome {
  readonly library: ClassificationLibrary;
  readonly classes: readonly ClassSplit[];
  readonly evaluations: number;
  /** True when the signal ended the search before its budget: the library is the best until then. */
  readonly interrupted: boolean;
  readonly elapsedSeconds: number;
}

/**
 * Searches a classifier on the first three quarters of each class's lines. The same files, seed and budget give the same
 * library; an interruption keeps the best so far.
 * @throws SIGNAL_…, SEARCH_NO_LIBRARY, INTERRUPTED before there is any
 */
export async function runClassSearch(
  { classes: named, axes, evaluations: budget, seed, maxRamBytes }: RunClassSearchOptions,
  onProgress: (progress: ClassSearchProgress) => void = () => {},
  signal?: AbortSignal,
): Promise<ClassSearchOutcome> {
  const startedMs = performance.now();
  const elapsedSeconds = (): number => (performance.now() - startedMs) / 1000;
  const classes: ClassSplit[] = [];
  for (const { name, files } of named) {
    const datasets: Dataset[] = [];
    for (const file of files) {
      const { valuesPerLine } = classes[0]?.split.datasets[0] ?? datasets[0] ?? {};
      const shape = { axes, ...(valuesPerLine === undefined ? {} : { valuesPerLine }) };
      datasets.push(await readDataset(file, { ...shape, forSearch: true }));
    }
    // a class is cut as regular signals are: three quarters to select on, the last one held out
    classes.push({ name, split: splitLabel('regular', datasets, axes) });
  }
  const shape = { axes, length: classes[0]!.split.datasets[0]!.valuesPerLine / axes };
  const data = { shape, classes: classes.map((one) => linesOf(one, axes * shape.length)) };

  let evaluations = 0;
  let winner: RankedClassifier | undefined;
  const limits = maxRamBytes === undefined ? {} : { maxRamBytes };
  for (const { done, best } of searchClasses(data, { evaluations: budget, seed, ...limits })) {
    evaluations = done;
    winner = best;
    onProgress({ evaluations, budget, elapsedSeconds: elapsedSeconds(), best });
    if (signal?.aborted) break;
    // lets a Ctrl-C in
    await setImmediate();
  }
  if (winner === undefined) {
    signal?.throwIfAborted();
    const most = maxRamBytes === undefined ? '' : `, at most ${maxRamBytes} bytes`;
    throw new NeaiError('SEARCH_NO_LIBRARY', 'no candidate fits these files and limits', {
      got: `${axes} axes, ${shape.length} samples${most}`,
    });
  }
  const library = buildClassifier({ winner, data, classes, seed, budget, evaluations });
  const interrupted = signal?.aborted ?? false;
  return { library, classes, evaluations, interrupted, elapsedSeconds: elapsedSeconds() };
}

function linesOf({ name, split }: ClassSplit, valuesPerLine: number) {
  const lines = selectionLines(split);
  const signals = new Float32Array(lines.length * valuesPerLine);
  lines.forEach(({ signal }, i) => {
    signals.set(signal, i * valuesPerLine);
  });
  return { name, signals, overlapLines: split.firstHeldOut - split.selectionCount };
}
