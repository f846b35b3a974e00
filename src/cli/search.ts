import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { ERROR_CODES } from '../shared/error-codes.ts';
import { DEFAULT_EVALUATIONS, DEFAULT_SEED } from '../studio/run-search.ts';
import { interrupted } from './interrupt.ts';
import { makeFolder } from './make-folder.ts';
import { wholeNumber } from './options.ts';
import { printJson, printLine } from './output.ts';
import { libraryText, searchWithProgress } from './search/run.ts';
import { searchDocument, searchLines } from './search/text.ts';

interface SearchCommandOptions {
  readonly regular: string[];
  readonly abnormal?: string[];
  readonly axes: number;
  readonly out: string;
  readonly evaluations: number;
  readonly seed: number;
  readonly workers?: number;
  readonly maxRam?: number;
  readonly resume?: boolean;
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
      'worker threads (default: all cores but one); the result does not depend on it',
      wholeNumber(1, 256),
    )
    .option('--max-ram <bytes>', 'most RAM that the library may need', wholeNumber(1))
    .option('--resume', 'go on with the interrupted search of that folder')
    .option('--json', 'print one JSON document')
    .action(async (options: SearchCommandOptions) => {
      const file = join(await makeFolder(options.out), 'library.json');
      const { regular, abnormal = [] } = options;
      const couples = [{ name: 'couple 1', regular, abnormal }];
      const journal = { file: join(dirname(file), 'journal.jsonl'), resume: options.resume === true };
      const outcome = await searchWithProgress({ ...options, couples, journal }, interrupted);
      await writeFile(file, libraryText(outcome.library));
      if (options.json) printJson(searchDocument(outcome, file));
      else for (const line of searchLines(outcome, file)) printLine(line);
      // The best so far is kept, but what was asked for was not done: `neai search … && neai build …` must stop here.
      if (outcome.interrupted) process.exitCode = ERROR_CODES.INTERRUPTED.exitStatus;
    });
}
