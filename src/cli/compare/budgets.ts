import { type Command, Option } from 'commander';
import { DEFAULT_LIMITS } from '../../compare/judge.ts';
import type { Limits } from '../../record/cost.ts';
import { readProject } from '../../studio/project/project-file.ts';
import { wholeNumber } from '../options.ts';

/** What a library may cost on its board: limits of fitness. */
export interface BudgetOptions {
  readonly project?: string;
  readonly maxRam?: number;
  readonly maxFlash?: number;
  readonly maxStack?: number;
  readonly maxLearn?: number;
  readonly maxDetect?: number;
}

/** Adds the options of {@link BudgetOptions}. */
export function addBudgetOptions(command: Command): Command {
  const most = (name: string, of: string): Option =>
    new Option(name, `fitness fails above it: ${of}`).argParser(wholeNumber(1));
  return command
    .addOption(new Option('--project <dir>', 'take the limits below from this project, where not given here'))
    .addOption(most('--max-ram <bytes>', 'RAM of the library with its stack; a search keeps to it too'))
    .addOption(most('--max-flash <bytes>', 'flash of the library, without the firmware around it'))
    .addOption(most('--max-stack <bytes>', 'deepest stack of a library function'))
    .addOption(most('--max-learn <ticks>', 'longest learn: cycles, on a virtual board instructions'))
    .addOption(most('--max-detect <ticks>', 'longest detect, likewise'));
}

/** Limits of a comparison: the command line's before the project's, of those that neither sets the default's. @throws PROJECT_… */
export function budgetOf(options: BudgetOptions): Limits {
  const ofProject = options.project === undefined ? {} : readProject(options.project).description.limits;
  return {
    ...DEFAULT_LIMITS,
    ramBytes: options.maxRam ?? ofProject.ram ?? null,
    flashBytes: options.maxFlash ?? ofProject.flash ?? null,
    stackBytes: options.maxStack ?? ofProject.stack ?? null,
    learnTicks: options.maxLearn ?? ofProject.learn ?? null,
    detectTicks: options.maxDetect ?? ofProject.detect ?? null,
  };
}
