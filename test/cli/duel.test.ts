import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeDuelRecord, winnerOf } from '../../src/record/duel-record.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { linesOf } from '../../src/vendor/emulator/calls.ts';
import { LIBRARY, writeInputs } from '../bundle/build-bundle.ts';
import { vendorLibrary, vendorZip } from '../support/vendor-library.ts';
import { FIXTURE_SHAPE } from '../vendor/fixture/headers.ts';
import { makeVendorFixture } from '../vendor/fixture/make.ts';
import { runNeai } from './run-neai.ts';

/** A search, two images and two virtual boards on a computer that others use as well. */
const DUEL_MS = 480_000;
const BOARD = ['--board', 'nucleo-l432kc'];
const FILES = ['--regular', 'regular.csv', '--abnormal', 'abnormal.csv'];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-duel-'));
  await writeInputs(folder);
  const made = await vendorLibrary(LIBRARY, { generation: 'v5', core: 'cortex-m4' });
  await writeFile(join(folder, 'vendor.zip'), vendorZip(made));
}, DUEL_MS);
afterAll(() => rm(folder, { recursive: true, force: true }));

const duel = (...args: string[]) => runNeai(folder, 'duel', '--vendor', 'vendor.zip', ...FILES, ...args);

describe('neai duel', { timeout: DUEL_MS }, () => {
  test('sets a library of another maker and ours side by side: same board, same lines, every figure', async () => {
    const args = ['--evaluations', '20', '--i-have-the-right', '--json', '--out', 'runs'];
    const { stdout, stderr, exitCode } = await duel(...BOARD, ...args);
    expect(exitCode, stderr).toBe(0);
    const { paths, ...record } = JSON.parse(stdout);
    expect(JSON.parse(await readFile(paths.record, 'utf8'))).toEqual(record);
    expect(await readFile(paths.page, 'utf8')).toContain('Two libraries, the same board, the same signals');
    const { ours, vendor } = record.sides;
    expect(vendor).toMatchObject({ libraryId: LIBRARY.id, interface: 'v5', minimumLearningIterations: 25 });
    expect(ours.libraryId).not.toBe(LIBRARY.id);
    expect(ours.learned).toBe(vendor.learned);
    expect(ours.equivalence.verdict).toBe('PASS');
    for (const { record: run } of [ours, vendor]) {
      expect(existsSync(join(dirname(paths.record), run))).toBe(true);
    }
    expect(record.rows.map((row: { figure: string }) => row.figure)).toEqual([
      ...['balanced accuracy', 'confidence', 'RAM', 'flash', 'learn', 'detect'],
    ]);
    for (const row of record.rows) {
      expect(row.ours, row.figure).toBeGreaterThan(0);
      expect(row.vendor, row.figure).toBeGreaterThan(0);
      expect(row.winner).toBe(winnerOf(row));
    }
    // nothing of the people in the vendor's metadata goes on
    expect(stdout + (await readFile(paths.page, 'utf8'))).not.toMatch(/jane/i);
  });

  test('refuses before it searches: no right stated, a board that does not fit, signals of another shape', async () => {
    const refused = async (...args: string[]): Promise<string> => {
      const { stdout, stderr, exitCode } = await duel(...args, '--out', 'none');
      expect([stdout, exitCode], stderr).toEqual(['', 2]);
      return stderr;
    };
    expect(await refused(...BOARD)).toContain('VENDOR_RIGHT_NOT_STATED');
    const m0 = await refused('--board', 'nucleo-f072rb', '--i-have-the-right');
    expect(m0).toContain('VENDOR_DOES_NOT_LINK');
    await writeFile(join(folder, 'short.csv'), '1,2,3,4,5,6\n'.repeat(30));
    const short = await runNeai(
      folder,
      ...['duel', '--vendor', 'vendor.zip', '--regular', 'short.csv', '--abnormal', 'abnormal.csv'],
      ...[...BOARD, '--i-have-the-right', '--out', 'none'],
    );
    expect(short.exitCode).toBe(2);
    expect(short.stderr).toContain('SIGNAL_WRONG_COUNT');
    expect(await refused(...BOARD, '--axes', '2', '--i-have-the-right')).toContain(
      "contradicts the vendor's",
    );
    expect((await readdir(folder)).includes('none')).toBe(false);
  });

  test('ends with the status of what broke a run off, and refuses a library that the board is closed to before it searches', async () => {
    const { axes, bufferSize } = FIXTURE_SHAPE;
    const random = seededRandom(5);
    const lines = (level: number): string =>
      linesOf(
        Array.from({ length: 40 }, () =>
          Float32Array.from({ length: axes * bufferSize }, () => level * (1 + random.unit())),
        ),
      );
    await writeFile(join(folder, 'low.csv'), lines(1));
    await writeFile(join(folder, 'high.csv'), lines(5));
    const against = async (macro: string, out: string) =>
      runNeai(
        folder,
        ...[
          'duel',
          '--vendor',
          await makeVendorFixture(join(folder, macro), { generation: 3, macros: [macro] }),
        ],
        ...['--regular', 'low.csv', '--abnormal', 'high.csv', '--evaluations', '2', ...BOARD],
        ...['--i-have-the-right', '--out', out],
      );
    const closed = await against('LIMITED', 'closed');
    expect(closed).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('VENDOR_NOT_AUTHORISED') });
    expect((await readdir(folder)).includes('closed')).toBe(false);
    const broken = await against('TRAPS', 'broken');
    expect(broken).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('BOARD_FAULT') });
    expect(broken.stderr).toContain("the fault lies in the vendor's library");
    const [duelFolder] = await readdir(join(folder, 'broken'));
    const record = decodeDuelRecord(
      await readFile(join(folder, 'broken', duelFolder!, 'duel.json'), 'utf8'),
      'duel',
    );
    expect(record.sides.ours.equivalence.verdict).toBe('PASS');
    expect(record.sides.vendor.equivalence.verdict).not.toBe('PASS');
    expect(broken.stdout).toContain('not shown');
  });
});
