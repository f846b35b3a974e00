import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { openHistory } from '../../src/history/database.ts';
import { HISTORY_VERSION } from '../../src/history/migrations.ts';
import { readAnswers } from '../../src/history/read-answers.ts';
import { readRuns } from '../../src/history/read-runs.ts';
import { RunWriter } from '../../src/history/run-writer.ts';
import { NeaiError } from '../../src/shared/errors.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { answerOf, CALLS, END, runIdOf, startOf } from './written-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'neai-history-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newFile = (): string => join(folder, `history-${++files}.db`);
const WRITER = new URL('./endless-writer.ts', import.meta.url).pathname;

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'nothing thrown';
  } catch (thrown) {
    return thrown instanceof NeaiError ? thrown.code : String(thrown);
  }
};

/** Starts the writer and kills it once it has said so many lines. @returns what it said */
async function writeAndKill(file: string, first: number, lines: number): Promise<string[]> {
  const writer = execa(process.execPath, [WRITER, file, String(first)], { reject: false, buffer: false });
  const said: string[] = [];
  for await (const line of writer.iterable()) {
    said.push(line);
    if (said.length === lines) writer.kill('SIGKILL');
  }
  const { signal } = await writer;
  expect(signal).toBe('SIGKILL');
  return said;
}

describe('a history whose writer is killed in mid-run', () => {
  test('holds every answer that was committed, whole, and nothing else is damaged', async () => {
    const file = newFile();
    const random = seededRandom(20261120);
    const finished = new Set<number>();
    for (let round = 0; round < 12; round++) {
      const first = 1000 * round;
      const said = await writeAndKill(file, first, 1 + random.below(40));
      const database = openHistory(file);
      expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
      const runs = readRuns(database);
      const flushed = new Map<string, number>();
      for (const line of said) {
        const [what, run = '', answers] = line.split(' ');
        if (what === 'answers') flushed.set(run, Number(answers));
        else finished.add(Number(run.split('-').at(-1)));
      }
      for (const { key, runId, state, figures } of runs) {
        const number = Number(runId.split('-').at(-1));
        if (number < first) continue;
        const { code, learnCounter, digest } = readAnswers(database, key, 'target');
        const expected = Array.from({ length: code.length }, (_, call) => answerOf(number, call));
        expect(code).toEqual(expected.map((answer) => answer.code));
        expect(learnCounter).toEqual(expected.map((answer) => answer.learnCounter));
        expect(digest).toEqual(expected.map((answer) => answer.digest));
        expect(code.length).toBeGreaterThanOrEqual(flushed.get(runId) ?? 0);
        // The end is one transaction: a run with an end has all of it.
        expect(figures).toHaveLength(state === 'complete' ? END.figures.length : 0);
        if (state === 'complete') expect(code).toHaveLength(CALLS);
      }
      const complete = new Set(runs.filter(({ state }) => state === 'complete').map(({ runId }) => runId));
      for (const number of finished) expect(complete).toContain(runIdOf(number));
      database.close();
    }
    expect(finished.size).toBeGreaterThan(5);
  }, 120_000);

  test('takes the run again under the same id, and never one that has ended', () => {
    const database = openHistory(newFile());
    RunWriter.begin(database, startOf(1))!.answer('target', answerOf(1, 0));
    const again = RunWriter.begin(database, startOf(1))!;
    for (let call = 0; call < CALLS; call++) again.answer('target', answerOf(1, call));
    again.finish(END);
    expect(RunWriter.begin(database, startOf(1))).toBeUndefined();
    const [run] = readRuns(database);
    expect(readAnswers(database, run!.key, 'target').code).toHaveLength(CALLS);
  });
});

describe('a history', () => {
  test('takes several writers at once', async () => {
    const file = newFile();
    await Promise.all([1, 2, 3].map((writer) => writeAndKill(file, 1000 * writer, 20)));
    const database = openHistory(file);
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    const complete = readRuns(database).filter(({ state }) => state === 'complete');
    for (const writer of [1, 2, 3])
      expect(complete.map(({ runId }) => runId)).toContain(runIdOf(1000 * writer));
  }, 60_000);

  test.for(Array.from({ length: HISTORY_VERSION }, (_, at) => at + 1))(
    'of version %i comes up to date with everything it held',
    (version) => {
      const file = newFile();
      const old = openHistory(file, { version });
      old
        .prepare(
          `INSERT INTO runs (run_id, source, scenario, started_at, ended_at, state, neai, board, kind, library, equivalence)
           VALUES ('20251120-231500-old', 'compare', 'old', '2025-11-20T23:15:00.000Z', '2025-11-20T23:15:30.000Z',
             'complete', '0.1.0', 'nucleo-l432kc', 'virtual', 'aa', '{"verdict":"PASS","reasons":[]}')`,
        )
        .run();
      old.prepare("INSERT INTO facts VALUES (1, 'firmware', 'f1')").run();
      old.prepare("INSERT INTO figures VALUES (1, 'flash', 'bytes', 14776)").run();
      if (version >= 2) {
        old
          .prepare(
            `INSERT INTO answers VALUES (1, 'target', 0, 1, '{"code":[7],"learnCounter":[1],"digest":[2]}')`,
          )
          .run();
      }
      if (version >= 3) old.prepare("INSERT INTO attempts VALUES (1, 0, 'passed', 30, NULL, NULL)").run();
      old.close();
      const database = openHistory(file);
      expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: HISTORY_VERSION });
      const [run] = readRuns(database);
      expect(run).toMatchObject({
        runId: '20251120-231500-old',
        equivalence: { verdict: 'PASS' },
        facts: { firmware: 'f1' },
        figures: [{ name: 'flash', unit: 'bytes', value: 14_776 }],
        attempts: [{ status: 'passed', seconds: expect.closeTo(30, 3) }],
      });
      expect(readAnswers(database, run!.key, 'target').code).toEqual(version >= 2 ? [7] : []);
      expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
      const fresh = openHistory(newFile());
      const schema = 'SELECT type, name, tbl_name FROM sqlite_schema ORDER BY name';
      expect(database.prepare(schema).all()).toEqual(fresh.prepare(schema).all());
    },
  );

  test('of a newer neai is refused by name and left as it is', () => {
    const file = newFile();
    const newer = openHistory(file);
    newer.exec(`PRAGMA user_version = ${HISTORY_VERSION + 1}`);
    newer.close();
    expect(codeOf(() => openHistory(file))).toBe('HISTORY_NEWER');
    const same = new DatabaseSync(file);
    expect(same.prepare('PRAGMA user_version').get()).toEqual({ user_version: HISTORY_VERSION + 1 });
  });

  test('is told from other databases, from other files, and from none', () => {
    const other = newFile();
    const foreign = new DatabaseSync(other);
    foreign.exec('CREATE TABLE cookies (id INTEGER)');
    foreign.close();
    expect(codeOf(() => openHistory(other))).toBe('HISTORY_UNREADABLE');
    const text = newFile();
    writeFileSync(text, `no database at all ${'x'.repeat(2000)}`);
    expect(codeOf(() => openHistory(text))).toBe('HISTORY_UNREADABLE');
    expect(codeOf(() => openHistory(newFile(), { mustExist: true }))).toBe('HISTORY_UNREADABLE');
    expect(codeOf(() => openHistory(join(folder, 'no', 'such', 'folder.db')))).toBe('HISTORY_UNREADABLE');
  });
});
