import { availableParallelism } from 'node:os';
import { dirname, relative } from 'node:path';
import type { Library } from '../engine/library.ts';
import {
  buildLibrary,
  type CoupleSplit,
  draftLibrary,
  type SearchResult,
  searchRecord,
} from '../engine/search/build-library.ts';
import type { Evaluation } from '../engine/search/evaluate.ts';
import { fewestLines, learnsAtMost } from '../engine/search/few-lines.ts';
import { learnCouples } from '../engine/search/learn-couples.ts';
import type { CoupleLearning } from '../engine/search/learning-curve.ts';
import { compareRanked, type Priced, type Ranked } from '../engine/search/ranking.ts';
import { type SearchLimits, searchCandidates, smallestCosts } from '../engine/search/search.ts';
import { NeaiError } from '../shared/errors.ts';
import { chooseWinner, limitsText, type MeasuredLibrary, type MeasureLibrary } from './choose-winner.ts';
import { engineCodeHash } from './engine-code.ts';
import { KeptEvaluations } from './kept-evaluations.ts';
import { type CoupleFiles, readSearchData, type SearchData } from './search-data.ts';
import { JOURNAL_FORMAT, type JournalHeader, SearchJournal } from './search-journal.ts';
import { SearchPool } from './search-pool.ts';
import { type EverySecond, everySecond, SearchWatch } from './search-watch.ts';

export type { CoupleFiles } from './search-data.ts';

export const DEFAULT_EVALUATIONS = 300;
export const DEFAULT_SEED = 1;

/** All cores but one: the computer stays usable. */
export const defaultWorkers = (): number => Math.max(1, availableParallelism() - 1);

export interface RunSearchOptions {
  /** At least one. */
  readonly couples: readonly CoupleFiles[];
  readonly axes: number;
  /** Budget; default 300. */
  readonly evaluations?: number;
  readonly seed?: number;
  /** Worker threads; default all cores but one. The outcome does not depend on it. */
  readonly workers?: number;
  /** What the library may cost; flash is priced for its core. */
  readonly limits?: SearchLimits;
  /** Compiles a library for that core and measures it, where a compiler is there. */
  readonly measure?: MeasureLibrary;
  /** Where finished evaluations are kept, and whether to go on from those that are there. */
  readonly journal?: { readonly file: string; readonly resume: boolean };
  /** Handed the best so far as a library to try, each second in which there is a better one. */
  readonly onBest?: (library: Library) => void;
  /** The beat of the heart; one a second. */
  readonly everySecond?: EverySecond;
  /** For tests of what goes wrong in workers. */
  readonly workerFile?: URL;
}

export interface SearchProgress {
  /** Candidates finished, those of earlier processes among them. */
  readonly evaluations: number;
  readonly budget: number;
  /** Of this process. */
  readonly elapsedSeconds: number;
  /** Candidates a second of this process. */
  readonly rate: number;
  /** Null until the first candidate of this process is done. */
  readonly secondsLeft: number | null;
  /** Best so far; figures are cross-validated. Undefined until there is one. */
  readonly best: Ranked | undefined;
}

export interface SearchOutcome extends SearchResult {
  readonly library: Library;
  /** How the library learns, couple by couple. */
  readonly learning: readonly CoupleLearning[];
  readonly maxRamBytes: number | undefined;
  /** Of the compiled library; null where nothing compiled it. */
  readonly measured: MeasuredLibrary | null;
  /** All candidates evaluated, best first. */
  readonly ranked: readonly Ranked[];
  /** Candidates that an earlier process had evaluated. */
  readonly resumedEvaluations: number;
  /** True when the signal ended the search before its budget: the library is the best until then. */
  readonly interrupted: boolean;
  /** Of all processes that worked on it. */
  readonly elapsedSeconds: number;
}

/**
 * Searches a library on the selection part of the files. The same files, seed and budget give the same library for any
 * number of workers and interruptions; an interruption keeps the best so far.
 * @param onProgress called with each finished candidate and each second
 * @throws SEARCH_STALLED, SEARCH_WORKER_FAILED, SEARCH_NO_LIBRARY, SEARCH_RESUME_REFUSED, SEARCH_JOURNAL_DAMAGED
 */
