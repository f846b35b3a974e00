import { balancedAccuracy, confidence } from '../engine/metrics/metrics.ts';
import type { Answer, CallSequence } from '../record/calls.ts';
import type { CurvePoint, Metrics, ThresholdColumns } from '../record/metrics.ts';
import { isSimilarity } from './compare-runs.ts';
import { type FlipsInput, flipsOf } from './flips.ts';
import { type ScoredSignals, scoredSignals } from './scored-signals.ts';
import { spearman } from './spearman.ts';
import { ulpBetween } from './ulp.ts';

export interface MetricsInput extends FlipsInput {
  readonly learningCurve: readonly CurvePoint[];
}

/** Both sides' similarities against each other; null when no detect got one on both sides. Pure. */
export function metricsOf(input: MetricsInput): Metrics | null {
  const { sequence } = input;
  const { calls, reference, target } = sequence;
  const pairs = target.flatMap((answer, index) => {
    const operation = calls[index]?.operation;
    const ours = reference[index]?.code;
    if (operation === undefined || ours === undefined) return [];
    const both = isSimilarity(operation, ours) && isSimilarity(operation, answer.code);
    return both ? [{ reference: ours, target: answer.code }] : [];
  });
  if (pairs.length === 0) return null;
  const errors = pairs.map((pair) => pair.target - pair.reference);
  const exactMatches = errors.filter((error) => error === 0).length;
  const mean = (of: (error: number) => number): number =>
    errors.reduce((sum, error) => sum + of(error), 0) / errors.length;
  return {
    detects: pairs.length,
    exactMatches,
    exactMatchRate: exactMatches / pairs.length,
    flips: flipsOf(input),
    meanAbsoluteError: mean(Math.abs),
    rootMeanSquareError: Math.sqrt(mean((error) => error * error)),
    maximumError: errors.reduce((most, error) => Math.max(most, Math.abs(error)), 0),
    bias: mean((error) => error),
    spearman: spearman(
      pairs.map((pair) => pair.reference),
      pairs.map((pair) => pair.target),
    ),
    ulp: distanceUlp(sequence),
    thresholds: { reference: thresholdsOf(calls, reference), target: thresholdsOf(calls, target) },
    learningCurve: [...input.learningCurve],
  };
}

/** Of the distances that both sides tell; infinities and NaN, which no distance is, count as the farthest. */
function distanceUlp({ reference, target }: CallSequence): Metrics['ulp'] {
  const apart = target
    .flatMap((answer, index) => {
      const ours = reference[index]?.distance;
      if (typeof answer.distance !== 'number' || typeof ours !== 'number') return [];
      return [ulpBetween(ours, answer.distance) ?? 0xffffffff];
    })
    .sort((a, b) => a - b);
  if (apart.length === 0) return null;
  return {
    of: 'distance',
    values: apart.length,
    median: quantile(apart, 0.5),
    p99: quantile(apart, 0.99),
    max: apart.at(-1)!,
  };
}

/** Nearest rank, so that it is a value that was really there. */
const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;

const THRESHOLDS = Array.from({ length: 99 }, (_, index) => index + 1);

function thresholdsOf(calls: CallSequence['calls'], answers: readonly Answer[]): ThresholdColumns {
  const scored: ScoredSignals = scoredSignals(calls, answers);
  if (scored.notShown !== null) {
    const nothing = THRESHOLDS.map(() => null);
    return { balancedAccuracy: nothing, confidence: nothing };
  }
  const scores = { regular: scored.nominal, abnormal: scored.anomaly };
  return {
    balancedAccuracy: THRESHOLDS.map((threshold) => balancedAccuracy(scores, threshold)),
    confidence: THRESHOLDS.map((threshold) => confidence(scores, threshold)),
  };
}
