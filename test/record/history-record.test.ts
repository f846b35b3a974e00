import { describe, expect, test } from 'vitest';
import {
  decodeHistoryRecord,
  encodeHistoryRecord,
  type HistoryRecord,
  type HistoryRun,
} from '../../src/record/history-record.ts';

const subject = { scenario: 'compare', board: 'nucleo-l432kc', library: '5e1c0f9a77d24b3381c6aa02' };
const series = { ...subject, kind: 'virtual' } as const;
const run = (id: string, startedAt: string): HistoryRun => ({
  id,
  startedAt,
  ...subject,
  commit: null,
  evidence: { kind: 'virtual', uniqueId: null },
  ending: 'complete',
  equivalence: { verdict: 'PASS', reasons: [] },
  fitness: null,
  outcome: null,
  firstDifference: null,
  facts: { compiler: 'gcc 12', 'signal files': null },
  page: null,
});
const RECORD: HistoryRecord = {
  format: 'neai-history-record',
  formatVersion: 1,
  madeAt: '2026-11-20T23:15:00.000Z',
  neai: '0.1.0',
  source: 'runs/history.db',
  asked: { scenario: null, board: 'nucleo-l432kc', library: null, commit: null },
  runs: [run('a', '2026-11-18T10:00:00.000Z'), run('b', '2026-11-19T10:00:00.000Z')],
  series: [
    {
      ...series,
      figure: 'flash',
      unit: 'bytes',
      noise: 'exact',
      better: 'lower',
      runs: [0, 1],
      values: [14_776, 14_900],
      changePoints: [
        { run: 1, foundAt: 1, before: 14_776, after: 14_900, worse: true, changedWith: ['compiler'] },
      ],
      alarms: [{ run: 1, sentence: 'flash grew by 124 bytes' }],
      ratchet: null,
    },
  ],
  since: [],
  compare: [0, 1],
};

describe('a history record', () => {
  test('is what it was after it has been written and read', () => {
    expect(decodeHistoryRecord(encodeHistoryRecord(RECORD), 'history.json')).toEqual(RECORD);
  });

  test('names no run that it does not hold, and begins with the oldest', () => {
    const first = RECORD.series[0]!;
    const alarms = [{ run: 2, sentence: 'none' }];
    for (const wrong of [
      { ...RECORD, compare: [0, 2] as [number, number] },
      { ...RECORD, runs: [...RECORD.runs].reverse() },
      { ...RECORD, series: [{ ...first, alarms }] },
      { ...RECORD, series: [{ ...first, values: [1] }] },
      { ...RECORD, series: [{ ...first, runs: [1, 0] }] },
    ]) {
      expect(() => encodeHistoryRecord(wrong)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    }
  });
});
