import { type ErrorCode, NeaiError } from '../shared/errors.ts';

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html) and what they mean to a user of ours. */
const CODE_OF: Readonly<Record<number, ErrorCode>> = {
  5: 'HISTORY_BUSY',
  6: 'HISTORY_BUSY',
  8: 'OUTPUT_NOT_WRITTEN',
  10: 'OUTPUT_NOT_WRITTEN',
  11: 'HISTORY_UNREADABLE',
  13: 'OUTPUT_NOT_WRITTEN',
  14: 'HISTORY_UNREADABLE',
  26: 'HISTORY_UNREADABLE',
};

/** SQLITE_READONLY and SQLITE_CANTOPEN: with a write-ahead log, even a reader writes beside the file. */
const NOT_WRITABLE: ReadonlySet<number> = new Set([8, 14]);
const WRITABLE =
  'A history has to be a file that can be written, in a folder that can be written, even to be read: copy it to such a place and name the copy with --history, or go without one with --no-history.';

/** The primary result code of an error that SQLite threw; undefined for any other. */
export function sqliteCode(thrown: unknown): number | undefined {
  const { code, errcode } = (thrown ?? {}) as { readonly code?: unknown; readonly errcode?: unknown };
  // Extended codes carry the primary one in their low byte.
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' ? errcode & 0xff : undefined;
}

/** What SQLite threw as one of our errors; everything else as it is. */
export function asHistoryError(thrown: unknown, file: string): unknown {
  const code = CODE_OF[sqliteCode(thrown) ?? -1];
  if (code === undefined) return thrown;
  const got = (thrown as Error).message;
  const remedy = NOT_WRITABLE.has(sqliteCode(thrown)!) ? { remedy: WRITABLE } : {};
  return new NeaiError(code, 'the history cannot be used', { file, got, ...remedy, cause: thrown });
}
