import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BroadcastChannel } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NeaiError } from '../../src/shared/errors.ts';
import { type CoupleFiles, type RunSearchOptions, runSearch } from '../../src/studio/run-search.ts';
import { MOTOR_AXES, writeMotors } from './motor-files.ts';
import { TAKEN_CHANNEL } from './workers/silent-worker.ts';

let folder = '';
let options: RunSearchOptions;
let couples: CoupleFiles[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-search-failures-'));
  couples = await writeMotors(folder, { motor: 1 });
  options = { couples, axes: MOTOR_AXES, evaluations: 10, workers: 2 };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const worker = (name: string): URL => new URL(`./workers/${name}.ts`, import.meta.url);

describe('a search whose workers fail', () => {
  it('names the candidate at which a worker ended', async () => {
    await expect(runSearch({ ...options, workerFile: worker('crashing-worker') })).rejects.toMatchObject({
      code: 'SEARCH_WORKER_FAILED',
      details: {
        asked: expect.stringMatching(/^\[\[\{"transform":"\w+".*"name":"\w+"/),
        got: expect.stringContaining('Array buffer allocation failed'),
      },
    });
  });

  it('is given up after 60 seconds without a candidate, naming what the workers are at', async () => {
    let beats = 0;
    const channel = new BroadcastChannel(TAKEN_CHANNEL);
    const search = runSearch({
      ...options,
      workerFile: worker('silent-worker'),
      everySecond: (beat) => {
        let timer: NodeJS.Timeout | undefined;
        // seconds without a candidate are these threads' fault from when they have one
        channel.onmessage = () => {
          timer ??= setInterval(() => {
            beats++;
            beat();
          }, 1);
        };
        return () => clearInterval(timer);
      },
    });
    await expect(search).rejects.toMatchObject({
      code: 'SEARCH_STALLED',
      details: { asked: expect.stringMatching(/transform/) },
    });
    expect(beats).toBe(60);
    channel.close();
  });

  it('ends with a code when its journal or its best so far cannot be written', async () => {
    const full = { file: '/dev/full', resume: false };
    await expect(runSearch({ ...options, journal: full })).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITTEN',
      details: { file: '/dev/full', got: expect.stringContaining('ENOSPC') },
    });
    const onBest = (): void => {
      throw new NeaiError('OUTPUT_NOT_WRITTEN', 'no room');
    };
    let beat = (): void => {};
    const everySecond = (given: () => void) => {
      beat = given;
      return () => {};
    };
    const search = runSearch({ ...options, onBest, everySecond }, ({ evaluations }) => {
      if (evaluations === 1) beat();
    });
    await expect(search).rejects.toThrow('no room');
  });

  it('keeps in its journal what was found before', async () => {
    const journal = { file: join(folder, 'kept.jsonl'), resume: false };
    const whole = await runSearch({ ...options, journal });
    const lines = (await readFile(journal.file, 'utf8')).split('\n');
    expect(lines).toHaveLength(1 + 10 + 1);
    // every candidate is known: no worker has to be asked
    const again = await runSearch({
      ...options,
      journal: { ...journal, resume: true },
      workerFile: worker('crashing-worker'),
    });
    expect(again.resumedEvaluations).toBe(10);
    expect(again.library).toEqual(whole.library);
  });
});
