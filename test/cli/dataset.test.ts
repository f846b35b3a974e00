import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadDataset } from '../../harness/dataset.ts';
import { loadLibrary } from '../../src/studio/load-library.ts';
import { runNeai } from './run-neai.ts';

const FIXTURE = new URL('../../scenarios/fixtures/pump-1x16', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'neai-datasets-'));
const neai = (...args: string[]) => runNeai(folder, ...args);
const FACTS = ['--units', 'g', '--rate', '1000', '--labels', 'a pump in good order'];

beforeAll(() => {
  for (const name of ['regular.csv', 'abnormal.csv']) copyFileSync(join(FIXTURE, name), join(folder, name));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the registry of data sets', () => {
  test('is made by the first entry, lists it, and finds its file as it was', async () => {
    expect((await neai('dataset', 'list')).exitCode).toBe(2);
    expect((await neai('dataset', 'add', 'pump', 'regular.csv', ...FACTS)).exitCode).toBe(0);
    const { stdout } = await neai('dataset', 'list', '--json');
    expect(JSON.parse(stdout).datasets).toEqual([
      {
        ...{ name: 'pump', version: 1, file: 'regular.csv', units: 'g', rateHz: 1000 },
        labels: 'a pump in good order',
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
    expect((await neai('dataset', 'check')).exitCode).toBe(0);
  }, 180_000);

  test('refuses a changed file under its old name in search, compare and scenarios, and takes it as a new version', async () => {
    appendFileSync(
      join(folder, 'regular.csv'),
      `${readFileSync(join(FIXTURE, 'regular.csv'), 'utf8').split('\n')[0]}\n`,
    );
    expect((await neai('dataset', 'check')).exitCode).toBe(2);
    const searched = await neai(
      'search',
      '--regular',
      'regular.csv',
      '--axes',
      '1',
      '--out',
      'out',
      '--json',
    );
    const compared = await neai(
      ...[
        'compare',
        '--library',
        FIXTURE,
        '--learn',
        'regular.csv:1-20',
        '--board',
        'nucleo-l432kc',
        '--json',
      ],
    );
    for (const { stdout, exitCode } of [searched, compared]) {
      expect(exitCode).toBe(2);
      expect(JSON.parse(stdout).error).toMatchObject({ code: 'DATASET_CHANGED', file: 'regular.csv' });
    }
    process.env['NEAI_DATASETS'] = join(folder, 'datasets.yaml');
    try {
      const library = await loadLibrary(FIXTURE);
      await expect(loadDataset(folder, library)).rejects.toMatchObject({ code: 'DATASET_CHANGED' });
      await neai('dataset', 'add', 'pump', 'regular.csv', ...FACTS);
      expect((await loadDataset(folder, library)).regular.length).toBeGreaterThan(0);
    } finally {
      delete process.env['NEAI_DATASETS'];
    }
    const { stdout } = await neai('dataset', 'check', '--json');
    expect(JSON.parse(stdout).files).toEqual([
      expect.objectContaining({ name: 'pump', version: 2, problem: null }),
    ]);
    const taken = await neai('dataset', 'add', 'pump', 'abnormal.csv', '--as-version', '1', ...FACTS);
    expect(taken.stderr).toContain('DATASET_REGISTRY');
  }, 300_000);

  test('says where it is wrong', async () => {
    writeFileSync(join(folder, 'wrong.yaml'), 'datasets:\n  - name: pump\n    version: none\n');
    const { stderr, exitCode } = await neai('dataset', 'list', '--datasets', 'wrong.yaml');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/DATASET_REGISTRY: .*wrong\.yaml:[23]:/);
  });
});
