import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Library } from '../engine/library.ts';
import { ERROR_CODES } from '../shared/error-codes.ts';
import {
  DEFAULT_EVALUATIONS,
  DEFAULT_SEED,
  runSearch,
  type SearchOutcome,
  type SearchProgress,
} from '../studio/run-search.ts';
import { interrupted } from './interrupt.ts';
import { makeFolder } from './make-folder.ts';
import { wholeNumber } from './options.ts';
import { type Progress, printJson, printLine, printRemark, startProgress } from './output.ts';

interface SearchCommandOptions {
  readonly regular: string[];
  readonly abnormal?: string[];
  readonly axes: number;
  readonly out: string;
  readonly evaluations: number;
  readonly seed: number;
  readonly workers?: number;
  readonly maxRam?: number;
  readonly json?: boolean;
}

/** `neai search`: the best library for these files, written as DIR/library.json. */
export function registerSearch(program: Command): void {
  program
    .command('search')
    .description('search a library on the selection part of signal files')
    .requiredOption('--regular <files...>', 'files of regular signals, in order')
    .option(
      '--abnormal <files...>',
      'files of abnormal signals; without them the threshold stays uncalibrated',
    )
    .requiredOption('--axes <n>', 'number of axes of the sensor', wholeNumber(1, 16))
    .requiredOption('--out <dir>', 'folder for library.json')
    .option('--evaluations <n>', 'budget: candidates to fit and score', wholeNumber(1), DEFAULT_EVALUATIONS)
    .option('--seed <n>', 'seed of the free picks', wholeNumber(0, 0xffffffff), DEFAULT_SEED)
    .option(
      '--workers <n>',
      'worker threads (default: one a core); the result does not depend on it',
      wholeNumber(1, 256),
    )
    .option('--max-ram <bytes>', 'most RAM that the library may need', wholeNumber(1))
    .option('--json', 'print one JSON document')
    .action(async (options: SearchCommandOptions) => {
      const file = join(await makeFolder(options.out), 'library.json');
      const outcome = await searchWithProgress(options, interrupted);
      await writeFile(file, libraryText(outcome.library));
      if (options.json) printJson(searchDocument(outcome, file));
      else for (const line of searchLines(outcome, file)) printLine(line);
      // The best so far is kept, but what was asked for was not done: `neai search … && neai build …` must stop here.
      if (outcome.interrupted) process.exitCode = ERROR_CODES.INTERRUPTED.exitStatus;
    });
}

type SearchRequest = Pick<
  SearchCommandOptions,
  'regular' | 'abnormal' | 'axes' | 'evaluations' | 'seed' | 'workers' | 'maxRam'
>;

/** Runs the search with progress on standard error; warnings about the files are said there too. */
export async function searchWithProgress(
  options: SearchRequest,
  signal: AbortSignal,
): Promise<SearchOutcome> {
  const { regular, abnormal = [], axes, evaluations, seed, workers, maxRam } = options;
  const limits = {
    ...(workers === undefined ? {} : { workers }),
    ...(maxRam === undefined ? {} : { maxRamBytes: maxRam }),
  };
  const progress = startProgress('search');
  try {
    const outcome = await runSearch(
      { regular, abnormal, axes, evaluations, seed, ...limits },
      (state) => showProgress(progress, state),
      signal,
    );
    progress.end();
    for (const remark of remarksOn(outcome)) printRemark(remark);
    return outcome;
  } catch (error) {
    progress.end();
    throw error;
  }
}

function showProgress(
  progress: Progress,
  { evaluations, budget, elapsedSeconds, best }: SearchProgress,
): void {
  const rate = evaluations / Math.max(elapsedSeconds, 0.001);
  const { balancedAccuracy, confidence } = best.evaluation;
  const figures =
    balancedAccuracy === null || confidence === null
      ? `regular ${percent(best.evaluation.regularAccuracy)}`
      : `accuracy ${percent(balancedAccuracy)}, confidence ${percent(confidence)}`;
  const text = `${evaluations}/${budget} (${rate.toFixed(0)}/s) best: ${figures}, ${best.ramBytes} bytes`;
  progress.update(evaluations / budget, text);
}

function remarksOn({ datasets, split, library, interrupted: cut }: SearchOutcome): string[] {
  const remarks: string[] = [];
  for (const { path, findings } of [...datasets.regular, ...datasets.abnormal]) {
    for (const { level, kind, message } of findings) {
      if (level !== 'note') remarks.push(`${path}: ${level} ${kind}: ${message}`);
    }
  }
  for (const { label, overlapSamples, firstHeldOut, selectionCount } of [split.regular, split.abnormal]) {
    if (overlapSamples === 0) continue;
    const dropped = firstHeldOut - selectionCount;
    remarks.push(
      `${label} lines overlap by ${overlapSamples} samples: ${dropped} selection lines dropped as a gap`,
    );
  }
  if (library.search?.scores['thresholdCalibrated'] === false) {
    remarks.push('no abnormal file: the threshold is uncalibrated');
  }
  if (cut) remarks.push('interrupted: the library is the best until then');
  return remarks;
}

/** Text of library.json: readable, and the same bytes for the same library. */
export const libraryText = (library: Library): string => `${JSON.stringify(library, undefined, 2)}\n`;

function searchDocument(outcome: SearchOutcome, file: string) {
  const { library, evaluations, interrupted: cut, elapsedSeconds, split } = outcome;
  const part = ({
    lines,
    selectionCount,
    firstHeldOut,
    overlapSamples,
  }: SearchOutcome['split']['regular']) => ({
    lines: lines.length,
    selected: selectionCount,
    heldOut: lines.length - firstHeldOut,
    overlapSamples,
  });
  return {
    library: file,
    id: library.id,
    pipeline: library.pipeline,
    model: library.model,
    minimumLearningIterations: library.minimumLearningIterations,
    scores: library.search!.scores,
    split: { regular: part(split.regular), abnormal: part(split.abnormal) },
    evaluations,
    budget: library.search!.budget,
    seed: library.search!.seed,
    interrupted: cut,
    seconds: Number(elapsedSeconds.toFixed(3)),
  };
}

interface Figures {
  readonly balancedAccuracy: number | null;
  readonly confidence: number | null;
}

function searchLines(outcome: SearchOutcome, file: string): string[] {
  const { library, evaluations, elapsedSeconds } = outcome;
  const { seed, budget, scores } = library.search!;
  const { crossValidated, heldOut, ramBytes } = scores as unknown as {
    crossValidated: Figures;
    heldOut: Figures;
    ramBytes: number;
  };
  const chain = library.pipeline.map(({ transform }) => transform).join(' → ');
  const row = (name: string, { balancedAccuracy, confidence }: Figures): string =>
    `  ${name.padEnd(16)} balanced accuracy ${percent(balancedAccuracy)}, confidence ${percent(confidence)}`;
  return [
    `library ${library.id}: ${chain} → ${library.model.name}, about ${ramBytes} bytes of RAM`,
    row('cross-validated', crossValidated),
    row('held out', heldOut),
    `  learn at least ${library.minimumLearningIterations} signals`,
    `  ${evaluations} evaluations of a budget of ${budget}, seed ${seed}, ${elapsedSeconds.toFixed(1)} s`,
    file,
  ];
}

const percent = (fraction: number | null): string =>
  fraction === null ? 'not known' : `${(100 * fraction).toFixed(1)} %`;
