import type { Command } from 'commander';
import { describeError } from '../shared/errors.ts';
import { DEFAULT_EVALUATIONS, DEFAULT_SEED } from '../studio/run-search.ts';
import { type DuelOptions, runDuel } from './duel/run-duel.ts';
import { duelLines } from './duel/text.ts';
import { interrupted } from './interrupt.ts';
import { wholeNumber } from './options.ts';
import { printJson, printLine, printRemark } from './output.ts';

const DEFAULT_THRESHOLD = 90;

/** `neai duel`: a library of NanoEdge AI Studio and one of ours on the same board, with the same signals. */
export function registerDuel(program: Command): void {
  program
    .command('duel')
    .description(
      "set a vendor's library and one that is searched here side by side: the same board, the same lines learned and detected",
    )
    .requiredOption('--vendor <source>', 'zip of NanoEdge AI Studio, its folder, or what neai import wrote')
    .requiredOption('--regular <files...>', 'files of regular signals, in order')
    .requiredOption('--abnormal <files...>', 'files of abnormal signals, in order')
    .option('--axes <n>', "number of axes (default: the vendor's library's)", wholeNumber(1, 16))
    .option('--board <board>', 'start a virtual board of this kind')
    .option('--slot <name>', 'use this slot of the rack file')
    .option('--rack <file>', 'rack file', 'rack.yaml')
    .option('--evaluations <n>', 'budget of our search', wholeNumber(1), DEFAULT_EVALUATIONS)
    .option('--seed <n>', 'seed of our search', wholeNumber(0, 0xffffffff), DEFAULT_SEED)
    .option('--workers <n>', 'worker threads of our search (default: all cores but one)', wholeNumber(1, 256))
    .option('--max-ram <bytes>', 'most RAM of our library: our search keeps to it', wholeNumber(1))
    .option(
      '--threshold <n>',
      'similarity from which a signal is nominal, for both',
      wholeNumber(1, 99),
      DEFAULT_THRESHOLD,
    )
    .option('--i-have-the-right', "the vendor's licence allows a virtual board to run the library")
    .option('--name <name>', 'name of the duel', 'duel')
    .option('--out <dir>', 'folder for the folders of duels', 'runs')
    .option('--json', 'print the duel record (docs/duel-record.schema.json)')
    .action(async (options: DuelOptions) => {
      const { record, paths, brokenOff } = await runDuel(options, interrupted);
      if (options.json) printJson({ ...record, paths });
      else for (const line of duelLines(record, paths)) printLine(line);
      if (brokenOff !== null) {
        printRemark(describeError(brokenOff));
        process.exitCode = brokenOff.exitStatus;
      } else if (record.sides.ours.equivalence.verdict !== 'PASS') {
        // figures of a board that is not one with its emulator are figures of something else
        process.exitCode = 1;
      }
    });
}
