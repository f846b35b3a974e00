import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runNeai } from './run-neai.ts';

const FIXTURE = new URL('../../scenarios/fixtures/pump-1x16', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'neai-registry-held-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(() => {
  for (const name of ['regular.csv', 'abnormal.csv']) copyFileSync(join(FIXTURE, name), join(folder, name));
  // Registered with other contents than it has now.
  const entry = (file: string): string =>
    `datasets:\n  - name: pump\n    version: 1\n    file: ${file}\n    sha256: ${'0'.repeat(64)}\n    units: g\n    rateHz: 1000\n    labels: a pump\n`;
  writeFileSync(join(folder, 'datasets.yaml'), entry('regular.csv'));
  mkdirSync(join(folder, 'project'));
  writeFileSync(join(folder, 'project', 'datasets.yaml'), entry('../regular.csv'));
  writeFileSync(
    join(folder, 'project', 'neai-project.yaml'),
    'name: pump\ntarget:\n  board: nucleo-l432kc\nsensor:\n  type: accelerometer\n  axes: 1\ncouples:\n  - name: pump\n    regular: [../regular.csv]\n    abnormal: [../abnormal.csv]\n',
  );
});

test.each([
  ['sweep', ['--regular', 'regular.csv', '--axes', '1', '--rates', '1,2']],
  [
    'search-classes',
    ['--class', 'a=regular.csv', '--class', 'b=abnormal.csv', '--axes', '1', '--out', 'classes'],
  ],
  ['compare-classes', [FIXTURE, '--class', 'a=regular.csv', '--board', 'nucleo-l432kc']],
  ['search', ['--project', 'project', '--datasets', 'project/datasets.yaml']],
  ['search', ['--project', 'project']],
])(
  'neai %s refuses a file that has changed under its registered name: %s',
  async (command, args) => {
    const run = await runNeai(folder, command, ...args, '--json');
    expect(run.exitCode).toBe(2);
    expect(JSON.parse(run.stdout).error.code).toBe('DATASET_CHANGED');
  },
  60_000,
);
