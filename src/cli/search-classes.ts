import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { MOST_CLASSES } from '../engine/classification/library.ts';
import { ERROR_CODES } from '../shared/error-codes.ts';
import { NeaiError } from '../shared/errors.ts';
import { holdToRegistry, loadRegistry } from '../studio/dataset-registry.ts';
import { lockFolder } from '../studio/project/project-lock.ts';
import { type ClassFiles, DEFAULT_CLASS_EVALUATIONS, runClassSearch } from '../studio/run-class-search.ts';
import { DEFAULT_SEED } from '../studio/run-search.ts';
import { interrupted } from './interrupt.ts';
import { makeFolder } from './make-folder.ts';
import { wholeNumber } from './options.ts';
import { printJson, printLine } from './output.ts';
import { addClass } from './search/class-files.ts';
import { pagesOf, writeClassSearchFiles } from './search/class-record.ts';
import { classSearchDocument, classSearchLines, withClassProgress } from './search/class-text.ts';

interface Options {
  readonly class: readonly ClassFiles[];
  readonly axes: number;
  readonly out: string;
  readonly evaluations: number;
  readonly seed: number;
  readonly workers?: number;
  readonly resume?: boolean;
  readonly maxRam?: number;
  readonly datasets?: string;
  /** False with --no-page. */
  readonly page: boolean;
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
    .option(
      '--evaluations <n>',
      'budget: candidates to train and score',
      wholeNumber(1),
      DEFAULT_CLASS_EVALUATIONS,
    )
    .option('--seed <n>', 'seed of the free picks', wholeNumber(0, 0xffffffff), DEFAULT_SEED)
    .option(
      '--workers <n>',
      'worker threads (default: all cores but one); the result does not depend on it',
      wholeNumber(1, 256),
    )
    .option('--resume', 'go on with the search that was interrupted there')
    .option('--max-ram <bytes>', 'most RAM that the library may need', wholeNumber(1))
    .option('--datasets <file>', 'registry of data sets (default: datasets.yaml here, if there is one)')
    .option('--no-page', 'leave out search-record.json and search.html')
    .option('--json', 'print one JSON document')
    .action(search);
}

async function search(options: Options): Promise<void> {
  const { class: classes, axes, evaluations, seed, workers, maxRam } = options;
  if (classes.length < 2 || classes.length > MOST_CLASSES) {
    throw new NeaiError('USAGE', `2 to ${MOST_CLASSES} classes are needed`, { got: `${classes.length}` });
  }
  const named = classes.flatMap(({ files }) => files);
  await holdToRegistry(await loadRegistry(options.datasets), named);
  const folder = await makeFolder(options.out);
  const file = join(folder, 'library.json');
  const unlock = lockFolder(folder, {
    command: `neai search-classes --out ${options.out}`,
    since: new Date(),
  });
  const { search: outcome } = await withClassProgress(async (onProgress) => ({
    search: await runClassSearch(
      {
        ...{ classes, axes, evaluations, seed },
        ...(workers === undefined ? {} : { workers }),
        ...(maxRam === undefined ? {} : { limits: { maxRamBytes: maxRam } }),
        journal: { file: join(folder, 'journal.jsonl'), resume: options.resume === true },
      },
      onProgress,
      interrupted,
    ),
  })).finally(unlock);
  await writeFile(file, `${JSON.stringify(outcome.library, undefined, 2)}\n`);
  const as = { project: null, maxRamBytes: maxRam };
  const files = options.page ? await writeClassSearchFiles(outcome, as, file) : null;
  if (options.json) printJson({ ...classSearchDocument(outcome, file), ...files });
  else for (const line of [...classSearchLines(outcome, file), ...pagesOf(files)]) printLine(line);
  // As with search: the best so far is kept, but what was asked for was not done.
  if (outcome.interrupted) process.exitCode = ERROR_CODES.INTERRUPTED.exitStatus;
}
