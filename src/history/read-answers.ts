import type { DatabaseSync } from 'node:sqlite';
import type { PlanColumns } from './run-writer.ts';

/** What one side answered, by call. */
export interface StoredAnswers {
  readonly code: number[];
  readonly learnCounter: (number | null)[];
  readonly digest: (number | null)[];
}

/** The calls of a run as planned; null for a run that never came so far. */
export function readPlan(database: DatabaseSync, run: number): PlanColumns | null {
  const row = database
    .prepare('SELECT plans.columns FROM runs JOIN plans ON plans.key = runs.plan WHERE runs.key = ?')
    .get(run);
  return row === undefined ? null : (JSON.parse(String(row['columns'])) as PlanColumns);
}

/** The answers of one side that reached the database. */
export function readAnswers(
  database: DatabaseSync,
  run: number,
  side: 'reference' | 'target',
): StoredAnswers {
  const answers: StoredAnswers = { code: [], learnCounter: [], digest: [] };
  const rows = database
    .prepare('SELECT columns FROM answers WHERE run = ? AND side = ? ORDER BY first_call')
    .iterate(run, side);
  for (const row of rows) {
    const columns = JSON.parse(String(row['columns'])) as StoredAnswers;
    answers.code.push(...columns.code);
    answers.learnCounter.push(...columns.learnCounter);
    answers.digest.push(...columns.digest);
  }
  return answers;
}
