import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeRunRecord } from '../../src/record/codec.ts';
import { decodeHistoryRecord, historyRecordSchema } from '../../src/record/history-record.ts';
import { clopperPearson } from '../../src/shared/clopper-pearson.ts';
import { type NeaiResult, runNeai } from '../cli/run-neai.ts';
import { syntheticRun } from '../record/synthetic-run.ts';
import { commitOf, fiftyRuns, idOf, LIBRARY, STORY, writeFiftyRuns } from './fifty-runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'neai-fifty-'));
beforeAll(() => {
  mkdirSync(join(folder, 'runs'));
  writeFiftyRuns(join(folder, 'runs', 'history.db'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const history = (...args: string[]): Promise<NeaiResult> => runNeai(folder, 'history', ...args);
async function json<T>(...args: string[]): Promise<{ document: T; exitCode: number | undefined }> {
  const { stdout, stderr, exitCode } = await history(...args, '--json');
  expect(stderr).not.toMatch(/\n\s+at /);
  return { document: JSON.parse(stdout) as T, exitCode };
}

interface Change {
  run: number;
  foundAt: number;
  before: number;
  after: number;
  changedWith: string[];
}
interface Trend {
  series: { figure: string; unit: string; values: (number | null)[]; changePoints: Change[] }[];
}
interface SinceAnswers {
  since: {
    firstBad: string;
    firstBadCommit: string;
    lastGood: string;
    differing: number;
    sentence: string;
  }[];
}

describe('a history of fifty runs answers', { timeout: 180_000 }, () => {
  test('which runs there were, by scenario, board, library and commit', async () => {
    const { document } = await json(
      '--scenario',
      'nightly',
      '--board',
      'nucleo-l432kc',
      '--library',
      LIBRARY,
    );
    const { runs, series } = historyRecordSchema.parse(document);
    expect(runs.map(({ id }) => id)).toEqual(fiftyRuns().map(({ runId }) => runId));
    expect(series.map(({ figure }) => figure)).toContain('flake rate');
    const ofCommit = await history('--commit', commitOf(20).slice(0, 10));
    expect(ofCommit.stdout.match(/nightly-bench/g)).toHaveLength(2);
    expect((await history('--board', 'nucleo-f401re')).stdout).not.toContain('nightly');
  });

  test('how figures went: exact ones at their first change, a noisy one within five runs, units never mixed', async () => {
    const { document } = await json<Trend>('trend');
    const of = (figure: string) => document.series.find((one) => one.figure === figure)!;
    expect(of('ticks per learn').unit).toBe('instructions');
    expect(of('ticks per learn').changePoints).toEqual([
      expect.objectContaining({
        run: STORY.compiler,
        foundAt: STORY.compiler,
        changedWith: ['commit', 'compiler', 'firmware'],
      }),
    ]);
    const [bytes] = of('flash').changePoints;
    expect(bytes!.after - bytes!.before).toBe(STORY.bytesMore);
    const [step, ...others] = of('flash time').changePoints;
    expect(others).toEqual([]);
    expect(step!.run).toBe(STORY.slowFlash);
    expect(step!.foundAt).toBeLessThan(STORY.slowFlash + 5);
    expect(step!.after / step!.before).toBeCloseTo(1.08, 1);
    expect(of('link time').changePoints).toEqual([]);
    const scores = of('score difference');
    expect(scores.changePoints[0]).toMatchObject({ run: STORY.diverges, before: 0 });
    // Runs that broke off tell no scores, and make no change of them.
    for (const run of STORY.rackFails) expect(scores.values[run]).toBeNull();
    expect((await history('trend', 'ticks per learn')).stdout).toContain('worse in');
    expect((await history('trend', 'cycles')).exitCode).toBe(2);
  });

  test('since when it differs: first run, commit, and what changed with it', async () => {
    const { document } = await json<SinceAnswers>('since', 'equivalence');
    expect(document.since).toEqual([
      expect.objectContaining({
        firstBad: idOf(STORY.diverges),
        firstBadCommit: commitOf(STORY.diverges),
        lastGood: idOf(STORY.diverges - 1),
        differing: STORY.runs - STORY.diverges,
        changedWith: ['commit', 'firmware'],
      }),
    ]);
    expect(document.since[0]!.sentence).toContain('line');
    const ofSignal = await json<SinceAnswers>('since', `regular.csv:${STORY.divergesAtCall + 25}`);
    expect(ofSignal.document.since[0]).toMatchObject({ firstBad: idOf(STORY.diverges) });
    const ofCompiler = await json<SinceAnswers>('since', 'compiler');
    expect(ofCompiler.document.since[0]).toMatchObject({ firstBad: idOf(STORY.compiler) });
    const all = (await history('since')).stdout;
    expect(all).toContain(`equivalence is FAIL since ${idOf(STORY.diverges)}`);
    expect(all).toContain('flash time is worse since');
    expect((await history('since', 'library')).stdout).toContain('never changed');
  });

  test('what no run knows has not "never changed", and a run is not compared with itself', async () => {
    const unknown = await history('since', 'compilr');
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toMatch(/no run says anything of this.*score difference.*compiler/s);
    expect((await history('since', 'regular.csv:99999')).stderr).toContain('no run says anything of this');
    const itself = await history('compare', 'latest', 'latest');
    expect(itself.exitCode).toBe(2);
    expect(itself.stderr).toContain('both names are of the same run');
    expect((await history('--board', 'none')).stdout).toMatch(/^no run/);
  });

  test('how often it fails that also passes', async () => {
    const { document } = await json<{ flakes: { rate: number; interval95: number[]; classes: object }[] }>(
      'flakes',
    );
    const [rate] = document.flakes;
    expect(rate).toMatchObject({
      attempts: STORY.runs,
      flaky: 2,
      rate: 2 / STORY.runs,
      classes: { rack: 2 },
    });
    expect(rate!.interval95).toEqual(clopperPearson(2, STORY.runs));
  });

  test('what is different between two runs, call by call', async () => {
    const { document } = await json<{
      facts: { name: string }[];
      figures: { figure: string; before: number; after: number; worse: boolean | null }[];
      answers: { compared: number; differing: number; first: { call: number; field: string } };
    }>('compare', idOf(10), idOf(40));
    expect(document.facts.map(({ name }) => name)).toEqual(['commit', 'OpenOCD', 'compiler', 'firmware']);
    expect(document.figures.find(({ figure }) => figure === 'flash')).toMatchObject({ worse: true });
    expect(document.answers).toMatchObject({
      compared: 121,
      first: { call: STORY.divergesAtCall, field: 'learnCounter' },
    });
    expect((await history('compare', idOf(10), idOf(11))).stdout).toContain('answers compared, all the same');
    expect((await history('compare', idOf(10), 'nobody')).exitCode).toBe(2);
  });

  test('what stands as an alarm, until it is accepted for a reason', async () => {
    type Alarms = { alarms: { figure: string; run: string }[] };
    const first = await json<Alarms>('alarms');
    expect(first.exitCode).toBe(1);
    const figures = first.document.alarms.map(({ figure }) => figure);
    expect(figures).toEqual(
      expect.arrayContaining([
        'flash',
        'ticks per learn',
        'flash time',
        'score difference',
        'digest of scores',
      ]),
    );
    expect(figures).not.toContain('link time');
    const refused = await history('accept', idOf(STORY.compiler), 'flash', '--reason', ' ');
    expect(refused.exitCode).toBe(2);
    await history('accept', idOf(STORY.compiler), 'flash', '--reason', 'the new compiler is wanted');
    const after = await json<Alarms>('alarms');
    expect(after.document.alarms.map(({ figure }) => figure)).not.toContain('flash');
  });

  test('whether a run holds its baseline: better moves it, worse is refused until accepted', async () => {
    type Held = { held: boolean; figures: { figure: string; verdict: string; bar: number }[] };
    expect((await history('ratchet', idOf(5))).exitCode).toBe(2);
    await history('baseline', idOf(STORY.compiler));
    const better = await json<Held>('ratchet', idOf(5));
    expect(better.exitCode).toBe(0);
    const moved = better.document.figures.filter(({ verdict }) => verdict === 'improved');
    expect(moved.map(({ figure }) => figure).sort()).toEqual(['flash', 'ticks per learn']);
    const worse = await json<Held>('ratchet', idOf(STORY.compiler));
    expect(worse.exitCode).toBe(1);
    expect(worse.document.figures.filter(({ verdict }) => verdict === 'worse')).toHaveLength(2);
    for (const figure of ['flash', 'ticks per learn']) {
      await history('accept', idOf(STORY.compiler), figure, '--reason', 'bought a rounding fix');
    }
    expect((await history('ratchet', idOf(STORY.compiler))).exitCode).toBe(0);
    const broken = await json<Held>('ratchet', idOf(STORY.rackFails[0]));
    expect(broken.document.figures.some(({ verdict }) => verdict === 'not told')).toBe(true);
    expect(broken.exitCode).toBe(1);
    // The noisy flash time has no bar; a step for the worse refuses all the same.
    const slow = await json<Held>('ratchet', idOf(STORY.diverges - 1));
    expect(slow.document.figures.find(({ figure }) => figure === 'flash time')).toMatchObject({
      verdict: 'worse',
    });
    const { document } = await json('--last', '1');
    const bars = historyRecordSchema.parse(document).series.find(({ figure }) => figure === 'flash')!
      .ratchet!;
    expect(bars.entries.map(({ kind }) => kind)).toEqual(['first', 'improved', 'accepted']);
    expect(bars.entries.at(-1)).toMatchObject({ reason: 'bought a rounding fix', by: null });
  });
});

describe('neai history page', { timeout: 180_000 }, () => {
  test('draws the document that lies beside it', async () => {
    const { document, exitCode } = await json<{ report: string; record: string }>(
      'page',
      '--out',
      'trend.html',
    );
    expect(exitCode).toBe(0);
    const record = decodeHistoryRecord(readFileSync(document.record, 'utf8'), document.record);
    expect(record.runs).toHaveLength(STORY.runs);
    expect(readFileSync(document.report, 'utf8')).toContain(idOf(STORY.diverges));
  });
});

describe('neai history import', { timeout: 180_000 }, () => {
  test('takes records of this version and of the first, and each only once', async () => {
    const place = join(folder, 'imported');
    mkdirSync(place);
    const record = { ...syntheticRun(), runId: '20261120-231500-fan-bench-1' };
    writeFileSync(join(place, 'record.json'), encodeRunRecord(record));
    const { accuracy, metrics: _metrics, tolerance: _tolerance, ...rest } = record;
    const old = {
      ...rest,
      formatVersion: 1,
      runId: '20251120-231500-fan',
      startedAt: '2025-11-20T23:15:00.000Z',
      sides: { reference: 'emulator', target: 'virtual-board' },
      accuracy: { board: accuracy.target, emulator: accuracy.reference },
    };
    writeFileSync(join(place, 'old.json'), JSON.stringify(old));
    const own = ['--history', join(place, 'history.db')];
    const { document } = await json<{ imported: { entered: number }[] }>(
      ...['import', place, join(place, 'old.json'), ...own],
    );
    expect(document.imported.map(({ entered }) => entered)).toEqual([1, 1]);
    const again = await json<{ imported: { entered: number }[] }>('import', place, ...own);
    expect(again.document.imported[0]!.entered).toBe(0);
    const runs = await json('--scenario', 'fan', ...own);
    expect(historyRecordSchema.parse(runs.document).runs.map(({ id }) => id)).toEqual([
      old.runId,
      record.runId,
    ]);
    writeFileSync(join(place, 'newer.json'), JSON.stringify({ ...old, formatVersion: 99 }));
    expect((await history('import', join(place, 'newer.json'), ...own)).stderr).toContain('RECORD_VERSION');
  });
});
