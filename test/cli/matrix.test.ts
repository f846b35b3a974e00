import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import type { MatrixCell } from '../../src/cli/compare/matrix.ts';
import { decodeRunRecord } from '../../src/record/codec.ts';
import { compareSummarySchema } from '../../src/record/summary.ts';
import { MAIN, runNeai } from './run-neai.ts';

const FAN = join(import.meta.dirname, '../../scenarios/fixtures/fan-3x32');
const LINES = [
  ...['compare', '--library', FAN, '--learn', `${FAN}/regular.csv:1-25`],
  ...['--detect', `${FAN}/abnormal.csv:1-5=anomaly`],
];
const folder = mkdtempSync(join(tmpdir(), 'neai-matrix-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('neai compare --matrix compares each side with each: what differs fails, what is not there is not run', async () => {
  const run = await runNeai(folder, ...LINES, '--target', 'emulator', '--json');
  const made = compareSummarySchema.parse(JSON.parse(run.stdout));
  const record = decodeRunRecord(readFileSync(made.record, 'utf8'), made.record);
  const { target } = record.calls;
  const code = target.code.map((value, index) => (index === 28 ? value + 1 : value));
  const changed = { ...record, calls: { ...record.calls, target: { ...target, code } } };
  const file = join(folder, 'changed.json');
  writeFileSync(file, JSON.stringify(changed));
  const sides = ['emulator', `record:${made.record}`, `record:${file}`, 'wasm'];
  const { stdout, exitCode } = await execa(
    process.execPath,
    [MAIN, ...LINES, '--matrix', sides.join(','), '--json'],
    { cwd: folder, reject: false, env: { NEAI_LLVM: join(folder, 'no compilers') } },
  );
  expect(exitCode).toBe(1);
  const told: { matrix: string; cells: MatrixCell[] } = JSON.parse(stdout);
  expect(JSON.parse(readFileSync(told.matrix, 'utf8')).cells).toEqual(told.cells);
  expect(told.cells.map(({ reference, target, verdict }) => [reference, target, verdict])).toEqual([
    ['emulator', 'record-target', 'PASS'],
    ['emulator', 'record-target-2', 'FAIL'],
    ['emulator', 'wasm', 'NOT RUN'],
    ['record-target', 'record-target-2', 'FAIL'],
    ['record-target', 'wasm', 'NOT RUN'],
    ['record-target-2', 'wasm', 'NOT RUN'],
  ]);
  for (const cell of told.cells) {
    if (cell.verdict === 'NOT RUN') {
      expect(cell).toMatchObject({ reason: expect.stringMatching(/^BUILD_TOOL_MISSING/), record: null });
      continue;
    }
    const { comparison, divergence } = decodeRunRecord(readFileSync(cell.record!, 'utf8'), cell.record!);
    expect(cell.mismatches).toBe(cell.verdict === 'PASS' ? 0 : 1);
    expect(comparison.mismatches).toBe(cell.mismatches);
    expect(divergence?.call ?? null).toBe(cell.verdict === 'PASS' ? null : 28);
    expect(existsSync(cell.report!)).toBe(true);
  }
}, 60_000);

test('a matrix without a pair, and one with a reference of its own, are refused instead of passed', async () => {
  const alone = await runNeai(folder, ...LINES, '--matrix', 'emulator');
  expect(alone.exitCode).toBe(2);
  expect(alone.stderr).toContain('one side alone is compared with nothing');
  const both = await runNeai(folder, ...LINES, '--matrix', 'emulator,emulator', '--target', 'emulator');
  expect(both.exitCode).toBe(2);
  expect(both.stderr).toContain('--matrix has no reference and no target');
});
