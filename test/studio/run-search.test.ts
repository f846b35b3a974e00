import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SeenLines } from '../../src/engine/dataset/seen-lines.ts';
import { generateMotor, MOTOR_AXES } from '../../src/studio/motor.ts';
import { readDataset } from '../../src/studio/read-dataset.ts';
import {
  type CoupleFiles,
  type RunSearchOptions,
  runSearch,
  type SearchProgress,
} from '../../src/studio/run-search.ts';

let folder = '';
let options: RunSearchOptions;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-search-'));
  const motor = generateMotor({ seed: 3, regularLines: 60, abnormalLines: 30, bufferSize: 128 });
  options = {
    couples: [
      {
        name: 'motor',
        regular: [join(folder, 'regular.csv')],
        abnormal: [join(folder, 'abnormal.csv')],
      },
    ],
    axes: MOTOR_AXES,
    evaluations: 30,
    seed: 5,
  };
  await writeFile(join(folder, 'regular.csv'), `${motor.regular.join('\n')}\n`);
  await writeFile(join(folder, 'abnormal.csv'), `${motor.abnormal.join('\n')}\n`);
});

const withFiles = (files: Partial<CoupleFiles>): RunSearchOptions => ({
  ...options,
  couples: [{ ...options.couples[0]!, ...files }],
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a search over files', () => {
  it('gives the same library for any number of workers', async () => {
    const [one, three] = [
      await runSearch({ ...options, workers: 1 }),
      await runSearch({ ...options, workers: 3 }),
    ];
    expect(JSON.stringify(three.library)).toBe(JSON.stringify(one.library));
    expect(one.evaluations).toBe(30);
  });

  it('records files, lines seen and figures of lines it never saw', async () => {
    const { library, couples } = await runSearch({ ...options, evaluations: 6, workers: 1 });
    const { search } = library;
    expect(search).toMatchObject({ seed: 5, budget: 6, evaluations: 6 });
    expect(search!.files.map(({ name, label, lines, selected }) => [name, label, lines, selected])).toEqual([
      ['regular.csv', 'regular', 60, [[1, 45]]],
      ['abnormal.csv', 'abnormal', 30, [[1, 15]]],
    ]);
    expect(search!.scores).toMatchObject({ heldOut: { regularLines: 15, abnormalLines: 15 } });
    const seen = new SeenLines(search);
    const { lines, datasets } = couples[0]!.regular;
    const { sha256 } = datasets[0]!;
    expect(seen.has(sha256, 45, lines[44]!.signal)).toBe(true);
    expect(seen.has(sha256, 46, lines[45]!.signal)).toBe(false);
    expect(seen.has('another file', 1, lines[44]!.signal)).toBe(true);
    expect(library.minimumLearningIterations).toBeGreaterThanOrEqual(20);
  });

  it('shows progress that only grows, with the best so far', async () => {
    const seen: SearchProgress[] = [];
    await runSearch({ ...options, evaluations: 8, workers: 2 }, (progress) => seen.push(progress));
    const counts = seen.map(({ evaluations }) => evaluations);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(new Set(counts)).toEqual(new Set([...counts, 1, 2, 3, 4, 5, 6, 7, 8]));
    expect(seen.at(-1)!.evaluations).toBe(8);
    expect(seen.at(-1)!.best!.evaluation.balancedAccuracy).toBeGreaterThan(0.5);
  });

  it('keeps the best so far when interrupted, and has nothing when interrupted at once', async () => {
    const controller = new AbortController();
    const outcome = await runSearch(
      { ...options, evaluations: 200, workers: 1 },
      ({ evaluations }) => {
        if (evaluations > 0) controller.abort(new Error('enough'));
      },
      controller.signal,
    );
    expect(outcome.interrupted).toBe(true);
    expect(outcome.evaluations).toBeLessThan(20);
    expect(outcome.library.id).toMatch(/^[0-9a-f]{24}$/);
    await expect(runSearch(options, () => {}, AbortSignal.abort(new Error('at once')))).rejects.toThrow(
      'at once',
    );
  });

  it('works without abnormal lines and says that the threshold is uncalibrated', async () => {
    const { library } = await runSearch({ ...withFiles({ abnormal: [] }), evaluations: 6, workers: 1 });
    expect(library.calibration.scale).toBe('3f800000');
    expect(library.search!.scores).toMatchObject({
      thresholdCalibrated: false,
      heldOut: { balancedAccuracy: null },
    });
  });

  it('refuses what it cannot do, by code', async () => {
    const short = join(folder, 'short.csv');
    await writeFile(short, '1,2,3\n'.repeat(25));
    await expect(runSearch(withFiles({ abnormal: [short] }))).rejects.toMatchObject({
      code: 'SIGNAL_WRONG_COUNT',
    });
    await writeFile(short, '1,2,3\n'.repeat(19));
    await expect(runSearch(withFiles({ regular: [short] }))).rejects.toMatchObject({
      code: 'SIGNAL_TOO_FEW_LINES',
    });
    await expect(runSearch({ ...options, limits: { maxRamBytes: 10 } })).rejects.toMatchObject({
      code: 'SEARCH_NO_LIBRARY',
      details: { got: expect.stringMatching(/the smallest candidate takes \d\d+ bytes of RAM/) },
    });
    await expect(runSearch(withFiles({ regular: [folder] }))).rejects.toMatchObject({
      code: 'SIGNAL_FILE_UNREADABLE',
    });
  });

  it('takes a single line where no search is meant', async () => {
    const single = join(folder, 'single.csv');
    await writeFile(single, '1,2,3');
    expect((await readDataset(single, { axes: 3 })).lines).toBe(1);
    await expect(readDataset(single, { axes: 3, valuesPerLine: 6 })).rejects.toMatchObject({
      code: 'SIGNAL_WRONG_COUNT',
    });
  });
});
