import { lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replaceFile } from '../../src/cli/replace-file.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-replace-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const bytes = new TextEncoder().encode('new');

describe('replaceFile', () => {
  it('writes through a link and leaves nothing beside the file', async () => {
    await writeFile(join(folder, 'file'), 'old');
    await symlink('file', join(folder, 'link'));
    await replaceFile(join(folder, 'link'), bytes);
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('new');
    expect((await lstat(join(folder, 'link'))).isSymbolicLink()).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(['file', 'link']);
  });

  it('writes into a pipe instead of putting a file in its place', async () => {
    const pipe = join(folder, 'pipe');
    await execa('mkfifo', [pipe]);
    const reader = execa('cat', [pipe]);
    await replaceFile(pipe, bytes);
    expect((await reader).stdout).toBe('new');
    expect((await stat(pipe)).isFIFO()).toBe(true);
  });

  it('refuses a folder and leaves it as it is', async () => {
    await expect(replaceFile(folder, bytes)).rejects.toThrow('EISDIR');
    expect((await stat(folder)).isDirectory()).toBe(true);
  });
});
