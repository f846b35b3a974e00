import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { fakeRoot } from '../host/fake-sysfs.ts';

const MAIN = resolve('src/cli/main.ts');
const home = mkdtempSync(join(tmpdir(), 'neai-doctor-cli-'));
const root = fakeRoot([]);
mkdirSync(join(root, 'dev/pts'));
writeFileSync(join(root, 'dev/ptmx'), '');
afterAll(() => {
  for (const folder of [home, root]) rmSync(folder, { recursive: true, force: true });
});
const neai = (path: string, ...args: string[]) =>
  execa(process.execPath, [MAIN, 'doctor', '--root', root, ...args], {
    cwd: home,
    reject: false,
    env: { PATH: path },
  });

describe('neai doctor', () => {
  it('ends with 0 where nothing is a problem, as one JSON document', async () => {
    const { stdout, exitCode } = await neai(process.env['PATH']!, '--json');
    const { problems, checks } = JSON.parse(stdout);
    expect(checks.filter((check: { status: string }) => check.status === 'problem')).toEqual([]);
    expect({ problems, exitCode, count: checks.length }).toEqual({ problems: 0, exitCode: 0, count: 21 });
  });

  it('ends with 3 where an old OpenOCD comes first in the path, and prints the line to paste', async () => {
    const folder = join(home, 'old');
    mkdirSync(folder);
    writeFileSync(join(folder, 'openocd'), '#!/bin/sh\necho "Open On-Chip Debugger 0.10.0" >&2\n');
    chmodSync(join(folder, 'openocd'), 0o755);
    const { stdout, exitCode } = await neai(`${folder}:${process.env['PATH']}`);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^PROBLEM {2}OpenOCD: Open On-Chip Debugger 0\.10\.0, but 0\.12 or newer/m);
    expect(stdout).toMatch(/^ +sudo apt-get install --no-install-recommends openocd$/m);
    expect(stdout).toMatch(/21 checks: 1 problems/);
  });

  it('names every tool that is missing, and crashes over none', async () => {
    const folder = join(home, 'empty');
    mkdirSync(folder);
    symlinkSync('/bin/true', join(folder, 'true'));
    const { stdout, exitCode } = await neai(folder, '--json');
    expect(exitCode).toBe(3);
    const missing = JSON.parse(stdout).checks.filter((check: { found: string }) =>
      check.found.endsWith('is not installed'),
    );
    expect(missing.map((check: { id: string }) => check.id)).toEqual([
      'openocd',
      'arm-gcc',
      'arm-libc',
      'cmake',
      'ninja',
      'gcc',
      'setpriv',
    ]);
  });

  it('prints udev rules that a file can be made of', async () => {
    const { stdout, exitCode } = await neai(process.env['PATH']!, '--udev-rules');
    expect(exitCode).toBe(0);
    const lines = stdout.split('\n').filter((line) => !line.startsWith('#'));
    expect(lines).toHaveLength(4);
    for (const line of lines)
      expect(line).toMatch(/^[A-Z]+(!=|==|=)"[^"]+"(, [A-Za-z_]+(\{\w+\})?(!=|==|\+=|=)"[^"]+")*$/);
  });
});