export async function runSearch(
  options: RunSearchOptions,
  onProgress: (progress: SearchProgress) => void = () => {},
  signal?: AbortSignal,
): Promise<SearchOutcome> {
  const { evaluations: budget = DEFAULT_EVALUATIONS, seed = DEFAULT_SEED, limits = {} } = options;
  const data = await readSearchData(options.couples, options.axes);
  const journal = openJournal(options, data.couples, { budget, seed });
  const startedMs = performance.now();
  const elapsed = (): number => (performance.now() - startedMs) / 1000;
  const pool = new SearchPool(data.selection, options.workers ?? defaultWorkers(), options.workerFile);
  const watch = new SearchWatch();
  let best: Ranked | undefined;
  const kept = new KeptEvaluations<Priced, Evaluation>({
    ...{ pool, watch, journal, signal, elapsed },
    onFinished(priced, evaluation) {
      const found: Ranked = { ...priced, evaluation };
      if (best === undefined || compareRanked(found, best) < 0) best = found;
      report();
    },
  });
  const report = (): void => {
    const [seconds, evaluations] = [elapsed(), kept.finished];
    const fresh = evaluations - kept.resumed;
    const secondsLeft = fresh === 0 ? null : ((budget - evaluations) * seconds) / fresh;
    const rate = fresh / Math.max(seconds, 0.001);
    onProgress({ evaluations, budget, elapsedSeconds: seconds, rate, secondsLeft, best });
  };

  const showBest = bestShower(options.onBest, data, { seed, budget });
  const stopBeating = (options.everySecond ?? everySecond)(() => {
    try {
      journal?.flush();
      showBest(best, kept.finished);
      report();
      watch.beat(pool.inWork);
    } catch (error) {
      // a full disk, for one: thrown in a timer it would end the process without a word
      watch.giveUp(error);
    }
  });
  let ranked: Ranked[];
  try {
    const { shape } = data.selection;
    ranked = await searchCandidates(
      { shape, evaluations: budget, seed, limits, learns: learnsAtMost(data.selection) },
      (batch, stopBelow) => kept.evaluate(batch, stopBelow),
    );
  } finally {
    stopBeating();
    await pool.close();
    journal?.close();
  }
  if (ranked.length === 0) {
    signal?.throwIfAborted();
    throw nothingFits(data.selection, limits);
  }
  const evaluations = kept.finished;
  const about = { data: data.selection, couples: data.couples, seed, budget, evaluations };
  const chosen = await chooseWinner(ranked, limits, options.measure, (winner) => {
    const learning = learnCouples(winner, data.selection, data.couples);
    return { library: buildLibrary({ ...about, winner }, learning), learning };
  });
  return {
    ...about,
    ...chosen,
    maxRamBytes: limits.maxRamBytes,
    ranked,
    resumedEvaluations: kept.resumed,
    interrupted: signal?.aborted ?? false,
    elapsedSeconds: (journal?.secondsBefore ?? 0) + elapsed(),
  };
}

/** Why not even one candidate was fitted: a limit that nothing keeps, or too few lines. */
function nothingFits(selection: SearchData['selection'], limits: SearchLimits): NeaiError {
  const { shape } = selection;
  const { maxRamBytes = Number.POSITIVE_INFINITY, maxFlashBytes = Number.POSITIVE_INFINITY, core } = limits;
  const { ramBytes, flashBytes } = smallestCosts(shape, core);
  const tooTight = ramBytes > maxRamBytes || (flashBytes ?? 0) > maxFlashBytes;
  const least = `the smallest candidate takes ${ramBytes} bytes of RAM${flashBytes === null ? '' : `, the one with the least code ${flashBytes} bytes of flash`}`;
  const lines = `${fewestLines(selection)} regular lines to select on`;
  return new NeaiError('SEARCH_NO_LIBRARY', 'no candidate fits these files and limits', {
    asked: limitsText(limits),
    got: `${shape.axes} axes, ${shape.length} samples, ${tooTight ? least : lines}`,
    remedy: tooTight
      ? 'Raise the limit, or record a smaller buffer.'
      : 'Give more regular lines. Lines that overlap (the end of one is the beginning of the next) leave gaps: cut the recording without overlap.',
  });
}

/** Makes a library of the best so far whenever that is a better one than at the last call. */
function bestShower(
  onBest: RunSearchOptions['onBest'],
  { couples, selection }: SearchData,
  { seed, budget }: { seed: number; budget: number },
): (best: Ranked | undefined, evaluations: number) => void {
  let shown: Ranked | undefined;
  let record: ReturnType<typeof searchRecord> | undefined;
  return (best, evaluations) => {
    if (onBest === undefined || best === undefined || best === shown) return;
    shown = best;
    record ??= searchRecord({ couples, seed, budget, evaluations });
    onBest(draftLibrary(best, selection, { ...record, evaluations }));
  };
}

function openJournal(
  { journal, axes, limits = {} }: RunSearchOptions,
  couples: SearchData['couples'],
  { budget, seed }: { budget: number; seed: number },
): SearchJournal | undefined {
  if (journal === undefined) return undefined;
  const header: JournalHeader = {
    ...JOURNAL_FORMAT,
    code: engineCodeHash(),
    axes,
    budget,
    seed,
    core: limits.core ?? null,
    maxRamBytes: limits.maxRamBytes ?? null,
    maxFlashBytes: limits.maxFlashBytes ?? null,
    files: couples.flatMap((couple) => journalFiles(couple, dirname(journal.file))),
  };
  return journal.resume
    ? SearchJournal.resume(journal.file, header)
    : SearchJournal.create(journal.file, header);
}

const journalFiles = ({ name, regular, abnormal }: CoupleSplit, folder: string): JournalHeader['files'] =>
  [regular, abnormal].flatMap(({ label, datasets }) =>
    datasets.map(({ path, sha256 }) => ({ couple: name, label, path: relative(folder, path), sha256 })),
  );
