import type { RunEnd, RunStart } from '../../src/history/run-writer.ts';
import type { TargetAnswer } from '../../src/record/calls.ts';
import { crc32c } from '../../src/shared/crc32c.ts';

/** Calls of each run that tests write. */
export const CALLS = 400;

export const runIdOf = (number: number): string => `20261120-231500-written-bench-${number}`;

export const startOf = (number: number): RunStart => ({
  runId: runIdOf(number),
  source: 'compare',
  scenario: 'written',
  startedAt: new Date(Date.UTC(2026, 10, 20, 23, 15, number)).toISOString(),
  neai: '0.1.0',
  folder: null,
});

/** The answer of a call: told by run and call alone, so that whoever reads can tell whether it is whole. */
export const answerOf = (run: number, call: number): TargetAnswer => ({
  code: (run * 7 + call * 3) % 101,
  learnCounter: call,
  digest: crc32c(Uint8Array.of(run & 0xff, call & 0xff, call >> 8)),
  ticks: 1000 + call,
});

export const END: RunEnd = {
  endedAt: '2026-11-20T23:16:00.000Z',
  state: 'complete',
  equivalence: { verdict: 'PASS', reasons: [] },
  fitness: { verdict: 'PASS', reasons: [] },
  outcome: null,
  firstDifference: null,
  figures: [
    { name: 'flash', unit: 'bytes', value: 14_776 },
    { name: 'ticks per learn', unit: 'instructions', value: 41_200 },
  ],
  digests: { scores: '0011223344556677' },
  attempts: [{ status: 'passed', seconds: 60, class: null, code: null }],
};
