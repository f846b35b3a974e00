import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differencesOf } from '../../src/cli/compare-classes.ts';
import { generateMotor } from '../../src/studio/motor.ts';
import { type NeaiResult, runNeai } from './run-neai.ts';

const STATES = ['running', 'imbalance', 'bearing', 'looseness'] as const;
const LINES = 48;
const DEADLINE_MS = 300_000;
const folder = mkdtempSync(join(tmpdir(), 'neai-classes-cli-'));
const classes = (): string[] => STATES.flatMap((name) => ['--class', `${name}=${name}.csv`]);

let searched: NeaiResult;

beforeAll(async () => {
  const motor = generateMotor({ seed: 4, regularLines: LINES, abnormalLines: 3 * LINES, bufferSize: 64 });
  const files = [motor.regular, ...[0, 1, 2].map((k) => motor.abnormal.filter((_, i) => i % 3 === k))];
  STATES.forEach((name, c) => {
    writeFileSync(join(folder, `${name}.csv`), `${files[c]!.join('\n')}\n`);
  });
  searched = await runNeai(
    folder,
    ...['search-classes', ...classes(), '--axes', '3', '--evaluations', '24', '--out', 'lib', '--json'],
  );
}, DEADLINE_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('another id, one bit of one probability, or a missing one is a difference', () => {
  const answer = (code: number, ...words: number[]) => ({ code, words: Uint32Array.from(words) });
  const questions = [1, 2, 3, 4].map((line) => ({ file: 'f', line }));
  const emulator = questions.map(() => answer(1, 0x3f400000, 0x3e800000));
  const board = [
    answer(1, 0x3f400000, 0x3e800000),
    answer(2, 0x3f400000, 0x3e800000),
    answer(1, 0x3f400000, 0x3e800001),
    answer(1, 0x3f400000),
  ];
  expect(differencesOf(questions, emulator, board).map(({ line }) => line)).toEqual([2, 3, 4]);
});

describe('a classifier of the states of a motor', () => {
  test('is found, with figures on lines that the search never saw', () => {
    expect(searched.exitCode, searched.stderr).toBe(0);
    const { scores, split, classes: named } = JSON.parse(searched.stdout);
    expect(named).toEqual(STATES.map((name, i) => ({ id: i + 1, name })));
    expect(split).toMatchObject(STATES.map((name) => ({ name, selected: 36, heldOut: 12 })));
    expect(scores.heldOut.lines).toBe(48);
    expect(scores.heldOut.balancedAccuracy).toBeGreaterThanOrEqual(0.9);
  });

  test('is the same when searched again', async () => {
    const args = ['--axes', '3', '--evaluations', '24', '--out', 'again'];
    await runNeai(folder, 'search-classes', ...classes(), ...args);
    const text = (name: string): string => readFileSync(join(folder, name, 'library.json'), 'utf8');
    expect(text('again')).toBe(text('lib'));
  });

  test('is emulated: ids, names and probabilities that add up to 1', async () => {
    const { stdout, exitCode } = await runNeai(
      folder,
      ...['emulate', 'lib', 'classify', '--file', 'bearing.csv', '--begin', '40', '--end', '44'],
    );
    expect(exitCode).toBe(0);
    const { status, results, classification_summary: summary } = JSON.parse(stdout);
    expect(status).toBe('classification');
    expect(results.map(({ line }: { line: number }) => line)).toEqual([40, 41, 42, 43, 44]);
    for (const { class_id: id, probability, probabilities } of results) {
      expect(probabilities[id - 1]).toBe(probability);
      expect(probabilities.reduce((sum: number, one: number) => sum + one, 0)).toBe(1);
    }
    expect(summary.classes[2]).toEqual({ id: 3, name: 'bearing', signals: 5 });
  });

  test('is refused where something is to learn', async () => {
    const { exitCode, stderr, stdout } = await runNeai(
      folder,
      'emulate',
      'lib',
      'learn',
      '--file',
      'bearing.csv',
    );
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('classification');
  });

  test('compiles into a bundle whose example, headers and emulator a user can compile and run', async () => {
    const built = await runNeai(folder, 'build', 'lib', '--core', 'host', '--out', 'bundle', '--json');
    expect(built.exitCode, built.stderr).toBe(0);
    const strict = ['-Wall', '-Wextra', '-Wpedantic', '-Werror'];
    const cwd = join(folder, 'bundle');
    await execa(
      'gcc',
      ['-std=c11', ...strict, '-I.', 'example/main.c', 'libneai.a', '-lm', '-o', 'example.out'],
      { cwd },
    );
    // the emulator of the bundle is one file that needs nothing beside it
    const lines = ['--file', '../bearing.csv', '--begin', '40', '--end', '41'];
    const alone = await execa(process.execPath, ['emulator.mjs', 'classify', ...lines], { cwd });
    const { results } = JSON.parse(alone.stdout);
    expect(results.map(({ class_name: name }: { class_name: string }) => name)).toEqual([
      'bearing',
      'bearing',
    ]);
    await execa('g++', ['-std=c++17', ...strict, '-fsyntax-only', '-x', 'c++', 'NanoEdgeAI.hpp'], { cwd });
  });

  test(
    'gives the same bits on a virtual board',
    async () => {
      const lines = STATES.flatMap((name) => ['--class', `${name}=${name}.csv:35-48`]);
      const { stdout, stderr, exitCode } = await runNeai(
        folder,
        ...['compare-classes', 'lib', ...lines, '--board', 'nucleo-l432kc', '--json'],
      );
      expect(exitCode, stderr).toBe(0);
      const document = JSON.parse(stdout);
      expect(document).toMatchObject({
        equivalence: 'PASS',
        signals: 56,
        mismatches: 0,
        judged: 48,
        evidence: { kind: 'virtual' },
        perCall: { unit: 'instructions' },
      });
      // the board's figure is the one that the search promised for the same lines
      const { scores } = JSON.parse(searched.stdout);
      expect(document.balancedAccuracy).toBe(scores.heldOut.balancedAccuracy);
    },
    DEADLINE_MS,
  );
});
