import type { DatabaseSync } from 'node:sqlite';
import { transaction } from './database.ts';
import type { StoredRun } from './read-runs.ts';

/** What may go; a run goes when every condition that is given lets it. */
export interface PruneRule {
  /** So many of the newest runs of each scenario, board and kind of evidence stay. */
  readonly keep?: number | undefined;
  /** Only what began before this moment goes; ISO 8601. */
  readonly before?: string | undefined;
}

export interface Pruning {
  /** Oldest first. */
  readonly removed: readonly StoredRun[];
  /** Runs that the rule would let go, and why they stay. */
  readonly spared: readonly { readonly run: StoredRun; readonly why: string }[];
}

/**
 * Which of some runs a rule lets go. A run that a baseline rests on, or a figure of which was accepted, always stays, and
 * so does one that is still going on.
 * @param runs by rising time, as readRuns gives them
 */
export function planPruning(
  database: DatabaseSync,
  runs: readonly StoredRun[],
  { keep, before }: PruneRule,
): Pruning {
  const places = Map.groupBy(runs, ({ scenario, board, kind }) => JSON.stringify([scenario, board, kind]));
  const newest = new Set([...places.values()].flatMap((own) => (keep ? own.slice(-keep) : [])));
  const candidates = runs.filter(
    (run) => !newest.has(run) && (before === undefined || Date.parse(run.startedAt) < Date.parse(before)),
  );
  const named = (table: 'bars' | 'acceptances'): Set<string> =>
    new Set(
      database
        .prepare(`SELECT DISTINCT run_id FROM ${table} WHERE run_id IS NOT NULL`)
        .all()
        .map((row) => String(row['run_id'])),
    );
  const [baselines, accepted] = [named('bars'), named('acceptances')];
  const whyNot = ({ runId, state }: StoredRun): string | null => {
    if (baselines.has(runId)) return 'a baseline rests on it';
    if (accepted.has(runId)) return 'a figure of it was accepted';
    return state === 'running' ? 'it goes on, or ended without a word' : null;
  };
  return {
    removed: candidates.filter((run) => whyNot(run) === null),
    spared: candidates.flatMap((run) => {
      const why = whyNot(run);
      return why === null ? [] : [{ run, why }];
    }),
  };
}

/** Takes runs out of a history with all that is told of them, and gives the room back to the disk. */
export function removeRuns(database: DatabaseSync, runs: readonly StoredRun[]): void {
  if (runs.length === 0) return;
  transaction(database, () => {
    const remove = database.prepare('DELETE FROM runs WHERE key = ?');
    for (const { key } of runs) remove.run(key);
    database.exec('DELETE FROM plans WHERE NOT EXISTS (SELECT 1 FROM runs WHERE runs.plan = plans.key)');
  });
  database.exec('VACUUM');
}
