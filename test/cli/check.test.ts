import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runNeai } from './run-neai.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-check-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('neai check', () => {
  it('never writes a page or a copy over a signal file or a device', async () => {
    const text = Array.from({ length: 30 }, (_, i) => `${i} ${i * i}`).join('\n');
    await writeFile(join(folder, 'own.csv'), text);
    await symlink('own.csv', join(folder, 'link.csv'));
    const page = await runNeai(folder, 'check', 'own.csv', '--axes', '1', '--plot', 'link.csv');
    expect(page).toMatchObject({ exitCode: 2, stdout: '' });
    expect(page.stderr).toContain('OUTPUT_NOT_WRITTEN: link.csv: the page would overwrite a signal file');
    expect(await readFile(join(folder, 'own.csv'), 'utf8')).toBe(text);
    await execa('mkfifo', [join(folder, 'pipe')]);
    const copy = await runNeai(folder, 'check', 'own.csv', '--axes', '1', '--fix', 'pipe', '--force');
    expect(copy.exitCode).toBe(2);
    expect((await stat(join(folder, 'pipe'))).isFIFO()).toBe(true);
  });

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

  it('tells every fault of every file in one document, and compares regular with abnormal files', async () => {
    const lines = (scale: number) =>
      Array.from({ length: 60 }, (_, i) =>
        Array.from({ length: 8 }, (_, j) => scale * Math.sin(i * 8 + j * j)),
      );
    const text = (rows: number[][]) => rows.map((row) => row.map((v) => v.toFixed(4)).join(';')).join('\n');
    await writeFile(join(folder, 'r.csv'), text(lines(1)));
    await writeFile(join(folder, 'a.csv'), text(lines(1)));
    await writeFile(join(folder, 'short.csv'), text(lines(2).map((row) => row.slice(2))));
    await writeFile(join(folder, 'bad.csv'), `${text(lines(1))}\nx;1;2;3;4;5;6;7\n1;2;3\n`);
    const args = ['--regular', 'r.csv', '--abnormal', 'a.csv', 'short.csv', '--axes', '2', '--json'];
    const result = await runNeai(
      folder,
      'check',
      'bad.csv',
      'absent.csv',
      ...args,
      '--sampling-frequency',
      '50',
    );
    expect(result.exitCode).toBe(2);
    const { ok, files, comparison, error } = JSON.parse(result.stdout);
    expect(ok).toBe(false);
    const blocking = (file: { findings: { level: string; code: string }[] }) =>
      file.findings.flatMap(({ level, code }) => (level === 'blocking' ? [code] : []));
    expect(files.map(blocking)).toEqual([
      ['SIGNAL_NOT_A_NUMBER', 'SIGNAL_WRONG_COUNT'],
      ['SIGNAL_FILE_UNREADABLE'],
      [],
      [],
      ['SIGNAL_WRONG_COUNT'],
    ]);
    expect(files[2]).toMatchObject({
      label: 'regular',
      ok: true,
      bufferSize: 4,
      sampling: { signalLengthSeconds: 0.08, nyquistHz: 25 },
    });
    expect(comparison.map(({ kind }: { kind: string }) => kind)).toContain('shared lines');
    expect(error).toMatchObject({ code: 'SIGNAL_NOT_A_NUMBER', file: 'bad.csv', line: 61, column: 1 });
  });

  it('writes a repaired copy, says what was changed, and leaves the original alone', async () => {
    const original = `${'1,5;2,5\n'.repeat(24)}nan;1\n`;
    await writeFile(join(folder, 'german.csv'), original);
    const fixed = await runNeai(folder, 'check', 'german.csv', '--axes', '1', '--fix', 'english.csv');
    expect(fixed.exitCode).toBe(0);
    expect(fixed.stdout).toContain('lines 1–24: decimal comma');
    expect(fixed.stdout).toContain('line 25: dropped: NaN or infinity');
    expect(await readFile(join(folder, 'english.csv'), 'utf8')).toBe('1.5;2.5\n'.repeat(24));
    expect(await readFile(join(folder, 'german.csv'), 'utf8')).toBe(original);
    const again = await runNeai(
      folder,
      'check',
      'german.csv',
      '--axes',
      '1',
      '--fix',
      'english.csv',
      '--json',
    );
    expect(again.exitCode).toBe(2);
    expect(JSON.parse(again.stdout).error.code).toBe('OUTPUT_NOT_WRITTEN');
  });

  it('never shows a stack trace, whatever it is given', async () => {
    await mkdir(join(folder, 'empty folder'), { recursive: true });
    await writeFile(
      join(folder, 'binary.csv'),
      Uint8Array.from({ length: 5000 }, (_, i) => (i * 37) & 255),
    );
    const args = ['check', 'empty folder', 'binary.csv', '/dev/null', '--axes', '3', '--plot', 'odd.html'];
    const refused = await runNeai(folder, ...args);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).not.toMatch(/^\s+at /m);
    expect(refused.stderr.match(/^SIGNAL_/gm)).toHaveLength(3);
    const usage = await runNeai(folder, 'check', '--axes', '3', '--json');
    expect([usage.exitCode, JSON.parse(usage.stdout).error.code]).toEqual([2, 'USAGE']);
  });
});
