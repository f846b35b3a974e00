import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/shared/random.ts';
import { MOTOR_AXES, writeMotors } from '../studio/motor-files.ts';
import { MAIN, runNeai } from './run-neai.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-search-killed-'));
  await writeMotors(folder, { m: 11 }, { regularLines: 160, abnormalLines: 60, bufferSize: 64 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const FILES = ['--regular', 'm-regular.csv', '--abnormal', 'm-abnormal.csv', '--axes', String(MOTOR_AXES)];
/** Enough for a search of several seconds, with journals written at least once a second. */
const BUDGET = 2400;

const search = (out: string, workers: number, ...more: string[]): string[] => [
  ...['search', ...FILES, '--out', out, '--evaluations', String(BUDGET), '--workers', String(workers)],
  ...more,
];

/** Finished evaluations in the journal of a folder. */
function evaluationsIn(out: string): number {
  try {
    return readFileSync(join(folder, out, 'journal.jsonl'), 'utf8').split('\n').length - 2;
  } catch {
    return 0;
  }
}

/** Starts a search, kills it once its journal has grown by so many evaluations, and tells whether it still ran then. */
async function killed(out: string, args: string[], evaluations: number): Promise<boolean> {
  const enough = evaluationsIn(out) + evaluations;
  const running = execa(process.execPath, [MAIN, ...args], { cwd: folder, reject: false });
  const ended = running.then(() => 'ended');
  const wait = (ms: number) => new Promise<string>((resolve) => setTimeout(() => resolve('waiting'), ms));
  while (evaluationsIn(out) < enough) if ((await Promise.race([ended, wait(5)])) === 'ended') return false;
  running.kill('SIGKILL');
  return (await running).signal === 'SIGKILL';
}

describe('a search that is killed', () => {
  it('goes on from what was there and ends with the bytes of one that was not', {
    timeout: 300_000,
  }, async () => {
    expect((await runNeai(folder, ...search('whole', 1))).exitCode).toBe(0);
    const random = seededRandom(process.pid);
    let kills = 0;
    for (let attempt = 0; attempt < 3; attempt++) {
      const resume = attempt === 0 ? [] : ['--resume'];
      const evaluations = 1 + random.below(BUDGET / 6);
      if (!(await killed('cut', search('cut', 1 + (attempt % 2), ...resume), evaluations))) break;
      kills++;
    }
    expect(kills).toBeGreaterThan(0);
    const before = evaluationsIn('cut');
    expect(before).toBeGreaterThan(0);
    const last = await runNeai(folder, ...search('cut', 2, '--resume', '--json'));
    expect([last.exitCode, JSON.parse(last.stdout).resumedEvaluations]).toEqual([0, before]);
    expect(await readFile(join(folder, 'cut/library.json'))).toEqual(
      await readFile(join(folder, 'whole/library.json')),
    );
  });
});
