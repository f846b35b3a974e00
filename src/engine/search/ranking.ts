import type { Candidate, Evaluation } from './evaluate.ts';

/** A candidate about to be evaluated. */
export interface Priced {
  /** Place in the order of the search, from 0: the last tie-break, so that runs repeat. */
  readonly index: number;
  readonly candidate: Candidate;
  readonly ramBytes: number;
}

/** A candidate with its figures. */
export interface Ranked extends Priced {
  readonly evaluation: Evaluation;
}

const thousandths = (fraction: number): number => Math.round(fraction * 1000);

/**
 * Order of the seeds: balanced accuracy, confidence, RAM (the first two to 0.1 %), of several couples the worst one's.
 * Of a couple without abnormal lines the share of regular lines recognised and their margin stand in.
 */
export function compareRanked(a: Ranked, b: Ranked): number {
  const accuracy = ({ evaluation: { couples } }: Ranked): number =>
    thousandths(Math.min(...couples.map((e) => e.balancedAccuracy ?? e.regularAccuracy)));
  const margin = ({ evaluation: { couples } }: Ranked): number =>
    thousandths(Math.min(...couples.map((e) => e.confidence ?? e.regularMargin)));
  return accuracy(b) - accuracy(a) || margin(b) - margin(a) || a.ramBytes - b.ramBytes || a.index - b.index;
}
