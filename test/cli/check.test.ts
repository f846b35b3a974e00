import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runNeai } from './run-neai.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-check-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('neai check', () => {
  it('reports sizes and findings of good files', async () => {
    const lines = Array.from({ length: 30 }, (_, i) => `${i};${i * i};${-i};0.5`);
    await writeFile(join(folder, 'good.csv'), `a;b;c;d\n${lines.join('\n')}\n`);
    const plain = await runNeai(folder, 'check', 'good.csv', '--axes', '2');
    expect(plain).toMatchObject({ exitCode: 0 });
    expect(plain.stdout).toContain('good.csv: ok, 30 lines, 2 × 2 samples');
    expect(plain.stdout).toContain('note header');
    const { files } = JSON.parse(
      (await runNeai(folder, 'check', 'good.csv', '--axes', '2', '--json')).stdout,
    );
    expect(files[0]).toMatchObject({ path: 'good.csv', lines: 30, bufferSize: 2, valuesPerLine: 4 });
    expect(files[0].findings.map(({ kind }: { kind: string }) => kind)).toContain('few lines');
  });

  it('spells out control characters of a file instead of sending them to the terminal', async () => {
    await writeFile(join(folder, 'escape.csv'), '1 2\n\u001b[31mred 2\n');
    const refused = await runNeai(folder, 'check', 'escape.csv', '--axes', '1');
    expect(refused.stderr).toContain('"\\x1b[31mred" is not a number');
  });

  it('refuses a decimal comma with code, file, line and column, and status 2', async () => {
    await writeFile(join(folder, 'comma.csv'), `1.5;2.5\n${'1;2\n'.repeat(30)}1,5;2\n`);
    const refused = await runNeai(folder, 'check', 'comma.csv', '--axes', '2', '--json');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('SIGNAL_DECIMAL_COMMA: comma.csv:32:1');
    expect(JSON.parse(refused.stdout).error).toMatchObject({
      code: 'SIGNAL_DECIMAL_COMMA',
      remedy: expect.stringContaining('point'),
      line: 32,
      column: 1,
    });
  });
});
