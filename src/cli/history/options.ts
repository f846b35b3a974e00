import { dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';

/** As commander hands it over: `--history FILE`, or false for `--no-history`. */
export interface HistoryOption {
  readonly history?: string | false;
}

/** Adds the options of a command that writes history. */
export function addHistoryOptions(command: Command): Command {
  return command
    .option('--history <file>', 'keep this run in this history (default: history.db beside the runs)')
    .option('--no-history', 'keep no history of this run');
}

/** NEAI_HISTORY with this value turns history off for all commands. */
const NONE = 'none';

/**
 * Which history a command writes: the option, then the variable NEAI_HISTORY, then history.db in the folder of runs.
 * @returns the absolute path; null for none
 */
export function historyFile({ history }: HistoryOption, runsFolder: string): string | null {
  if (history === false) return null;
  const set = history ?? (process.env['NEAI_HISTORY'] || undefined);
  if (set === NONE) return null;
  return resolve(set ?? join(runsFolder, 'history.db'));
}

/** A run's folder as a history keeps it: relative to the history where it lies below it, so that both can move. */
export function folderInHistory(file: string, folder: string): string {
  const within = relative(dirname(file), resolve(folder));
  return within.startsWith('..') ? resolve(folder) : within;
}
