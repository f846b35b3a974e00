import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openHistory } from '../../history/database.ts';
import { importRun, importScenarios } from '../../history/import-record.ts';
import { readRecordedRun } from '../../history/recorded-run.ts';
import { formatOf } from '../../record/document.ts';
import { RUN_RECORD_FORMAT } from '../../record/run-record.ts';
import { decodeScenarioRecord } from '../../record/scenario-record.ts';
import { NeaiError } from '../../shared/errors.ts';
import { formatRunId } from '../../shared/run-id.ts';
import { makeFolder } from '../make-folder.ts';
import { printJson, printLine } from '../output.ts';
import type { ReadOptions } from './open.ts';
import { folderInHistory, historyFile } from './options.ts';

/** `neai history import`: makes the history where there is none yet. */
export async function importAll(
  records: readonly string[],
  options: ReadOptions & { readonly ofCommit?: string },
): Promise<void> {
  const file = historyFile(options, 'runs') ?? resolve('runs', 'history.db');
  await makeFolder(dirname(file));
  const database = openHistory(file);
  try {
    const imported: Imported[] = [];
    for (const path of records) {
      imported.push(await importRecord(database, file, path, options.ofCommit ?? null));
    }
    if (options.json) printJson({ history: file, imported });
    else {
      for (const { record, entered } of imported) {
        printLine(entered === 0 ? `${record}: known already` : `${record}: ${entered} entered`);
      }
    }
  } finally {
    database.close();
  }
}

/** What became of one record. */
interface Imported {
  readonly record: string;
  /** Runs that the history did not have. */
  readonly entered: number;
}

/**
 * Enters the record of a run, of any version, or of a run of scenarios.
 * @param path the record, or the folder that holds it
 * @throws NeaiError RECORD_INVALID, RECORD_VERSION
 */
async function importRecord(
  database: DatabaseSync,
  historyPath: string,
  path: string,
  commit: string | null,
): Promise<Imported> {
  const found = await stat(path).catch(() => undefined);
  const file = resolve(found?.isDirectory() ? join(path, 'record.json') : path);
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new NeaiError('RECORD_INVALID', 'the record cannot be read', { file, got: cause.message });
  });
  const place = { folder: folderInHistory(historyPath, dirname(file)), commit };
  const format = formatOf(text);
  if (format === RUN_RECORD_FORMAT) {
    const run = readRecordedRun(JSON.parse(text), file);
    return { record: file, entered: importRun(database, run, place) ? 1 : 0 };
  }
  const record = decodeScenarioRecord(text, file);
  // Such a record has no id of its own: what it tells makes one that is the same whenever it is imported again.
  const startedAt = new Date(record.startedAt);
  const session = formatRunId({ startedAt, name: 'test', host: 'imported', number: 1 });
  return { record: file, entered: importScenarios(database, record, { ...place, session }) };
}
