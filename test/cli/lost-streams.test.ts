import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { MAIN } from './run-neai.ts';

/** Linux has a device whose disk is always full. */
const hasFullDisk = existsSync('/dev/full');

const shell = (line: string) =>
  execa('bash', ['-c', `"$0" "$1" ${line}`, process.execPath, MAIN], { reject: false });

describe.runIf(hasFullDisk)('a command whose streams cannot be written', () => {
  it('says that standard output is full and ends with status 2, without a stack', async () => {
    const { exitCode, stderr } = await shell('check --help > /dev/full');
    expect(stderr).toContain('OUTPUT_NOT_WRITTEN: standard output cannot be written');
    expect(stderr).not.toContain('    at ');
    expect(exitCode).toBe(2);
  });

  it('keeps its own status when remarks cannot be written', async () => {
    expect(await shell('check nowhere.csv --axes 1 2> /dev/full')).toMatchObject({ exitCode: 2 });
    expect(await shell('check --help 2> /dev/full')).toMatchObject({ exitCode: 0 });
  });
});
