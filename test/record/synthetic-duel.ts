import { type DuelInput, duelOf } from '../../src/compare/duel.ts';
import { DEFAULT_LIMITS, judgeRun } from '../../src/compare/judge.ts';
import { packCalls, unpackCalls } from '../../src/record/calls.ts';
import type { DuelRecord } from '../../src/record/duel-record.ts';
import type { RunRecord } from '../../src/record/run-record.ts';
import { syntheticRun } from './synthetic-run.ts';

/** Nominal signals that the vendor's side takes for anomalies. */
const WRONG = 4;

/** Two runs of the same calls: the vendor's is wrong on a few signals, larger in RAM, and quicker. */
export function syntheticRuns(): { readonly ours: RunRecord; readonly vendor: RunRecord } {
  const ours = syntheticRun();
  const sequence = unpackCalls(ours.calls);
  let wrong = 0;
  const target = sequence.target.map((answer, i) => {
    const ticks = answer.ticks === null ? null : Math.round(answer.ticks / 3);
    const spoil =
      sequence.calls[i]!.operation === 'detect' && sequence.calls[i]!.label === 'nominal' && wrong < WRONG;
    if (spoil) wrong++;
    return { ...answer, ticks, code: spoil ? 60 : answer.code };
  });
  const changed = { ...sequence, reference: target, target };
  const { library } = ours.footprint!;
  const footprint = { ...ours.footprint!, library: { ...library!, bss: library!.bss + 3000 } };
  const judged = judgeRun({
    sequence: changed,
    files: ours.dataset.files.map(({ path }) => path),
    evidence: ours.evidence,
    tolerance: ours.tolerance,
    threshold: ours.threshold,
    limits: DEFAULT_LIMITS,
    minimumLearningIterations: 0,
    footprint,
    brokenOffBecause: null,
  });
  const id = 'ffffffffffffffffffffffff';
  const of = { ...ours.library, id, minimumLearningIterations: 0 };
  return {
    ours,
    vendor: { ...ours, ...judged, library: of, footprint, calls: packCalls(changed), divergence: null },
  };
}

export function syntheticDuel(
  runs: { readonly ours: RunRecord; readonly vendor: RunRecord } = syntheticRuns(),
  more: Partial<Pick<DuelInput, 'known' | 'command'>> = {},
): DuelRecord {
  return duelOf({
    duelId: '20260101-000000-duel',
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:01:00.000Z',
    command: more.command ?? 'neai duel --vendor lib.zip',
    ours: { run: runs.ours, interface: 'ours', record: 'ours/record.json', report: 'ours/report.html' },
    vendor: {
      run: runs.vendor,
      interface: 'v3/v4',
      record: 'vendor/record.json',
      report: 'vendor/report.html',
    },
    known: more.known ?? ['it was made by a Studio of version 3'],
  });
}
