import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { openHistory } from '../../src/history/database.ts';
import { RunWriter } from '../../src/history/run-writer.ts';
import { endOfScenario, scenarioRunId } from '../../src/history/scenario-facts.ts';
import { describeError, NeaiError } from '../../src/shared/errors.ts';
import { entryOf, toolsOf } from './record.ts';

/** What `neai test` tells this reporter; without it no history is kept. */
interface Kept {
  /** The history, absolute. */
  readonly file: string;
  /** Id of this run of scenarios. */
  readonly session: string;
  readonly commit: string | null;
  /** Where reports lie, as the history keeps it. */
  readonly folder: string;
}

let hasOne = false;

/**
 * Writes each scenario into the history while the run goes on: it stands there from its first attempt on, every attempt
 * when it has ended, and the outcome with the last. A history that cannot be written costs a remark, never a run.
 */
export default class HistoryReporter implements Reporter {
  readonly #kept: Kept | undefined;
  #database: DatabaseSync | undefined;
  readonly #running = new Map<string, { readonly writer: RunWriter; readonly startedAt: string }>();
  #scenarios = 0;
  #failed = false;

  constructor() {
    const text = process.env['NEAI_HISTORY_OF_TEST'];
    // A configuration that has this reporter already gets it from `neai test` once more: one is enough.
    this.#kept = text === undefined || hasOne ? undefined : (JSON.parse(text) as Kept);
    hasOne = true;
  }

  printsToStdio(): boolean {
    return false;
  }

  onTestBegin(test: TestCase, result: TestResult): void {
    this.#try(({ session, folder, commit }, database) => {
      if (this.#running.has(test.id)) return;
      const startedAt = result.startTime.toISOString();
      const { neai } = toolsOf('');
      const runId = scenarioRunId(session, this.#scenarios++);
      const start = { runId, source: 'scenario', scenario: test.title, startedAt, neai, folder } as const;
      const writer = RunWriter.begin(database, start);
      if (writer === undefined) return;
      writer.know({ commit });
      this.#running.set(test.id, { writer, startedAt });
    });
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    this.#try(() => {
      const running = this.#running.get(test.id);
      if (running === undefined) return;
      const { writer, startedAt } = running;
      writer.step(`attempt ${result.retry + 1}: ${result.status}`, Math.max(0, result.duration) / 1000);
      const isLast = result.status === test.expectedStatus || result.retry >= test.retries;
      if (isLast) writer.finish(endOfScenario(entryOf(test), { startedAt, tools: toolsOf('') }));
    });
  }

  onEnd(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  #try(work: (kept: Kept, database: DatabaseSync) => void): void {
    if (this.#kept === undefined || this.#failed) return;
    try {
      if (this.#database === undefined) {
        mkdirSync(dirname(this.#kept.file), { recursive: true });
        this.#database = openHistory(this.#kept.file);
      }
      work(this.#kept, this.#database);
    } catch (thrown) {
      this.#failed = true;
      const why = thrown instanceof NeaiError ? describeError(thrown) : String(thrown);
      process.stderr.write(`the history of this run is not complete: ${why}\n`);
    }
  }
}
