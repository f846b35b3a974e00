import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeSearchRecord } from '../../src/record/codec.ts';
import { generateMotor } from '../../src/studio/motor.ts';
import { runNeai } from './run-neai.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-search-page-'));
  const motor = generateMotor({ seed: 6, regularLines: 60, abnormalLines: 40, bufferSize: 64 });
  await writeFile(join(folder, 'r.csv'), `${motor.regular.join('\n')}\n`);
  // regular lines under another name: no search can tell them from the others
  const other = generateMotor({ seed: 8, regularLines: 40, abnormalLines: 20, bufferSize: 64 });
  await writeFile(join(folder, 'same.csv'), `${other.regular.join('\n')}\n`);
  await writeFile(join(folder, 'a.csv'), `${motor.abnormal.join('\n')}\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const search = (out: string, abnormal: string, ...more: string[]) =>
  runNeai(
    folder,
    'search',
    '--regular',
    'r.csv',
    '--abnormal',
    abnormal,
    '--axes',
    '3',
    '--out',
    out,
    '--evaluations',
    '8',
    ...more,
  );

describe('the files that neai search writes beside the library', () => {
  it('are a record and a page, and neai report makes the same page again from the record', async () => {
    const done = await search('lib', 'a.csv', '--json');
    expect(done.exitCode).toBe(0);
    const document = JSON.parse(done.stdout);
    expect(document).toMatchObject({
      record: join(folder, 'lib/search-record.json'),
      page: join(folder, 'lib/search.html'),
    });
    const record = decodeSearchRecord(await readFile(document.record, 'utf8'), document.record);
    expect(record.winner.id).toBe(document.id);
    expect(record.causes).toEqual(document.causes);
    expect(record.candidates.index).toHaveLength(8);
    const again = await runNeai(folder, 'report', 'lib', '--out', 'again.html');
    expect(again.stdout).toBe(`report ${join(folder, 'again.html')}`);
    const [first, second] = [readFile(document.page), readFile(join(folder, 'again.html'))];
    expect((await second).equals(await first)).toBe(true);
    const over = await runNeai(folder, 'report', 'lib', '--out', document.record);
    expect(over).toMatchObject({ stdout: '', exitCode: 2 });
    expect(over.stderr).toContain('the page would overwrite its record');
  });

  it('are left out with --no-page, and the causes of a poor result are printed all the same', async () => {
    const done = await search('bare', 'same.csv', '--no-page');
    expect(await readdir(join(folder, 'bare'))).not.toContain('search.html');
    expect(await readdir(join(folder, 'bare'))).not.toContain('search-record.json');
    expect(done.stdout).toContain('why it is no better:\n');
    expect(done.stdout).toMatch(/too alike: .* \d+\.\d % of pairs/);
  });
});
