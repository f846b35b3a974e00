import { dirname, relative } from 'node:path';
import type { ClassificationLibrary } from '../engine/classification/library.ts';
import { buildClassifier, type ClassSplit } from '../engine/classification/search/build-classifier.ts';
import {
  asSelection,
  type ClassData,
  type ClassEvaluation,
} from '../engine/classification/search/evaluate.ts';
import {
  compareClassifiers,
  type PricedClassifier,
  type RankedClassifier,
  searchClassifiers,
} from '../engine/classification/search/search.ts';
import type { Dataset } from '../engine/dataset/dataset.ts';
import { selectionLines, splitLabel } from '../engine/dataset/split.ts';
import type { SearchLimits } from '../engine/search/search.ts';
import { NeaiError } from '../shared/errors.ts';
import { chooseWinner, limitsText, type MeasuredLibrary, type MeasureLibrary } from './choose-winner.ts';
import { engineCodeHash } from './engine-code.ts';
import { KeptEvaluations } from './kept-evaluations.ts';
import { readDataset } from './read-dataset.ts';
import { DEFAULT_SEED, defaultWorkers } from './run-search.ts';
import { JOURNAL_FORMAT, type JournalHeader, SearchJournal } from './search-journal.ts';
import { SearchPool } from './search-pool.ts';
import { type EverySecond, everySecond, SearchWatch } from './search-watch.ts';

export const DEFAULT_CLASS_EVALUATIONS = 200;
const WORKER_FILE = new URL('./class-search-worker.ts', import.meta.url);

/** Files of one class, in their order. */
export interface ClassFiles {
  readonly name: string;
  readonly files: readonly string[];
}

export interface RunClassSearchOptions {
  /** At least two. */
  readonly classes: readonly ClassFiles[];
  readonly axes: number;
  /** Budget: candidates to train and score; default 200. */
  readonly evaluations?: number;
  readonly seed?: number;
  /** Worker threads; default all cores but one. The outcome does not depend on it. */
  readonly workers?: number;
  /** What the library may cost: RAM before training, all of it once a library is compiled. */
  readonly limits?: SearchLimits;
  /** Compiles a library for the limits' core and measures it, where a compiler is there. */
  readonly measure?: MeasureLibrary<ClassificationLibrary>;
  /** Where finished evaluations are kept, and whether to go on from those that are there. */
  readonly journal?: { readonly file: string; readonly resume: boolean };
  /** Handed the best so far, each second in which there is a better one. */
  readonly onBest?: (library: ClassificationLibrary) => void;
  /** The beat of the heart; one a second. */
  readonly everySecond?: EverySecond;
}

export interface ClassSearchProgress {
  /** Candidates finished, those of earlier processes among them. */
  readonly evaluations: number;
  readonly budget: number;
  /** Candidates a second of this process. */
  readonly rate: number;
  /** Best so far; figures are cross-validated. Undefined until there is one. */
  readonly best: RankedClassifier | undefined;
}

export interface ClassSearchOutcome {
  readonly library: ClassificationLibrary;
  readonly classes: readonly ClassSplit[];
  /** All candidates evaluated, best first. */
  readonly ranked: readonly RankedClassifier[];
  readonly winner: RankedClassifier;
  /** Of the compiled library; null where nothing compiled it. */
  readonly measured: MeasuredLibrary | null;
  readonly evaluations: number;
  /** Candidates that an earlier process had evaluated. */
  readonly resumedEvaluations: number;
  /** True when the signal ended the search before its budget: the library is the best until then. */
  readonly interrupted: boolean;
  /** Of all processes that worked on it. */
  readonly elapsedSeconds: number;
}

/**
 * Searches a classifier on the first three quarters of each class's lines. The same files, seed and budget give the same
 * library for any number of workers and interruptions; an interruption keeps the best so far.
 * @param onProgress called with each finished candidate and each second
 * @throws SIGNAL_…, SEARCH_NO_LIBRARY, SEARCH_STALLED, SEARCH_WORKER_FAILED, SEARCH_RESUME_REFUSED,
 * SEARCH_JOURNAL_DAMAGED, INTERRUPTED before there is any
 */
