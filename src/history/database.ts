import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { NeaiError } from '../shared/errors.ts';
import { HISTORY_VERSION, MIGRATIONS } from './migrations.ts';
import { asHistoryError, sqliteCode } from './sqlite-errors.ts';

/** How long a writer waits for another one. Each holds the database for milliseconds at a time. */
const BUSY_MS = 20_000;
/** "neai" in the file's header: another program's database is never taken for a history. */
const APPLICATION_ID = 0x6e656169;

export interface OpenOptions {
  /** True: a history that is not there is an error, not a new history. */
  readonly mustExist?: boolean;
  /** For tests: stop at this earlier version. */
  readonly version?: number;
}

/**
 * Opens a history, makes it when it is not there, and brings an earlier version up to date.
 * Safe against kill -9 and a cut of power: write-ahead log, `synchronous = FULL`, every change in a transaction. Several
 * processes may write at once; whoever finds it taken waits. It must lie on a local disk: SQLite's write-ahead log needs
 * memory shared between processes, which network file systems do not give.
 * @throws NeaiError HISTORY_UNREADABLE, HISTORY_NEWER, HISTORY_BUSY, OUTPUT_NOT_WRITTEN
 */
export function openHistory(
  file: string,
  { mustExist = false, version = HISTORY_VERSION }: OpenOptions = {},
): DatabaseSync {
  if (mustExist && file !== ':memory:' && !existsSync(file)) {
    throw new NeaiError('HISTORY_UNREADABLE', 'there is no history here', {
      file,
      remedy: 'neai compare and neai test write one; neai history import RECORD … takes earlier records.',
    });
  }
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: BUSY_MS, enableForeignKeyConstraints: true });
    refuseOthers(database, file);
    useWriteAheadLog(database);
    database.exec('PRAGMA synchronous = FULL');
    migrate(database, version);
    return database;
  } catch (thrown) {
    database?.close();
    throw asHistoryError(thrown, file);
  }
}

/** Runs `work` in one transaction: all of it is there afterwards, or nothing. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  // IMMEDIATE: the wait for other writers comes before the first read, where it can end well.
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (thrown) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw thrown;
  }
}

const numberOf = (database: DatabaseSync, pragma: string): number =>
  Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0] ?? 0);

function refuseOthers(database: DatabaseSync, file: string): void {
  const version = numberOf(database, 'user_version');
  const tables = Number(database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.['tables']);
  if (tables === 0 && version === 0) return;
  if (numberOf(database, 'application_id') !== APPLICATION_ID) {
    throw new NeaiError('HISTORY_UNREADABLE', 'this database is of another program', { file });
  }
  if (version > HISTORY_VERSION) {
    throw new NeaiError('HISTORY_NEWER', 'the history was written by a newer neai', {
      file,
      asked: `version ${HISTORY_VERSION} or earlier`,
      got: `version ${version}`,
    });
  }
}

/** Of several processes that open a new file at once only one may change the mode, and SQLite lets the others not wait. */
function useWriteAheadLog(database: DatabaseSync): void {
  const untilMs = performance.now() + BUSY_MS;
  for (;;) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (thrown) {
      if (sqliteCode(thrown) !== 5 || performance.now() > untilMs) throw thrown;
      // Waits in the kernel until the one who changes it is through; the busy timeout bounds it.
      database.exec('BEGIN IMMEDIATE; ROLLBACK');
    }
  }
}

function migrate(database: DatabaseSync, upTo: number): void {
  if (numberOf(database, 'user_version') >= upTo) return;
  transaction(database, () => {
    // Read again: another process may have been quicker.
    for (let version = numberOf(database, 'user_version'); version < upTo; version++) {
      database.exec(MIGRATIONS[version]!.sql);
    }
    database.exec(`PRAGMA user_version = ${upTo}; PRAGMA application_id = ${APPLICATION_ID}`);
  });
}
