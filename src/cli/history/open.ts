import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { type Command, InvalidArgumentError } from 'commander';
import { openHistory } from '../../history/database.ts';
import { type RunFilter, readRuns, type StoredRun } from '../../history/read-runs.ts';
import { wholeNumber } from '../options.ts';
import { historyFile } from './options.ts';

/** Options of every command that reads a history. */
export interface ReadOptions {
  readonly history?: string;
  readonly scenario?: string;
  readonly board?: string;
  readonly library?: string;
  readonly commit?: string;
  readonly kind?: 'virtual' | 'silicon';
  readonly last?: number;
  readonly json?: boolean;
}

/** Adds which history to read and which of its runs to look at. */
export function addReadOptions(command: Command): Command {
  return command
    .option('--history <file>', 'the history (default: runs/history.db, or NEAI_HISTORY)')
    .option('--scenario <name>', 'name of the run, or title of the scenario')
    .option('--board <board>', 'kind of board')
    .option('--library <id>', 'id of the library, or its beginning')
    .option('--commit <commit>', 'commit, or its beginning')
    .option('--kind <kind>', 'virtual or silicon', kindOption)
    .option('--last <n>', 'only the newest runs', wholeNumber(1))
    .option('--json', 'print one JSON document');
}

function kindOption(text: string): 'virtual' | 'silicon' {
  if (text === 'virtual' || text === 'silicon') return text;
  throw new InvalidArgumentError('It must be virtual or silicon.');
}

export interface OpenedHistory {
  readonly database: DatabaseSync;
  readonly file: string;
  readonly filter: RunFilter;
  readonly runs: readonly StoredRun[];
}

/** Opens the history for one command and closes it after. @throws NeaiError HISTORY_… */
export async function withHistory<T>(
  options: ReadOptions,
  work: (history: OpenedHistory) => T | Promise<T>,
): Promise<T> {
  const file = historyFile(options, 'runs') ?? resolve('runs', 'history.db');
  const database = openHistory(file, { mustExist: true });
  try {
    const { scenario, board, library, commit, kind, last } = options;
    const filter = { scenario, board, library, commit, kind, last };
    return await work({ database, file, filter, runs: readRuns(database, filter) });
  } finally {
    database.close();
  }
}

/** A run's page as a link from a folder; null when the page is not there any more. */
export function pageFrom(folder: string, historyPath: string): (run: StoredRun) => string | null {
  return ({ folder: place }) => {
    if (place === null) return null;
    const page = join(resolve(dirname(historyPath), place), 'report.html');
    return existsSync(page) ? relative(folder, page) : null;
  };
}
