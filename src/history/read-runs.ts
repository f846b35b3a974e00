import type { DatabaseSync } from 'node:sqlite';
import { type Verdict, verdictSchema } from '../record/primitives.ts';
import { NeaiError } from '../shared/errors.ts';
import type { Figure, FigureName, FigureUnit } from './figures.ts';
import type { Attempt, Kind } from './run-writer.ts';
import { asHistoryError } from './sqlite-errors.ts';

/** A run as the history has it. What never became known is null. */
export interface StoredRun {
  readonly key: number;
  readonly runId: string;
  readonly source: 'compare' | 'scenario';
  readonly scenario: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** `running`: it goes on, or its process ended without a word. */
  readonly state: 'running' | 'complete' | 'broken off';
  readonly board: string | null;
  readonly kind: Kind | null;
  readonly uniqueId: string | null;
  readonly library: string | null;
  readonly commit: string | null;
  readonly equivalence: Verdict | null;
  readonly fitness: Verdict | null;
  readonly outcome: 'passed' | 'failed' | 'flaky' | 'not run' | null;
  readonly firstDifference: string | null;
  readonly folder: string | null;
  readonly facts: Readonly<Record<string, string | null>>;
  readonly figures: readonly Figure[];
  readonly digests: Readonly<Record<string, string>>;
  readonly attempts: readonly Attempt[];
}

/** What to look at; everything that is left out is no condition. */
export interface RunFilter {
  readonly scenario?: string | undefined;
  readonly board?: string | undefined;
  /** A library's id or its beginning. */
  readonly library?: string | undefined;
  /** A commit or its beginning. */
  readonly commit?: string | undefined;
  readonly kind?: Kind | undefined;
  /** Only so many of the newest. */
  readonly last?: number | undefined;
}

/** Runs by rising time. @throws NeaiError HISTORY_UNREADABLE, HISTORY_BUSY */
export function readRuns(database: DatabaseSync, filter: RunFilter = {}): StoredRun[] {
  const { scenario, board, library, commit, kind, last } = filter;
  const conditions: [string, string | undefined][] = [
    ['scenario = ?', scenario],
    ['board = ?', board],
    ["library LIKE ? || '%'", library],
    ["commit_id LIKE ? || '%'", commit],
    ['kind = ?', kind],
  ];
  const used = conditions.filter((one): one is [string, string] => one[1] !== undefined);
  const where = used.length === 0 ? '' : `WHERE ${used.map(([text]) => text).join(' AND ')}`;
  try {
    const rows = database
      .prepare(`SELECT * FROM runs ${where} ORDER BY started_at DESC, key DESC LIMIT ?`)
      .all(...used.map(([, value]) => value), last ?? -1)
      .reverse();
    const wanted = new Set(rows.map(({ key }) => Number(key)));
    const [facts, figures] = [byRun(database, 'facts', wanted), byRun(database, 'figures', wanted)];
    const [digests, attempts] = [byRun(database, 'digests', wanted), byRun(database, 'attempts', wanted)];
    return rows.map((row) => {
      const key = Number(row['key']);
      return {
        ...baseOf(row),
        facts: textsOf(facts.get(key)),
        digests: textsOf(digests.get(key)) as Record<string, string>,
        figures: (figures.get(key) ?? []).map(
          ({ name, unit, value }): Figure => ({
            name: name as FigureName,
            unit: unit as FigureUnit,
            value: value as number,
          }),
        ),
        attempts: (attempts.get(key) ?? []).map(
          (attempt): Attempt => ({
            status: attempt['status'] as Attempt['status'],
            seconds: attempt['seconds'] as number,
            class: text(attempt['class']),
            code: text(attempt['code']),
          }),
        ),
      };
    });
  } catch (thrown) {
    throw asHistoryError(thrown, database.location() ?? 'history');
  }
}

/**
 * One run by its id, by the beginning of its id, or `latest` and `latest~N`.
 * @throws NeaiError HISTORY_RUN_UNKNOWN when there is none, or more than one
 */
export function findRun(runs: readonly StoredRun[], asked: string): StoredRun {
  const [, back] = /^latest(?:~(\d+))?$/.exec(asked) ?? [];
  if (asked.startsWith('latest')) {
    const run = runs.at(-1 - Number(back ?? 0));
    if (run !== undefined) return run;
  }
  const exact = runs.find(({ runId }) => runId === asked);
  if (exact !== undefined) return exact;
  const begun = runs.filter(({ runId }) => runId.startsWith(asked));
  if (begun.length === 1) return begun[0]!;
  throw new NeaiError('HISTORY_RUN_UNKNOWN', begun.length === 0 ? 'no such run' : 'several runs begin so', {
    asked,
    got: begun.length === 0 ? `${runs.length} other runs` : begun.map(({ runId }) => runId).join(', '),
  });
}

type Row = Record<string, unknown>;

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function baseOf(row: Row): Omit<StoredRun, 'facts' | 'figures' | 'digests' | 'attempts'> {
  const verdict = (value: unknown): Verdict | null =>
    typeof value === 'string' ? verdictSchema.parse(JSON.parse(value)) : null;
  return {
    key: Number(row['key']),
    runId: String(row['run_id']),
    source: row['source'] as StoredRun['source'],
    scenario: String(row['scenario']),
    startedAt: String(row['started_at']),
    endedAt: text(row['ended_at']),
    state: row['state'] as StoredRun['state'],
    board: text(row['board']),
    kind: row['kind'] as Kind | null,
    uniqueId: text(row['unique_id']),
    library: text(row['library']),
    commit: text(row['commit_id']),
    equivalence: verdict(row['equivalence']),
    fitness: verdict(row['fitness']),
    outcome: row['outcome'] as StoredRun['outcome'],
    firstDifference: text(row['first_difference']),
    folder: text(row['folder']),
  };
}

function byRun(database: DatabaseSync, table: string, wanted: ReadonlySet<number>): Map<number, Row[]> {
  const found = new Map<number, Row[]>();
  for (const row of database.prepare(`SELECT * FROM ${table}`).iterate()) {
    const run = Number(row['run']);
    if (!wanted.has(run)) continue;
    const list = found.get(run);
    if (list === undefined) found.set(run, [row]);
    else list.push(row);
  }
  return found;
}

const textsOf = (rows: readonly Row[] = []): Record<string, string | null> =>
  Object.fromEntries(rows.map(({ name, value }) => [String(name), text(value)]));
