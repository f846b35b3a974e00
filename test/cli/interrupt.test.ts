import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { generateMotor } from '../../src/studio/motor.ts';

const NEAI = new URL('../../bin/neai', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'neai-cli-interrupt-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(() => {
  const motor = generateMotor({ seed: 4, regularLines: 120, abnormalLines: 60, bufferSize: 256 });
  writeFileSync(join(folder, 'r.csv'), `${motor.regular.join('\n')}\n`);
  writeFileSync(join(folder, 'a.csv'), `${motor.abnormal.join('\n')}\n`);
});

/** A long search through bin/neai, as a user starts it; ready once it has said something. */
async function longSearch() {
  const files = ['--regular', 'r.csv', '--abnormal', 'a.csv', '--axes', '3'];
  const search = execa(NEAI, ['search', ...files, '--out', 'lib', '--evaluations', '100000', '--json'], {
    cwd: folder,
    reject: false,
  });
  await new Promise<void>((ready) => {
    search.stderr.on('data', (text: Buffer) => {
      if (text.toString().includes('search ')) ready();
    });
  });
  // wrapped: a process is a promise of its end, and returning it bare would wait for that
  return { search };
}

describe('bin/neai', () => {
  test('passes an interrupt on to the command, which keeps its best, and gives back its status', async () => {
    const { search } = await longSearch();
    search.kill('SIGINT');
    const { exitCode, stdout } = await search;
    expect(exitCode).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ interrupted: true });
  });

  test('leaves nothing running when it is killed', async () => {
    const { search } = await longSearch();
    const children = readFileSync(`/proc/${search.pid}/task/${search.pid}/children`, 'utf8')
      .trim()
      .split(' ');
    expect(children).toHaveLength(1);
    search.kill('SIGKILL');
    await search;
    await vi.waitFor(() => expect(existsSync(`/proc/${children[0]}`)).toBe(false), { timeout: 10_000 });
  });
});
