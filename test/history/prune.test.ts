import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { openHistory } from '../../src/history/database.ts';
import { planPruning, removeRuns } from '../../src/history/prune.ts';
import { accept, setBaseline } from '../../src/history/ratchet.ts';
import { findRun, readRuns } from '../../src/history/read-runs.ts';
import { RunWriter } from '../../src/history/run-writer.ts';
import { runNeai } from '../cli/run-neai.ts';
import { answerOf, END, runIdOf, startOf } from './written-run.ts';

const root = mkdtempSync(join(tmpdir(), 'neai-prune-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Runs 1 to `count` of one scenario, the odd ones on another board; the last goes on. */
function fill(database: DatabaseSync, count: number): void {
  for (let number = 1; number <= count; number++) {
    const writer = RunWriter.begin(database, { ...startOf(number), folder: runIdOf(number) })!;
    writer.know({
      board: number % 2 === 0 ? 'nucleo-l432kc' : 'nucleo-f072rb',
      kind: 'virtual',
      library: 'abc',
    });
    writer.answer('target', answerOf(number, 0));
    if (number < count) writer.finish(END);
  }
}

const numbers = (runs: readonly { readonly runId: string }[]): number[] =>
  runs.map(({ runId }) => Number(runId.split('-').at(-1)));

describe('pruning a history', () => {
  test('keeps the newest of each scenario and board, and never what a baseline or an acceptance rests on', () => {
    const database = openHistory(':memory:');
    fill(database, 9);
    const runs = readRuns(database);
    setBaseline(database, findRun(runs, runIdOf(1)), '2026-11-21T00:00:00.000Z');
    accept(database, findRun(runs, runIdOf(2)), {
      figure: 'flash',
      reason: 'a test',
      at: '2026-11-21T00:00:00.000Z',
    });
    const { removed, spared } = planPruning(database, runs, { keep: 2 });
    expect(numbers(removed)).toEqual([3, 4, 5]);
    expect(spared.map(({ run, why }) => [numbers([run])[0], why])).toEqual([
      [1, 'a baseline rests on it'],
      [2, 'a figure of it was accepted'],
    ]);
    removeRuns(database, removed);
    expect(numbers(readRuns(database))).toEqual([1, 2, 6, 7, 8, 9]);
    for (const table of ['answers', 'figures', 'attempts'])
      expect(database.prepare(`SELECT DISTINCT run FROM ${table} WHERE run IN (3, 4, 5)`).all()).toEqual([]);
    expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
  });

  test('by age lets go what began before, with a number of runs only what is beyond it too, and nothing that goes on', () => {
    const database = openHistory(':memory:');
    fill(database, 6);
    const runs = readRuns(database);
    const before = runs[4]!.startedAt;
    expect(numbers(planPruning(database, runs, { before }).removed)).toEqual([1, 2, 3, 4]);
    expect(numbers(planPruning(database, runs, { before, keep: 1 }).removed)).toEqual([1, 2, 3, 4]);
    expect(numbers(planPruning(database, runs, { before, keep: 2 }).removed)).toEqual([1, 2]);
    const all = planPruning(database, runs, { before: '2100-01-01T00:00:00.000Z' });
    expect(all.spared.map(({ run, why }) => [numbers([run])[0], why])).toEqual([
      [6, 'it goes on, or ended without a word'],
    ]);
  });

  test('the command says what goes, does so with the folders of the runs, and asks for a rule', async () => {
    const file = join(root, 'history.db');
    const database = openHistory(file);
    fill(database, 5);
    database.close();
    for (const number of [1, 2, 3, 4, 5]) {
      mkdirSync(join(root, runIdOf(number)));
      writeFileSync(join(root, runIdOf(number), 'record.json'), '{}');
    }
    const prune = (...args: string[]) => runNeai(root, 'history', 'prune', '--history', file, ...args);
    expect((await prune()).exitCode).toBe(2);
    const dry = await prune('--keep', '1', '--folders', '--dry-run');
    expect(dry.stdout).toMatch(/would remove 20261120-231500-written-bench-1 \(written on nucleo-f072rb\)/);
    expect(existsSync(join(root, runIdOf(1)))).toBe(true);
    const done = await prune('--keep', '1', '--folders', '--json');
    expect(JSON.parse(done.stdout)).toMatchObject({
      dryRun: false,
      removed: [1, 2, 3].map(runIdOf),
      folders: [1, 2, 3].map((number) => join(root, runIdOf(number))),
    });
    expect([1, 2, 3, 4, 5].map((number) => existsSync(join(root, runIdOf(number))))).toEqual([
      ...[false, false, false, true, true],
    ]);
    const left = openHistory(file);
    expect(numbers(readRuns(left))).toEqual([4, 5]);
    left.close();
  }, 60_000);
});
