import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Journey, notRun, pairOf, travelVerdict } from '../../src/compare/travel.ts';
import { decodeRunRecord } from '../../src/record/codec.ts';
import type { Travel } from '../../src/record/travel.ts';
import { runNeai } from './run-neai.ts';

const FAN = join(import.meta.dirname, '../../scenarios/fixtures/fan-3x32');
const DEADLINE_MS = 600_000;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-travel-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const journey: Journey = {
  digest: 7,
  before: [95, 20],
  learned: [{ learnCounter: 31, digest: 8 }],
  after: [96, 21],
};

describe('the certificate of a pair', () => {
  test('passes when knowledge, scores before, learning on and scores after are all the same', () => {
    expect(pairOf(0, 1, journey, journey)).toMatchObject({
      verdict: 'PASS',
      reason: null,
      sameKnowledge: true,
    });
  });

  test.each([
    ['another knowledge', { digest: 9 }, /another one after the restore/],
    ['another score before', { before: [95, 22] }, /1 of 2 scores differ right after/],
    ['a code in the place of a score', { before: [124, 20] }, /1 of 2 scores differ right after/],
    [
      'another knowledge after learning on',
      { learned: [{ learnCounter: 31, digest: 1 }] },
      /learning on in place/,
    ],
    ['another score after', { after: [96, 90] }, /1 of 2 scores differ after/],
  ])('fails for %s, and says so', (_, change, reason) => {
    const pair = pairOf(0, 1, journey, { ...journey, ...change });
    expect(pair.verdict).toBe('FAIL');
    expect(pair.reason).toMatch(reason);
  });

  test('what did not run certifies nothing', () => {
    const sides: Travel['sides'] = [{ kind: 'emulator' }, { kind: 'emulator' }];
    const matrix = (pairs: Travel['pairs']): Travel => ({ sides, learned: 1, furtherLearns: 1, pairs });
    const passed = pairOf(0, 1, journey, journey);
    expect(travelVerdict(matrix([passed, pairOf(1, 0, journey, journey)]))).toBe('PASS');
    expect(travelVerdict(matrix([passed, notRun(1, 0, 'no board')]))).toBe('NOT RUN');
    expect(
      travelVerdict(matrix([notRun(0, 1, 'no board'), pairOf(1, 0, journey, { ...journey, digest: 0 })])),
    ).toBe('FAIL');
  });
});

describe('neai travel', () => {
  test(
    'carries knowledge between an M4 with FPU, an M0 without and the emulator, and back',
    async () => {
      const lines = [
        '--learn',
        `${FAN}/regular.csv:1-34`,
        '--detect',
        `${FAN}/regular.csv:41-46=nominal`,
        `${FAN}/abnormal.csv:1-6=anomaly`,
      ];
      const boards = ['--boards', 'nucleo-l432kc,nucleo-f072rb', '--further', '6'];
      const run = await runNeai(folder, 'travel', FAN, ...lines, ...boards, '--json');
      expect(run.exitCode, run.stderr).toBe(0);
      const told = JSON.parse(run.stdout);
      expect(told.verdict).toBe('PASS');
      const record = decodeRunRecord(readFileSync(told.record, 'utf8'), told.record);
      expect(record.travel).toEqual(told.travel);
      const { sides, pairs, learned, furtherLearns } = record.travel!;
      expect([learned, furtherLearns]).toEqual([28, 6]);
      expect(sides.map((side) => ('board' in side ? side.board : side.kind))).toEqual([
        'emulator',
        'nucleo-l432kc',
        'nucleo-f072rb',
      ]);
      expect(pairs).toHaveLength(6);
      for (const pair of pairs) {
        expect(pair).toMatchObject({ verdict: 'PASS', sameKnowledge: true, learnedAlike: true });
        expect(pair.after).toEqual({ signals: 12, differing: 0, largest: 0 });
      }
      expect(record.comparison.identical).toBe(true);
    },
    DEADLINE_MS,
  );

  test(
    'refuses too few lines',
    async () => {
      const run = await runNeai(
        folder,
        'travel',
        FAN,
        '--learn',
        `${FAN}/regular.csv:1-5`,
        '--detect',
        `${FAN}/regular.csv:41-46=nominal`,
      );
      expect(run.exitCode).toBe(2);
      expect(run.stderr).toMatch(/too few lines/);
    },
    DEADLINE_MS,
  );
});
