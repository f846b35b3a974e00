import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeRunRecord } from '../../src/record/codec.ts';
import { type CompareSummary, compareSummarySchema } from '../../src/record/summary.ts';
import { type NeaiResult, runNeai } from './run-neai.ts';

const FAN = join(import.meta.dirname, '../../scenarios/fixtures/fan-3x32');
const LINES = [
  '--library',
  FAN,
  '--learn',
  `${FAN}/regular.csv:1-50`,
  '--detect',
  `${FAN}/regular.csv:51-80=nominal`,
  `${FAN}/abnormal.csv=anomaly`,
];
const DEADLINE_MS = 600_000;
const folder = mkdtempSync(join(tmpdir(), 'neai-sides-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const compare = (...args: string[]): Promise<NeaiResult> => runNeai(folder, 'compare', ...args, '--json');
const summaryOf = ({ stdout }: NeaiResult): CompareSummary => compareSummarySchema.parse(JSON.parse(stdout));
const recordOf = ({ record }: CompareSummary) => decodeRunRecord(readFileSync(record, 'utf8'), record);

describe('neai compare of any two sides', () => {
  let made: CompareSummary;
  beforeAll(async () => {
    const run = await compare(...LINES, '--target', 'host-c');
    expect(run.exitCode, run.stderr).toBe(0);
    made = summaryOf(run);
  }, DEADLINE_MS);

  test('the emulator and the C library on this computer are identical, distances too', () => {
    expect(made).toMatchObject({
      identical: true,
      evidence: { kind: 'virtual', uniqueId: null },
      sides: { reference: { kind: 'emulator' }, target: { kind: 'host-c', planted: false } },
      divergence: null,
    });
    expect(made.metrics).toMatchObject({
      exactMatchRate: 1,
      ulp: { of: 'distance', max: 0 },
      spearman: expect.closeTo(1, 9),
    });
    const record = recordOf(made);
    expect(record.board).toBeNull();
    expect(record.timeline.calls!.durationMicroseconds).toHaveLength(record.calls.operation.length);
    expect(record.metrics!.learningCurve.length).toBeGreaterThan(1);
    expect(record.metrics!.learningCurve.every(({ probes, equal }) => probes === equal)).toBe(true);
    expect(record.fitnessFacts.minimumIterations.learned).toBe(50);
    expect(record.fitnessFacts.regimes).toEqual([
      expect.objectContaining({ name: `${FAN}/regular.csv`, learned: 50, covered: true }),
    ]);
  });

  test(
    'a recorded run is compared again without naming its lines',
    async () => {
      const again = summaryOf(await compare('--reference', `record:${made.record}`, '--target', 'emulator'));
      expect(again).toMatchObject({ identical: true, signals: made.signals, board: made.board });
      expect(again.sides.reference).toMatchObject({
        kind: 'recorded-run',
        side: 'target',
        of: 'C library on a computer',
      });
    },
    DEADLINE_MS,
  );

  test(
    'where a record differs, the call is named, and what a record cannot tell',
    async () => {
      const record = recordOf(made);
      const { target } = record.calls;
      const at = record.calls.operation.length - 5;
      const changed = {
        ...record,
        calls: {
          ...record.calls,
          target: { ...target, code: target.code.map((code, i) => (i === at ? (code + 1) % 100 : code)) },
        },
      };
      const other = join(folder, 'other');
      mkdirSync(other);
      // By hand, as a file that came from elsewhere: its own verdict is not read.
      writeFileSync(join(other, 'record.json'), JSON.stringify(changed));
      writeFileSync(join(other, 'library.json'), readFileSync(join(FAN, 'library.json')));
      const run = await compare(
        '--reference',
        'emulator',
        '--target',
        `record:${join(other, 'record.json')}`,
      );
      expect(run.exitCode).toBe(1);
      const { divergence, identical } = summaryOf(run);
      expect(identical).toBe(false);
      expect(divergence).toMatchObject({ call: at, field: 'similarity', stage: null });
      expect(divergence!.notKnown).toMatch(/is a record: it tells code, learn counter and knowledge digest/);
    },
    DEADLINE_MS,
  );

  test(
    'the same lines of another file are other signals, whatever the answers',
    async () => {
      const copy = join(folder, 'regular.csv');
      const named = LINES.map((word) => word.replace(`${FAN}/regular.csv`, copy));
      writeFileSync(copy, readFileSync(join(FAN, 'regular.csv')));
      const equal = await compare(...named, '--target', `record:${made.record}`);
      expect(summaryOf(equal).identical).toBe(true);
      const lines = readFileSync(copy, 'utf8').split('\n');
      writeFileSync(copy, [lines[1], lines[0], ...lines.slice(2)].join('\n'));
      const { exitCode, stdout } = await compare(...named, '--target', `record:${made.record}`);
      expect(exitCode).toBe(2);
      expect(stdout).toMatch(/RECORD_OTHER_CALLS/);
    },
    DEADLINE_MS,
  );

  test(
    'a record of other calls, and what is no side, are refused',
    async () => {
      const fewer = LINES.map((word) => word.replace(':1-50', ':1-40'));
      const refused = await compare(...fewer, '--reference', `record:${made.record}`, '--target', 'emulator');
      expect(refused.exitCode).toBe(2);
      expect(refused.stdout).toMatch(/RECORD_OTHER_CALLS/);
      const duller = await compare(...LINES, '--sensitivity', '0.2', '--target', `record:${made.record}`);
      expect(duller.stdout).toContain('sensitivity 0.2');
      expect(JSON.parse(duller.stdout).error).toMatchObject({
        code: 'RECORD_OTHER_CALLS',
        remedy: 'Add --sensitivity 1, that of the record.',
      });
      const same = ['--reference', `record:${made.record}`, '--target', `record:${made.record}`];
      expect((await compare(...same)).stdout).toContain('both sides are the same recorded answers');
      const nonsense = await compare(...LINES, '--target', 'oracle');
      expect(nonsense.exitCode).toBe(2);
      expect(nonsense.stdout + nonsense.stderr).toMatch(/no side of a comparison/);
    },
    DEADLINE_MS,
  );
});
