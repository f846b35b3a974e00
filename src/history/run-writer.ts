import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Answer, TargetAnswer } from '../record/calls.ts';
import type { Verdict } from '../record/primitives.ts';
import { transaction } from './database.ts';
import type { Figure } from './figures.ts';
import { asHistoryError } from './sqlite-errors.ts';

export type Kind = 'virtual' | 'silicon';

/** What is known of a run when it begins; the rest comes by {@link RunWriter.know}. */
export interface RunStart {
  readonly runId: string;
  readonly source: 'compare' | 'scenario';
  /** Name of the run, or title of the scenario. */
  readonly scenario: string;
  readonly startedAt: string;
  readonly neai: string;
  /** Where record and page will lie, relative to the history's own folder if they are below it. */
  readonly folder: string | null;
}

/** What becomes known on the way. A fact is anything that may have changed between two runs. */
export interface RunKnowledge {
  readonly board?: string;
  readonly kind?: Kind;
  readonly uniqueId?: string | null;
  readonly library?: string;
  readonly commit?: string | null;
  readonly facts?: Readonly<Record<string, string | null>>;
}

/** The calls of a run as planned: the columns of its record. Equal plans are kept once. */
export interface PlanColumns {
  readonly operation: string;
  readonly file: readonly number[];
  readonly line: readonly number[];
  readonly label: string;
  readonly seen: string;
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

export interface Attempt {
  readonly status: 'passed' | 'failed' | 'not run';
  readonly seconds: number;
  readonly class: string | null;
  readonly code: string | null;
}

export interface RunEnd extends RunKnowledge {
  readonly endedAt: string;
  readonly state: 'complete' | 'broken off';
  readonly equivalence: Verdict | null;
  readonly fitness: Verdict | null;
  readonly outcome: 'passed' | 'failed' | 'flaky' | 'not run' | null;
  readonly firstDifference: string | null;
  readonly figures: readonly Figure[];
  /** Results that are no numbers: digests of scores and knowledge. */
  readonly digests: Readonly<Record<string, string>>;
  readonly attempts: readonly Attempt[];
}

/** Answers are written in batches: a commit costs a write to the disk. */
const BATCH_CALLS = 64;
const BATCH_MS = 500;

type Side = 'reference' | 'target';

interface Batch {
  first: number;
  answers: (Answer & { readonly ticks?: number | null })[];
  sinceMs: number;
}

/**
 * Writes one run while it goes on. Each method is one transaction, done when it returns: whenever the process is killed,
 * the history holds everything up to the last return, and the run stands there as one without an end.
 * @throws NeaiError HISTORY_BUSY, OUTPUT_NOT_WRITTEN, HISTORY_UNREADABLE
 */
export class RunWriter {
  readonly #database: DatabaseSync;
  readonly #key: number;
  readonly #batches: Record<Side, Batch> = { reference: emptyBatch(0), target: emptyBatch(0) };
  #steps = 0;

  private constructor(database: DatabaseSync, key: number) {
    this.#database = database;
    this.#key = key;
  }

  /** Enters the run. One of this id that never ended is replaced; one that did is left alone. @returns undefined then */
  static begin(database: DatabaseSync, start: RunStart): RunWriter | undefined {
    return guarded(database, () => {
      const known = database.prepare('SELECT key, state FROM runs WHERE run_id = ?').get(start.runId);
      if (known !== undefined && known['state'] !== 'running') return undefined;
      database.prepare('DELETE FROM runs WHERE run_id = ?').run(start.runId);
      const { lastInsertRowid } = database
        .prepare(
          `INSERT INTO runs (run_id, source, scenario, started_at, state, neai, folder)
           VALUES (?, ?, ?, ?, 'running', ?, ?)`,
        )
        .run(start.runId, start.source, start.scenario, start.startedAt, start.neai, start.folder);
      return new RunWriter(database, Number(lastInsertRowid));
    });
  }

