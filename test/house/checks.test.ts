import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';

const trackedFiles = (): string[] =>
  execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0').filter(Boolean);

describe('the rules of the house', () => {
  test('types, lint, import rules, dead code, generated files and C warnings are clean', async () => {
    const check = await execa(process.execPath, ['scripts/check.ts'], { all: true, reject: false });
    expect(check.exitCode, check.all).toBe(0);
  }, 300_000);

  test('the lock file names no address that packages were downloaded from', () => {
    expect(readFileSync('package-lock.json', 'utf8')).not.toMatch(/"resolved"|https?:\/\/[^"]*registry/);
  });

  test('every direct dependency is pinned to one version', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
    const versions = Object.values<string>({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.length).toBeGreaterThan(10);
    for (const version of versions) expect(version).toMatch(/^(npm:.+@)?\d+\.\d+\.\d+$/);
  });

  test('no source file is longer than 450 lines, but for the one table of error codes', () => {
    const sources = trackedFiles().filter(
      (file) =>
        /\.(ts|mjs|c|h)$/.test(file) &&
        !file.startsWith('firmware/generated/') &&
        file !== 'src/shared/error-codes.ts',
    );
    expect(sources.length).toBeGreaterThan(50);
    const lengths = sources.map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length }));
    expect(lengths.filter(({ lines }) => lines > 450)).toEqual([]);
  });
});
