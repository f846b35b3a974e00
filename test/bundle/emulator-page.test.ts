import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import { LIBRARY, writeInputs } from './build-bundle.ts';

const ROOT = join(import.meta.dirname, '../..');

it('docs/emulator.md shows a program that runs as it stands', async () => {
  const page = await readFile(join(ROOT, 'docs/emulator.md'), 'utf8');
  const program = /```ts\n(.*?)```/s.exec(page)![1]!;
  const folder = await mkdtemp(join(tmpdir(), 'neai-emulator-page-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeInputs(folder);
  await writeFile(join(folder, 'program.ts'), program.replace("'../src/", `'${ROOT}/src/`));
  const { stdout } = await execa(process.execPath, ['program.ts'], { cwd: folder });
  const learned = LIBRARY.minimumLearningIterations;
  const lines = stdout.split('\n');
  expect(lines.slice(0, 2).map((line) => line.endsWith('null'))).toEqual([true, true]);
  expect(lines[2]).toMatch(/^(nominal|anomaly) (nominal|anomaly)$/);
  expect(lines.slice(4)).toEqual([`${learned} true`, `${learned}`]);
});
