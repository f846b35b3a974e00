import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateMotor } from '../../src/studio/motor.ts';
import { MAIN, runNeai } from './run-neai.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-cli-search-'));
  const motor = generateMotor({ seed: 6, regularLines: 40, abnormalLines: 24, bufferSize: 64 });
  await writeFile(join(folder, 'r.csv'), `${motor.regular.join('\n')}\n`);
  await writeFile(join(folder, 'a.csv'), `${motor.abnormal.join('\n')}\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const FILES = ['--regular', 'r.csv', '--abnormal', 'a.csv', '--axes', '3'];

describe('neai search', () => {
  it('writes library.json and prints one JSON document; progress goes to standard error', async () => {
    const done = await runNeai(folder, 'search', ...FILES, '--out', 'lib', '--evaluations', '10', '--json');
    expect(done.exitCode).toBe(0);
    const document = JSON.parse(done.stdout);
    expect(document).toMatchObject({ evaluations: 10, budget: 10, seed: 1, interrupted: false });
    expect(document.couples).toMatchObject([
      { regular: { lines: 40, selected: 30, heldOut: 10, overlapSamples: 0 }, abnormal: { lines: 24 } },
    ]);
    expect(document.library).toBe(join(folder, 'lib', 'library.json'));
    expect(JSON.parse(await readFile(document.library, 'utf8')).id).toBe(document.id);
    expect(done.stderr).toContain('10/10');
    expect(done.stderr).toContain('few lines');
  });

  it('writes the same bytes when run again with another number of workers', async () => {
    const run = (out: string, workers: string) =>
      runNeai(
        folder,
        'search',
        ...FILES,
        '--out',
        out,
        '--evaluations',
        '12',
        '--seed',
        '7',
        '--workers',
        workers,
      );
    expect([(await run('one', '1')).exitCode, (await run('two', '2')).exitCode]).toEqual([0, 0]);
    const [one, two] = [
      readFile(join(folder, 'one/library.json')),
      readFile(join(folder, 'two/library.json')),
    ];
    expect(await two).toEqual(await one);
  });

  it('keeps the best so far when it is interrupted, says so in its one document, and ends with 130', async () => {
    const search = execa(
      process.execPath,
      [MAIN, 'search', ...FILES, '--out', 'cut', '--json', '--evaluations', '100000'],
      {
        cwd: folder,
        reject: false,
      },
    );
    search.stderr.once('data', () => search.kill('SIGINT'));
    const { exitCode, stdout } = await search;
    expect(exitCode).toBe(130);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ interrupted: true, budget: 100_000 });
    expect(document.evaluations).toBeLessThan(100_000);
    expect(JSON.parse(await readFile(document.library, 'utf8')).id).toBe(document.id);
  });

  it('refuses a place that cannot be written at once, before any search, with status 2', async () => {
    for (const out of ['/proc/none/lib', 'r.csv', 'r.csv/lib']) {
      const refused = await runNeai(folder, 'search', ...FILES, '--out', out, '--json');
      expect(refused.exitCode).toBe(2);
      expect(JSON.parse(refused.stdout).error).toMatchObject({ code: 'OUTPUT_NOT_WRITTEN' });
      expect(refused.stderr).not.toContain('search ');
    }
  });

  it('refuses bad input with status 2 and, with --json, a document that names the code', async () => {
    const refused = await runNeai(
      folder,
      'search',
      '--regular',
      'none.csv',
      '--axes',
      '3',
      '--out',
      'x',
      '--json',
    );
    expect(refused.exitCode).toBe(2);
    expect(JSON.parse(refused.stdout).error.code).toBe('SIGNAL_FILE_UNREADABLE');
    const misuse = await runNeai(folder, 'search', ...FILES, '--out', 'x', '--evaluations', '0');
    expect(misuse.exitCode).toBe(2);
  });
});
