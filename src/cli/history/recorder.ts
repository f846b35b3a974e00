import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { type Alarm, alarmsOf } from '../../history/alarms.ts';
import { openHistory } from '../../history/database.ts';
import { readAcceptances } from '../../history/ratchet.ts';
import { readRuns } from '../../history/read-runs.ts';
import { readRecordedRun } from '../../history/recorded-run.ts';
import { endOf, knowledgeOf, planOf } from '../../history/run-facts.ts';
import { type RunKnowledge, type RunStart, RunWriter } from '../../history/run-writer.ts';
import type { Answer, TargetAnswer } from '../../record/calls.ts';
import type { RunRecord } from '../../record/run-record.ts';
import { ERROR_CODES } from '../../shared/error-codes.ts';
import { describeError, type NeaiError } from '../../shared/errors.ts';
import { asNeaiError } from '../failure.ts';
import { makeFolder } from '../make-folder.ts';
import { printRemark } from '../output.ts';
import { neaiVersion } from '../version.ts';

/**
 * Keeps a run's history while it goes on. Opening refuses what is no history before hours of work; later a history that
 * cannot be written any more (a full disk) costs a remark and nothing else: the run's record does not depend on it.
 */
export class HistoryRecorder {
  readonly #database: DatabaseSync | undefined;
  #writer: RunWriter | undefined;
  #runId = '';
  #ended = false;
  #failed = false;

  private constructor(database: DatabaseSync | undefined) {
    this.#database = database;
  }

  /** @param file null: nothing is kept. @throws NeaiError HISTORY_UNREADABLE, HISTORY_NEWER, HISTORY_BUSY */
  static async open(file: string | null): Promise<HistoryRecorder> {
    if (file === null) return new HistoryRecorder(undefined);
    await makeFolder(dirname(file));
    return new HistoryRecorder(openHistory(file));
  }

  /** @param steps what was done before the run had an id */
  begin(
    start: Omit<RunStart, 'neai'>,
    known: RunKnowledge,
    steps: readonly { readonly step: string; readonly seconds: number }[],
  ): void {
    this.#runId = start.runId;
    this.#try(() => {
      this.#writer = RunWriter.begin(this.#database!, { ...start, neai: neaiVersion() });
      this.#writer?.know(known);
      for (const { step, seconds } of steps) this.#writer?.step(step, seconds);
    });
  }

  know(known: RunKnowledge): void {
    this.#try(() => this.#writer?.know(known));
  }

  step(name: string, seconds: number): void {
    this.#try(() => this.#writer?.step(name, seconds));
  }

  answer(side: 'reference' | 'target', answer: Answer | TargetAnswer): void {
    this.#try(() => this.#writer?.answer(side, answer));
  }

  /** The end as its record tells it. @returns the alarms that this run gave */
  finish(record: RunRecord): readonly Alarm[] {
    let alarms: readonly Alarm[] = [];
    this.#try(() => {
      const run = readRecordedRun(record, record.runId);
      this.#writer?.plan(planOf(run));
      this.#writer?.know(knowledgeOf(run));
      this.#writer?.finish(endOf(run));
      this.#ended = true;
      const runs = readRuns(this.#database!, { scenario: this.#scenario() });
      alarms = alarmsOf(runs, readAcceptances(this.#database!)).filter(
        ({ foundAt }) => runs[foundAt]!.runId === this.#runId,
      );
    });
    return alarms;
  }

  /** The end of a run that has no record. */
  breakOff(error: NeaiError, seconds: number): void {
    if (this.#ended) return;
    this.#try(() => {
      this.#writer?.finish({
        endedAt: new Date().toISOString(),
        state: 'broken off',
        equivalence: null,
        fitness: null,
        outcome: null,
        firstDifference: null,
        figures: [],
        digests: {},
        attempts: [{ status: 'failed', seconds, class: ERROR_CODES[error.code].class, code: error.code }],
      });
      this.#ended = true;
    });
  }

  close(): void {
    this.#database?.close();
    this.#writer = undefined;
  }

  #scenario(): string | undefined {
    const row = this.#database!.prepare('SELECT scenario FROM runs WHERE run_id = ?').get(this.#runId);
    return row === undefined ? undefined : String(row['scenario']);
  }

  #try(work: () => void): void {
    if (this.#database === undefined || this.#failed) return;
    try {
      work();
    } catch (thrown) {
      this.#failed = true;
      printRemark(`the history of this run is not complete: ${describeError(asNeaiError(thrown))}`);
    }
  }
}
