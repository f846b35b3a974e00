import type { Answer, PlannedCall } from '../record/calls.ts';
import { isSimilarity } from './compare-runs.ts';

/** The similarities that accuracy is made of, and why it cannot be when it cannot. */
export interface ScoredSignals {
  readonly nominal: number[];
  readonly anomaly: number[];
  /** Sentence without a full stop; null when both kinds were detected and every signal got a similarity. */
  readonly notShown: string | null;
}

/**
 * Picks the detected signals that count: labelled nominal or anomaly, and seen by neither search nor learning.
 * Lines of unknown label and seen lines are left out.
 */
export function scoredSignals(calls: readonly PlannedCall[], answers: readonly Answer[]): ScoredSignals {
  const nominal: number[] = [];
  const anomaly: number[] = [];
  let seen = 0;
  let withoutSimilarity = 0;
  let firstCode: number | null = null;
  for (const [index, answer] of answers.entries()) {
    const call = calls[index];
    if (call?.operation !== 'detect' || call.label === null || call.label === 'unknown') continue;
    if (call.seen) {
      seen++;
    } else if (!isSimilarity('detect', answer.code)) {
      withoutSimilarity++;
      firstCode ??= answer.code;
    } else {
      (call.label === 'nominal' ? nominal : anomaly).push(answer.code);
    }
  }
  return { nominal, anomaly, notShown: whyNot() };

  function whyNot(): string | null {
    if (withoutSimilarity > 0) {
      return `${withoutSimilarity} labelled signals got no similarity (first: return code ${firstCode})`;
    }
    if (nominal.length > 0 && anomaly.length > 0) return null;
    const missing = [
      ...(nominal.length === 0 ? ['nominal'] : []),
      ...(anomaly.length === 0 ? ['anomaly'] : []),
    ].join(' and no ');
    const leftOut = seen === 0 ? '' : ` (${seen} labelled lines left out: search or learning has seen them)`;
    return `accuracy needs unseen lines of both labels: no ${missing} line was detected${leftOut}`;
  }
}
