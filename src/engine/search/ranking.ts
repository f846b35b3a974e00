import type { Candidate, Evaluation } from './evaluate.ts';
import { joinsViews } from './joined.ts';

/** A candidate about to be evaluated. */
export interface Priced {
  /** Place in the order of the search, from 0: the last tie-break, so that runs repeat. */
  readonly index: number;
  readonly candidate: Candidate;
  readonly ramBytes: number;
  /** Estimated where the core is known. */
  readonly flashBytes?: number;
}

/** A candidate with its figures. */
export interface Ranked extends Priced {
  readonly evaluation: Evaluation;
}

const thousandths = (fraction: number): number => Math.round(fraction * 1000);

/** Standard errors that an ensemble of different views may lie behind. */
const ERRORS_GIVEN = 2;

/**
 * Order of the seeds: balanced accuracy, confidence, RAM (the first two to 0.1 %), of several couples the worst one's.
 * Of a couple without abnormal lines the share of regular lines recognised and their margin stand in. Where figures of
 * lines known so far cannot tell an ensemble of different views from the best single model, it goes before it: its
 * accuracy counts as two standard errors higher, never above 1, where confidence decides. See docs/decisions.md.
 */
export function compareRanked(a: Ranked, b: Ranked): number {
  return compareKeys(keyOf(a), keyOf(b));
}

/** A list in that order. */
export function sortRanked(ranked: readonly Ranked[]): Ranked[] {
  return ranked
    .map((candidate) => ({ candidate, key: keyOf(candidate) }))
    .sort((a, b) => compareKeys(a.key, b.key))
    .map(({ candidate }) => candidate);
}

/** What decides, the weightiest first; lower is better. */
const keyOf = (ranked: Ranked): readonly number[] => [
  Number(ranked.evaluation.stoppedEarly ?? false),
  -rankedAccuracy(ranked),
  -margin(ranked),
  ranked.ramBytes,
  ranked.index,
];

function compareKeys(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What candidates are ranked by first, in thousandths. */
export function rankedAccuracy({ candidate, evaluation: { couples } }: Ranked): number {
  const given = joinsViews(candidate) ? ERRORS_GIVEN : 0;
  return thousandths(
    Math.min(
      ...couples.map((e) =>
        Math.min(1, (e.balancedAccuracy ?? e.regularAccuracy) + given * (e.standardError ?? 0)),
      ),
    ),
  );
}

const margin = ({ evaluation: { couples } }: Ranked): number =>
  thousandths(Math.min(...couples.map((e) => e.confidence ?? e.regularMargin)));
