import { compareRuns } from '../../src/compare/compare-runs.ts';
import type { CallSequence } from '../../src/record/calls.ts';
import type { Divergence } from '../../src/record/divergence.ts';
import type { Evidence } from '../../src/record/primitives.ts';
import type { Side } from '../../src/record/sides.ts';
import { packCallTimes, type Timeline } from '../../src/record/timeline.ts';
import { BIT_EXACT } from '../../src/record/tolerance.ts';
import type { Travel } from '../../src/record/travel.ts';

/** The first difference of a synthetic run, as if a transform had parted. */
export function syntheticDivergence(sequence: CallSequence, files: readonly string[]): Divergence {
  const { firstMismatch } = compareRuns(sequence, files, BIT_EXACT);
  const { call, file, line, field } = firstMismatch!;
  const { operation } = sequence.calls[call]!;
  const stage = { kind: 'transform', index: 0, name: 'transform 1: detrend' } as const;
  return {
    call,
    operation,
    signal: operation === 'initialize' ? null : call,
    file,
    line,
    field,
    stage,
    element: { index: 37, axis: 1, sample: 12, name: 'axis 2 of sample 13' },
    reference: { decimal: '0.0031738281', hex: '0x3b500000' },
    target: { decimal: '0.0031738283', hex: '0x3b500001' },
    ulp: 1,
    stages: [
      {
        stage: { kind: 'input', index: null, name: 'input signal' },
        elements: 1536,
        differing: 0,
        largestUlp: null,
      },
      { stage, elements: 1536, differing: 211, largestUlp: 2 },
      {
        stage: { kind: 'transform', index: 1, name: 'transform 2: band-energies (features)' },
        elements: 48,
        differing: 48,
        largestUlp: 9,
      },
    ],
    cause: 'differences of one or two units in the last place: multiply and add were rounded once, not twice',
    notKnown: null,
    search: {
      restores: 7,
      replayedCalls: 12,
      bisectionSteps: 6,
      taps: ['emulator', 'nucleo-l432kc with taps'],
      repeats: true,
    },
  };
}

/** Power, flash, link and one call every 100 ms. */
export function syntheticTimeline(calls: number): Timeline {
  const start = 55.2;
  const spans = Array.from({ length: calls }, (_, index) => ({
    startSeconds: start + index / 10,
    endSeconds: start + index / 10 + 0.0431,
  }));
  return {
    events: [
      { atSeconds: 53.1, durationSeconds: null, lane: 'power', text: 'virtual board started', level: 'info' },
      {
        atSeconds: 53.3,
        durationSeconds: 1.84,
        lane: 'flash',
        text: '16 sectors erased and written',
        level: 'info',
      },
      { atSeconds: 55.15, durationSeconds: null, lane: 'reset', text: 'reset by pin', level: 'info' },
      { atSeconds: 55.19, durationSeconds: null, lane: 'link', text: '921600 baud', level: 'info' },
      {
        atSeconds: 57.02,
        durationSeconds: null,
        lane: 'link',
        text: 'a unit was sent again: no answer in time',
        level: 'warning',
      },
      {
        atSeconds: 55.16,
        durationSeconds: null,
        lane: 'console',
        text: 'neai firmware 9d41f0c2b7a86e35 on nucleo-l432kc, 80 MHz',
        level: 'info',
      },
    ].toSorted((a, b) => a.atSeconds - b.atSeconds) as Timeline['events'],
    calls: packCallTimes(spans),
  };
}

/** Knowledge between an emulator and two boards, one of which could not be reached. */
export function syntheticTravel(evidence: Evidence): Travel {
  const board = (name: string): Side => ({
    kind: evidence.kind === 'virtual' ? 'virtual-board' : 'board',
    board: name,
    slot: `${name}-1`,
    probeSerial: null,
    evidence,
    buildId: '9d41f0c2b7a86e35',
    planted: false,
  });
  const sides: Side[] = [{ kind: 'emulator' }, board('nucleo-l432kc'), board('nucleo-f072rb')];
  const scores = { signals: 30, differing: 0, largest: 0 };
  const pairs = sides.flatMap((_, learnedOn) =>
    sides.flatMap((_, restoredOn): Travel['pairs'] => {
      if (learnedOn === restoredOn) return [];
      if (learnedOn === 2 || restoredOn === 2) {
        const nothing = { sameKnowledge: null, before: null, after: null, learnedAlike: null };
        return [
          { learnedOn, restoredOn, verdict: 'NOT RUN', reason: 'nucleo-f072rb was not reached', ...nothing },
        ];
      }
      const same = { sameKnowledge: true, before: scores, after: scores, learnedAlike: true };
      return [{ learnedOn, restoredOn, verdict: 'PASS', reason: null, ...same }];
    }),
  );
  return { sides, learned: 60, furtherLearns: 10, pairs };
}