export async function runClassSearch(
  options: RunClassSearchOptions,
  onProgress: (progress: ClassSearchProgress) => void = () => {},
  signal?: AbortSignal,
): Promise<ClassSearchOutcome> {
  const { evaluations: budget = DEFAULT_CLASS_EVALUATIONS, seed = DEFAULT_SEED, limits = {} } = options;
  const classes = await readClasses(options);
  const data = dataOf(classes, options.axes);
  const journal = openJournal(options, classes, { budget, seed });
  const startedMs = performance.now();
  const elapsed = (): number => (performance.now() - startedMs) / 1000;
  const workers = options.workers ?? defaultWorkers();
  const pool = new SearchPool<ClassEvaluation>(asSelection(data), workers, WORKER_FILE);
  const watch = new SearchWatch();
  let best: RankedClassifier | undefined;
  let shown: RankedClassifier | undefined;
  const kept = new KeptEvaluations<PricedClassifier, ClassEvaluation>({
    ...{ pool, watch, journal, signal, elapsed },
    onFinished(priced, evaluation) {
      const found = { ...priced, evaluation };
      if (best === undefined || compareClassifiers(found, best) < 0) best = found;
      report();
    },
  });
  const report = (): void => {
    const rate = (kept.finished - kept.resumed) / Math.max(elapsed(), 0.001);
    onProgress({ evaluations: kept.finished, budget, rate, best });
  };
  const build = (winner: RankedClassifier): { library: ClassificationLibrary } => ({
    library: buildClassifier({ winner, data, classes, seed, budget, evaluations: kept.finished }),
  });
  const stopBeating = (options.everySecond ?? everySecond)(() => {
    try {
      journal?.flush();
      if (best !== undefined && best !== shown) options.onBest?.(build(best).library);
      shown = best;
      report();
      watch.beat(pool.inWork);
    } catch (error) {
      // thrown in a timer it would end the process without a word
      watch.giveUp(error);
    }
  });
  let ranked: RankedClassifier[];
  try {
    const { maxRamBytes } = limits;
    const about = { shape: data.shape, classes: classes.length, evaluations: budget, seed };
    ranked = await searchClassifiers(
      { ...about, ...(maxRamBytes === undefined ? {} : { maxRamBytes }) },
      (batch) => kept.evaluate(batch),
    );
  } finally {
    stopBeating();
    await pool.close();
    journal?.close();
  }
  if (ranked.length === 0) {
    signal?.throwIfAborted();
    throw new NeaiError('SEARCH_NO_LIBRARY', 'no candidate fits these files and limits', {
      asked: limitsText(limits),
      got: `${options.axes} axes, ${data.shape.length} samples`,
    });
  }
  return {
    ...(await chooseWinner(ranked, limits, options.measure, build)),
    classes,
    ranked,
    evaluations: kept.finished,
    resumedEvaluations: kept.resumed,
    interrupted: signal?.aborted ?? false,
    elapsedSeconds: (journal?.secondsBefore ?? 0) + elapsed(),
  };
}

async function readClasses({ classes: named, axes }: RunClassSearchOptions): Promise<ClassSplit[]> {
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
  return classes;
}

/** The selection part, in memory that threads share. */
function dataOf(classes: readonly ClassSplit[], axes: number): ClassData {
  const valuesPerLine = classes[0]!.split.datasets[0]!.valuesPerLine;
  return {
    shape: { axes, length: valuesPerLine / axes },
    classes: classes.map(({ name, split }) => {
      const lines = selectionLines(split);
      const signals = new Float32Array(new SharedArrayBuffer(4 * lines.length * valuesPerLine));
      lines.forEach(({ signal }, i) => {
        signals.set(signal, i * valuesPerLine);
      });
      return { name, signals, overlapLines: split.firstHeldOut - split.selectionCount };
    }),
  };
}

function openJournal(
  { journal, axes, limits = {} }: RunClassSearchOptions,
  classes: readonly ClassSplit[],
  { budget, seed }: { budget: number; seed: number },
): SearchJournal<ClassEvaluation> | undefined {
  if (journal === undefined) return undefined;
  const { file, resume } = journal;
  const header: JournalHeader = {
    ...JOURNAL_FORMAT,
    code: engineCodeHash(),
    axes,
    budget,
    seed,
    core: limits.core ?? null,
    maxRamBytes: limits.maxRamBytes ?? null,
    maxFlashBytes: limits.maxFlashBytes ?? null,
    files: classes.flatMap(({ name, split }) =>
      split.datasets.map(({ path, sha256 }) => ({
        couple: name,
        label: 'class' as const,
        path: relative(dirname(file), path),
        sha256,
      })),
    ),
  };
  return resume
    ? SearchJournal.resume<ClassEvaluation>(file, header)
    : SearchJournal.create<ClassEvaluation>(file, header);
}
