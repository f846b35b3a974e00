/**
 * Part of `npm run nightly`: all ten defects in the firmware of a virtual board, each side against each, knowledge from
 * every virtual board to every other and to the emulator and back, and all lines of recorded machines on a board.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { listBoards } from '../src/boards/load.ts';

const ROOT = resolve(import.meta.dirname, '..');
const NEAI = join(ROOT, 'src/cli/main.ts');
/** A core with FPU and one without, and everything that runs on this computer. */
const MATRIX = 'emulator,host-c,wasm,board:nucleo-l432kc,board:nucleo-f072rb';
const FAN = join(ROOT, 'scenarios/fixtures/fan-3x32');

const folder = await mkdtemp(join(tmpdir(), 'neai-nightly-difference-'));
try {
  const lines = ['--learn', `${FAN}/regular.csv:1-40`, '--detect', `${FAN}/regular.csv:41-50=nominal`];
  lines.push(`${FAN}/abnormal.csv:1-10=anomaly`);
  const parts = [
    ['selfcheck', '--board', 'nucleo-l432kc'],
    ['compare', '--library', FAN, ...lines, '--matrix', MATRIX],
    ['travel', FAN, ...lines, '--boards', listBoards().join(',')],
  ];
  for (const args of parts) {
    const { exitCode } = await execa(process.execPath, [NEAI, ...args], {
      cwd: folder,
      stdio: 'inherit',
      reject: false,
    });
    process.exitCode ||= exitCode ?? 3;
  }
  const recorded = await execa('vitest', ['run', 'test/cli/compare.test.ts', '-t', 'recorded machines'], {
    cwd: ROOT,
    env: { NEAI_DATASETS_LONG: '1' },
    preferLocal: true,
    stdio: 'inherit',
    reject: false,
  });
  process.exitCode ||= recorded.exitCode ?? 3;
} finally {
  await rm(folder, { recursive: true, force: true });
}
