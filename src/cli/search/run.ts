import { compareSplits } from '../../engine/dataset/inspect/compare-labels.ts';
import {
  type RunSearchOptions,
  runSearch,
  type SearchOutcome,
  type SearchProgress,
} from '../../studio/run-search.ts';
import { type Progress, printRemark, startProgress } from '../output.ts';
import { percent } from './text.ts';

/** The progress line is rewritten this often at most. */
const REDRAW_MS = 100;

/** Runs the search with progress on standard error; warnings about the files are said there too. */
export async function searchWithProgress(
  options: RunSearchOptions,
  signal: AbortSignal,
): Promise<SearchOutcome> {
  const { search } = await withProgress(async (onProgress) => ({
    search: await runSearch(options, onProgress, signal),
  }));
  return search;
}

/** Shows the progress of whatever searches, and then what there is to say of the outcome. */
export async function withProgress<T extends { readonly search: SearchOutcome }>(
  run: (onProgress: (state: SearchProgress) => void) => Promise<T>,
): Promise<T> {
  const progress = startProgress('search');
  let drawnMs = Number.NEGATIVE_INFINITY;
  let done: T;
  try {
    done = await run((state) => {
      const last = state.evaluations === state.budget;
      if (!last && performance.now() < drawnMs + REDRAW_MS) return;
      drawnMs = performance.now();
      showProgress(progress, state);
    });
  } finally {
    progress.end();
  }
  for (const remark of remarksOn(done.search)) printRemark(remark);
  return done;
}

function showProgress(
  progress: Progress,
  { evaluations, budget, rate, secondsLeft, best }: SearchProgress,
): void {
  const left = secondsLeft === null ? '' : `, ${duration(secondsLeft)} left`;
  const text = `${evaluations}/${budget} (${rate.toFixed(0)}/s${left})`;
  progress.update(evaluations / budget, best === undefined ? text : `${text} best: ${indicators(best)}`);
}

function indicators({ evaluation, ramBytes }: NonNullable<SearchProgress['best']>): string {
  const { balancedAccuracy, confidence, regularAccuracy, couples } = evaluation;
  const worst = couples.length > 1 ? `worst of ${couples.length} couples ` : '';
  const figures =
    balancedAccuracy === null || confidence === null
      ? `regular ${percent(regularAccuracy)}`
      : `accuracy ${percent(balancedAccuracy)}, confidence ${percent(confidence)}`;
  return `${worst}${figures}, ${ramBytes} bytes`;
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.ceil(whole / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function remarksOn({ couples, library, interrupted, resumedEvaluations }: SearchOutcome): string[] {
  const remarks: string[] = [];
  if (resumedEvaluations > 0) remarks.push(`gone on from ${resumedEvaluations} evaluations that were there`);
  for (const split of couples.flatMap(({ regular, abnormal }) => [regular, abnormal])) {
    for (const { path, findings } of split.datasets) {
      for (const { level, kind, message } of findings) {
        if (level !== 'note') remarks.push(`${path}: ${level} ${kind}: ${message}`);
      }
    }
    if (
      split.linesInFiles > split.lines.length &&
      split.datasets.every(({ subset }) => subset === undefined)
    ) {
      remarks.push(
        `${split.label} files have ${split.linesInFiles} lines together: the search works on an ordered subset of ${split.lines.length}`,
      );
    }
    if (split.overlapSamples === 0) continue;
    const dropped = split.firstHeldOut - split.selectionCount;
    remarks.push(
      `${split.label} lines overlap by ${split.overlapSamples} samples: ${dropped} selection lines dropped as a gap`,
    );
  }
  for (const { regular, abnormal } of couples) {
    for (const { level, kind, message } of compareSplits(regular, abnormal, library.axes)) {
      remarks.push(`${level} ${kind}: ${message}`);
    }
  }
  if (library.search?.scores['thresholdCalibrated'] === false) {
    const given = couples.some(({ abnormal }) => abnormal.lines.length > 0);
    const missing = given ? 'no abnormal line is left to select on' : 'no abnormal file';
    remarks.push(`${missing}: the threshold is uncalibrated`);
  }
  if (interrupted) remarks.push('interrupted: the library is the best until then');
  return remarks;
}
