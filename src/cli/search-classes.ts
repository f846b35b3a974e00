import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { MOST_CLASSES } from '../engine/classification/library.ts';
import type { ClassFigures } from '../engine/classification/search/figures.ts';
import { ERROR_CODES } from '../shared/error-codes.ts';
import { NeaiError } from '../shared/errors.ts';
import {
  type ClassSearchOutcome,
  type ClassSearchProgress,
  runClassSearch,
} from '../studio/run-class-search.ts';
import { DEFAULT_SEED } from '../studio/run-search.ts';
import { interrupted } from './interrupt.ts';
import { makeFolder } from './make-folder.ts';
import { wholeNumber } from './options.ts';
import { printJson, printLine, printRemark, startProgress } from './output.ts';

const DEFAULT_EVALUATIONS = 200;

interface Class {
  readonly name: string;
  readonly files: readonly string[];
}

interface Options {
  readonly class: readonly Class[];
  readonly axes: number;
  readonly out: string;
  readonly evaluations: number;
  readonly seed: number;
  readonly maxRam?: number;
  readonly json?: boolean;
}

/** `neai search-classes`: the best classifier for these files, written as DIR/library.json. */
export function registerSearchClasses(program: Command): void {
  program
    .command('search-classes')
    .description('search a classification library: static knowledge learned from one file or more a class')
    .requiredOption(
      '--class <NAME=FILE>',
      'one file of a class; repeat it for each class, and for further files of a class',
      addClass,
      [],
    )
    .requiredOption('--axes <n>', 'number of axes of the sensor', wholeNumber(1, 16))
    .requiredOption('--out <dir>', 'folder for library.json')
    .option('--evaluations <n>', 'budget: candidates to train and score', wholeNumber(1), DEFAULT_EVALUATIONS)
    .option('--seed <n>', 'seed of the free picks', wholeNumber(0, 0xffffffff), DEFAULT_SEED)
    .option('--max-ram <bytes>', 'most RAM that the library may need', wholeNumber(1))
    .option('--json', 'print one JSON document')
    .action(search);
}

/** Collects NAME=FILE; ids count in the order in which names come first. */
function addClass(text: string, before: readonly Class[]): readonly Class[] {
  const at = text.indexOf('=');
  const [name, file] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || file === '') throw new InvalidArgumentError('It must be NAME=FILE.');
  if (!before.some((one) => one.name === name)) return [...before, { name, files: [file] }];
  return before.map((one) => (one.name === name ? { name, files: [...one.files, file] } : one));
}

async function search(options: Options): Promise<void> {
  const { class: classes, axes, evaluations, seed, maxRam } = options;
  if (classes.length < 2 || classes.length > MOST_CLASSES) {
    throw new NeaiError('USAGE', `2 to ${MOST_CLASSES} classes are needed`, { got: `${classes.length}` });
  }
  const file = join(await makeFolder(options.out), 'library.json');
  const progress = startProgress('search');
  const show = ({ evaluations: done, budget, elapsedSeconds, best }: ClassSearchProgress): void => {
    const rate = done / Math.max(elapsedSeconds, 0.001);
    const { balancedAccuracy, confidence } = best.evaluation;
    const figures = `accuracy ${percent(balancedAccuracy)}, confidence ${percent(confidence)}`;
    progress.update(done / budget, `${done}/${budget} (${rate.toFixed(0)}/s) best: ${figures}`);
  };
  const limits = maxRam === undefined ? {} : { maxRamBytes: maxRam };
  const request = { classes, axes, evaluations, seed, ...limits };
  const outcome = await runClassSearch(request, show, interrupted).finally(() => progress.end());
  for (const remark of remarksOn(outcome)) printRemark(remark);
  await writeFile(file, `${JSON.stringify(outcome.library, undefined, 2)}\n`);
  if (options.json) printJson(documentOf(outcome, file));
  else for (const line of linesOf(outcome, file)) printLine(line);
  // As with search: the best so far is kept, but what was asked for was not done.
  if (outcome.interrupted) process.exitCode = ERROR_CODES.INTERRUPTED.exitStatus;
}

function remarksOn({ classes, interrupted: cut }: ClassSearchOutcome): string[] {
  const findings = classes.flatMap(({ split }) =>
    split.datasets.flatMap(({ path, findings: all }) =>
      all
        .filter(({ level }) => level !== 'note')
        .map(({ level, kind, message }) => `${path}: ${level} ${kind}: ${message}`),
    ),
  );
  return [...findings, ...(cut ? ['interrupted: the library is the best until then'] : [])];
}

function documentOf(
  { library, classes, evaluations, interrupted: cut, elapsedSeconds }: ClassSearchOutcome,
  file: string,
) {
  return {
    library: file,
    id: library.id,
    kind: library.kind,
    classes: library.classes,
    pipeline: library.pipeline,
    model: { name: library.model.name, params: library.model.params },
    scores: library.search!.scores,
    split: classes.map(({ name, split: { lines, selectionCount, firstHeldOut, overlapSamples } }) => ({
      name,
      lines: lines.length,
      selected: selectionCount,
      heldOut: lines.length - firstHeldOut,
      overlapSamples,
    })),
    evaluations,
    budget: library.search!.budget,
    seed: library.search!.seed,
    interrupted: cut,
    seconds: Number(elapsedSeconds.toFixed(3)),
  };
}

function linesOf({ library, evaluations, elapsedSeconds }: ClassSearchOutcome, file: string): string[] {
  const { seed, budget, scores } = library.search!;
  const { crossValidated, heldOut, ramBytes } = scores as unknown as {
    crossValidated: ClassFigures;
    heldOut: ClassFigures;
    ramBytes: number;
  };
  const chain = library.pipeline.map(({ transform }) => transform).join(' → ');
  const row = (name: string, figures: ClassFigures): string =>
    `  ${name.padEnd(16)} balanced accuracy ${percent(figures.balancedAccuracy)}, confidence ${percent(figures.confidence)}`;
  const width = Math.max(...library.classes.map(({ name }) => name.length));
  return [
    `library ${library.id}: ${chain} → ${library.model.name}, about ${ramBytes} bytes of RAM`,
    row('cross-validated', crossValidated),
    row('held out', heldOut),
    '  held-out lines by class, and the ids that came out (1, 2, …):',
    ...library.classes.map(
      ({ id, name }, truth) =>
        `    ${id} ${name.padEnd(width)} ${heldOut.confusion[truth]!.map((count) => String(count).padStart(5)).join('')}`,
    ),
    `  ${evaluations} evaluations of a budget of ${budget}, seed ${seed}, ${elapsedSeconds.toFixed(1)} s`,
    file,
  ];
}

/** Cut, never rounded up. */
const percent = (fraction: number): string => `${(Math.floor(fraction * 1000) / 10).toFixed(1)} %`;
