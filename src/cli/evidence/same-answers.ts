import type { Answer } from '../../record/calls.ts';

/** What a replay shows of one side of a recorded run. */
export interface Replayed {
  readonly verdict: 'same' | 'differs' | 'not shown';
  /** Answers compared. */
  readonly calls: number;
  readonly first: {
    readonly call: number;
    readonly field: 'code' | 'learnCounter' | 'digest';
    readonly recorded: number | null;
    readonly replayed: number | null;
  } | null;
  /** Why nothing is shown, or null. */
  readonly reason: string | null;
}

export const notShown = (reason: string): Replayed => ({
  verdict: 'not shown',
  calls: 0,
  first: null,
  reason,
});

/** Recorded answers against replayed ones: code, learn counter and digest after every call. */
export function sameAnswers(recorded: readonly Answer[], replayed: readonly Answer[]): Replayed {
  for (const [call, answer] of recorded.entries()) {
    const other = replayed[call];
    const field = (['code', 'learnCounter', 'digest'] as const).find(
      (name) => answer[name] !== other?.[name],
    );
    if (field === undefined) continue;
    const first = { call, field, recorded: answer[field], replayed: other?.[field] ?? null };
    return { verdict: 'differs', calls: call + 1, first, reason: null };
  }
  return { verdict: 'same', calls: recorded.length, first: null, reason: null };
}

/** As a person reads it. */
export function replayedLine(side: string, { verdict, calls, first, reason }: Replayed): string {
  if (verdict === 'not shown') return `${side}: NOT SHOWN, ${reason}`;
  if (first === null) return `${side}: ${calls} answers replayed, the same scores, counters and digests`;
  const { call, field, recorded, replayed } = first;
  const shown = (value: number | null): string =>
    value === null ? 'none' : field === 'digest' ? value.toString(16).padStart(8, '0') : String(value);
  return `${side}: DIFFERS at call ${call}: ${field} recorded ${shown(recorded)}, replayed ${shown(replayed)}`;
}
