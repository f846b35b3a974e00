import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareClasses } from '../../src/compare/class-answers.ts';
import { linesOf } from '../../src/vendor/emulator/calls.ts';
import { runVendorClassifier } from '../../src/vendor/emulator/run.ts';
import { loadVendorFolder } from '../../src/vendor/folder.ts';
import { runNeai } from '../cli/run-neai.ts';
import { CLASS_SHAPE, LEVELS, makeClassifierFixture } from './fixture/make-classifier.ts';

const LOADED_MACHINE_MS = 240_000;
const VALUES = CLASS_SHAPE.axes * CLASS_SHAPE.bufferSize;
const signalsOf = (level: number): Float32Array[] =>
  [-0.7, 0, 0.4].map((step) => new Float32Array(VALUES).fill(level + step));

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'neai-vendor-classes-'));
  for (const [name, level] of Object.entries(LEVELS))
    await writeFile(join(root, `${name}.csv`), linesOf(signalsOf(level)));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function imported(generation: 2 | 3 | 5): Promise<string> {
  const source = await makeClassifierFixture(join(root, `library-${generation}`), generation);
  const { exitCode, stderr } = await runNeai(root, 'import', source, '--out', `imported-${generation}`);
  expect(exitCode, stderr).toBe(0);
  return join(root, `imported-${generation}`);
}

describe("a classifier's answers are compared with an emulator that prints few digits", () => {
  const said = (classId: number, ...probabilities: number[]) => ({ classId, probabilities });
  const board = (code: number, ...probabilities: number[]) => ({ code, probabilities });

  test('within one unit of the last digit, and not by more', () => {
    const near = compareClasses([said(1, 0.87, 0.13)], 2, [board(1, 0.8651, 0.1349)]);
    expect(near).toMatchObject({ verdict: 'PASS', beyond: 0, tolerance: 0.01 });
    const far = compareClasses([said(1, 0.87, 0.13)], 2, [board(1, 0.858, 0.142)]);
    expect(far).toMatchObject({ verdict: 'FAIL', beyond: 1, flips: [] });
    const nothing = compareClasses([said(1, 0.87, 0.13)], 2, [board(1, Number.NaN, Number.NaN)]);
    expect(nothing.verdict).toBe('FAIL');
  });

  test('another class is a difference however near the probabilities are', () => {
    const compared = compareClasses([said(1, 0.5, 0.5)], 2, [board(2, 0.4999, 0.5001)]);
    expect(compared).toMatchObject({ verdict: 'FAIL', flips: [{ index: 0, reference: 1, target: 2 }] });
  });

  test('classes alone where it prints no probabilities, and nothing where there is none', () => {
    const alone = [{ classId: 2, probabilities: null }];
    expect(compareClasses(alone, null, [board(2, 0.1, 0.9)])).toMatchObject({
      verdict: 'PASS',
      largest: null,
    });
    expect(compareClasses(null, null, [board(2, 0.1, 0.9)]).verdict).toBe('NOT SHOWN');
  });
});

test('a classifier of more classes than an answer carries is refused before anything is built', async () => {
  const source = await makeClassifierFixture(join(root, 'library-many'), 3);
  const header = await readFile(join(source, 'NanoEdgeAI.h'), 'utf8');
  await writeFile(join(source, 'NanoEdgeAI.h'), header.replace('CLASS_NUMBER 3', 'CLASS_NUMBER 20'));
  const { exitCode, stderr } = await runNeai(
    root,
    ...['flash', source, '--board', 'nucleo-l432kc', '--i-have-the-right'],
  );
  expect([exitCode, stderr]).toEqual([
    2,
    expect.stringContaining('it has 20 classes, and an answer carries 13'),
  ]);
});

describe('a classifier of another maker', () => {
  test.each([
    [2, 4, [0.9309, 0.0548, 0.0143]],
    [3, 2, [0.93, 0.05, 0.01]],
    [5, null, null],
  ] as const)('of generation %d is run by its own emulator', async (generation, decimals, probabilities) => {
    const library = await loadVendorFolder(await imported(generation));
    expect(library.library.classNames).toEqual(Object.keys(LEVELS));
    const signals = Object.values(LEVELS).flatMap(signalsOf);
    const run = await runVendorClassifier(library, signals, {});
    expect(run.answers.map(({ classId }) => classId)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
    expect(run.decimals).toBe(decimals);
    expect(run.answers[1]!.probabilities).toEqual(probabilities);
  });

  test('on a virtual board gives the classes of its emulator, and states the right first', {
    timeout: LOADED_MACHINE_MS,
  }, async () => {
    const folder = await imported(3);
    const lines = Object.keys(LEVELS).flatMap((name) => ['--class', `${name}=${name}.csv`]);
    const words = ['compare-classes', folder, ...lines, '--board', 'nucleo-l432kc', '--json'];
    const without = await runNeai(root, ...words);
    expect(without).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('VENDOR_RIGHT_NOT_STATED'),
    });
    const { stdout, stderr, exitCode } = await runNeai(root, ...words, '--i-have-the-right');
    expect(exitCode, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ interface: 'v3/v4', equivalence: 'PASS', signals: 9, flips: 0, firstFlip: null },
      reference: 'emulators/NanoEdgeAI_Class_Emulator',
      probabilities: { tolerance: 0.01, beyond: 0 },
      balancedAccuracy: { board: 1, emulator: 1 },
      evidence: { kind: 'virtual' },
    });
    // straight from the download: built and flashed, never without the right
    const source = join(root, 'library-3');
    const flash = ['flash', source, '--board', 'nucleo-l432kc', '--json'];
    const refused = await runNeai(root, ...flash);
    expect(refused).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('VENDOR_RIGHT_NOT_STATED'),
    });
    const flashed = await runNeai(root, ...flash, '--i-have-the-right');
    expect(JSON.parse(flashed.stdout), flashed.stderr).toMatchObject({ skipped: false });
    const compare = await runNeai(
      root,
      'compare',
      '--library',
      folder,
      '--learn',
      'low.csv',
      '--board',
      'nucleo-l432kc',
      '--i-have-the-right',
    );
    expect(compare).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('neai compare-classes') });
  });
});
