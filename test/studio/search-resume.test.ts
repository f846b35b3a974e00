import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/shared/random.ts';
import { libraryText } from '../../src/studio/library-text.ts';
import { type RunSearchOptions, runSearch } from '../../src/studio/run-search.ts';
import { MOTOR_AXES, writeMotors } from './motor-files.ts';

let folder = '';
let file = '';
let options: RunSearchOptions;
let whole: { library: string; journal: Buffer };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-search-resume-'));
  file = join(folder, 'journal.jsonl');
  const couples = await writeMotors(folder, { 'pump 1': 3, 'pump 2': 4 });
  options = { couples, axes: MOTOR_AXES, evaluations: 24, seed: 7, workers: 1 };
  const { library } = await runSearch({ ...options, journal: { file, resume: false } });
  whole = { library: libraryText(library), journal: await readFile(file) };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const resume = (changes: Partial<RunSearchOptions> = {}) =>
  runSearch({ ...options, ...changes, journal: { file, resume: true } });

describe('a search', () => {
  it('gives the same library on one, two and three workers', async () => {
    for (const workers of [2, 3]) {
      const { library } = await runSearch({ ...options, workers });
      expect(libraryText(library)).toBe(whole.library);
    }
  });

  it('gone on with from a journal that ends anywhere gives the bytes of the uninterrupted one', async () => {
    const random = seededRandom(5);
    const headerBytes = whole.journal.indexOf('\n') + 1;
    for (let i = 0; i < 5; i++) {
      await writeFile(file, whole.journal);
      // as a process leaves it that is killed while it writes: torn in the middle of a line, more often than not
      await truncate(file, headerBytes + random.below(whole.journal.length - headerBytes));
      const found = await resume({ workers: 1 + (i % 3) });
      expect(libraryText(found.library)).toBe(whole.library);
      expect(found.evaluations).toBe(24);
      const entries = (await readFile(file, 'utf8')).split('\n').slice(1, -1);
      expect(new Set(entries.map((line) => JSON.stringify(JSON.parse(line).candidate))).size).toBe(24);
    }
  });

  it('is not gone on with on other files, options or another order of couples, and says what differs', async () => {
    await writeFile(file, whole.journal);
    await expect(resume({ seed: 8 })).rejects.toMatchObject({
      code: 'SEARCH_RESUME_REFUSED',
      message: expect.stringContaining('seed'),
      details: { asked: '7', got: '8' },
    });
    await expect(resume({ evaluations: 25 })).rejects.toThrow('evaluations');
    await expect(resume({ limits: { maxRamBytes: 900 } })).rejects.toThrow('maximum RAM');
    await expect(resume({ couples: options.couples.toReversed() })).rejects.toThrow('files');
    const [first] = options.couples[0]!.regular;
    const before = await readFile(first!);
    await appendFile(first!, before.subarray(0, before.indexOf('\n') + 1));
    await expect(resume()).rejects.toThrow('pump 1-regular.csv, whose contents have changed');
    await writeFile(first!, before);
    await writeFile(file, whole.journal.toString().replace(/"code":"[0-9a-f]{4}/, '"code":"0000'));
    await expect(resume()).rejects.toThrow('the engine');
    await rm(file);
    await expect(resume()).rejects.toMatchObject({ code: 'SEARCH_RESUME_REFUSED' });
  });

  it('is not gone on with from a journal that is damaged in the middle', async () => {
    const lines = whole.journal.toString().split('\n');
    lines[3] = lines[3]!.slice(0, 40);
    await writeFile(file, lines.join('\n'));
    await expect(resume()).rejects.toMatchObject({
      code: 'SEARCH_JOURNAL_DAMAGED',
      details: { file, line: 4 },
    });
  });

  it('hands out the best so far as a library that can be tried, when there is a better one', async () => {
    const drafts: string[] = [];
    let beat = (): void => {};
    await runSearch(
      {
        ...options,
        onBest: ({ id, search }) => {
          expect(search!.scores).toMatchObject({ draft: true, heldOut: { regularLines: 0 } });
          drafts.push(id);
        },
        everySecond: (given) => {
          beat = given;
          return () => {};
        },
      },
      ({ evaluations }) => {
        // a beat after the first, and two more with nothing new between them
        if (evaluations === 1 || evaluations === 24) {
          const turn = beat;
          beat = () => {};
          turn();
          turn();
          beat = turn;
        }
      },
    );
    expect(drafts.length).toBeGreaterThanOrEqual(1);
    expect(drafts.length).toBeLessThanOrEqual(2);
  });
});