  know(knowledge: RunKnowledge): void {
    guarded(this.#database, () => this.#know(knowledge));
  }

  plan(columns: PlanColumns): void {
    const text = JSON.stringify(columns);
    const sha256 = createHash('sha256').update(text).digest('hex');
    guarded(this.#database, () => {
      this.#database.prepare('INSERT OR IGNORE INTO plans (sha256, columns) VALUES (?, ?)').run(sha256, text);
      this.#database
        .prepare('UPDATE runs SET plan = (SELECT key FROM plans WHERE sha256 = ?) WHERE key = ?')
        .run(sha256, this.#key);
    });
  }

  step(name: string, seconds: number): void {
    guarded(this.#database, () => this.#step(name, seconds));
  }

  /** The next answer of one side. Reaches the database with its batch, at the latest half a second later or by flush. */
  answer(side: Side, answer: Answer | TargetAnswer): void {
    const batch = this.#batches[side];
    batch.answers.push(answer);
    const isDue = batch.answers.length >= BATCH_CALLS || performance.now() - batch.sinceMs >= BATCH_MS;
    if (isDue) guarded(this.#database, () => this.#writeBatch(side));
  }

  flush(): void {
    guarded(this.#database, () => {
      this.#writeBatch('reference');
      this.#writeBatch('target');
    });
  }

  /** The end of the run and everything that is told by it, at once. */
  finish(end: RunEnd): void {
    guarded(this.#database, () => {
      this.#writeBatch('reference');
      this.#writeBatch('target');
      this.#know(end);
      const figure = this.#database.prepare(
        'INSERT INTO figures (run, name, unit, value) VALUES (?, ?, ?, ?)',
      );
      for (const { name, unit, value } of end.figures) figure.run(this.#key, name, unit, value);
      const digest = this.#database.prepare('INSERT INTO digests (run, name, value) VALUES (?, ?, ?)');
      for (const [name, value] of Object.entries(end.digests)) digest.run(this.#key, name, value);
      const attempt = this.#database.prepare(
        'INSERT INTO attempts (run, number, status, seconds, class, code) VALUES (?, ?, ?, ?, ?, ?)',
      );
      for (const [number, { status, seconds, class: of, code }] of end.attempts.entries())
        attempt.run(this.#key, number, status, seconds, of, code);
      this.#database
        .prepare(
          `UPDATE runs SET state = ?, ended_at = ?, equivalence = ?, fitness = ?, outcome = ?, first_difference = ?
           WHERE key = ?`,
        )
        .run(
          end.state,
          end.endedAt,
          end.equivalence === null ? null : JSON.stringify(end.equivalence),
          end.fitness === null ? null : JSON.stringify(end.fitness),
          end.outcome,
          end.firstDifference,
          this.#key,
        );
    });
  }

  #know({ board, kind, uniqueId, library, commit, facts = {} }: RunKnowledge): void {
    const columns = { board, kind, unique_id: uniqueId, library, commit_id: commit };
    for (const [column, value] of Object.entries(columns)) {
      if (value === undefined) continue;
      this.#database.prepare(`UPDATE runs SET ${column} = ? WHERE key = ?`).run(value, this.#key);
    }
    const fact = this.#database.prepare('INSERT OR REPLACE INTO facts (run, name, value) VALUES (?, ?, ?)');
    for (const [name, value] of Object.entries(facts)) fact.run(this.#key, name, value);
  }

  #step(name: string, seconds: number): void {
    this.#database
      .prepare('INSERT INTO steps (run, number, name, seconds) VALUES (?, ?, ?, ?)')
      .run(this.#key, this.#steps++, name, seconds);
  }

  #writeBatch(side: Side): void {
    const { first, answers } = this.#batches[side];
    if (answers.length > 0) {
      const columns = {
        code: answers.map(({ code }) => code),
        learnCounter: answers.map(({ learnCounter }) => learnCounter),
        digest: answers.map(({ digest }) => digest),
        ...(side === 'target' ? { ticks: answers.map(({ ticks = null }) => ticks) } : {}),
      };
      this.#database
        .prepare('INSERT INTO answers (run, side, first_call, calls, columns) VALUES (?, ?, ?, ?, ?)')
        .run(this.#key, side, first, answers.length, JSON.stringify(columns));
    }
    this.#batches[side] = emptyBatch(first + answers.length);
  }
}

const emptyBatch = (first: number): Batch => ({ first, answers: [], sinceMs: performance.now() });

/** One transaction; a whole import is one already and takes its parts along. */
function guarded<T>(database: DatabaseSync, work: () => T): T {
  try {
    return database.isTransaction ? work() : transaction(database, work);
  } catch (thrown) {
    throw asHistoryError(thrown, database.location() ?? 'history');
  }
}
