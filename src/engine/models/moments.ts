import { atLeast, FEATURE_LIMIT, sqrt32 } from '../numeric/f32.ts';

const { fround } = Math;

const RELATIVE_FLOOR = 2 ** -20;
const ABSOLUTE_FLOOR = 2 ** -30;

/**
 * One step of Welford's running mean and variance (1962), weight 1/count: with the count capped it forgets exponentially.
 * `mean` and `variance` are read and written at `at`. Pair: neai_moments_learn.
 */
export function learnMoments(
  mean: Float32Array,
  variance: Float32Array,
  at: number,
  value: number,
  weight: number,
): void {
  const before = fround(value - mean[at]!);
  mean[at] = fround(mean[at]! + fround(before * weight));
  const after = fround(value - mean[at]!);
  const change = fround(fround(before * after) - variance[at]!);
  variance[at] = fround(variance[at]! + fround(change * weight));
}

/** A variance that is never below 2^-20 of the squared level plus 2^-30. Pair: neai_floored_variance. */
export function flooredVariance(mean: number, variance: number): number {
  const floor = fround(fround(fround(mean * mean) * RELATIVE_FLOOR) + ABSOLUTE_FLOOR);
  return atLeast(variance, floor);
}

const SCORE_EPSILON = 2 ** -20;

/** What scores are measured by: mean + 3 standard deviations of earlier ones. Pair: neai_score_reference. */
export function scoreReference(mean: number, variance: number): number {
  const spread = fround(3 * sqrt32(variance));
  return fround(fround(mean + spread) + SCORE_EPSILON);
}

/** Scores that count in full: before them there is nothing to measure one by. */
const SCORES_IN_FULL = 3;

/**
 * Learns a score, the `scores`-th. It counts for at most twice the reference: otherwise one signal learned by mistake, or one
 * feature that had never moved, would put the reference out of reach of everything else for good. What stays high
 * still gets through, step by step. Pair: neai_score_learn.
 */
export function learnScore(mean: Float32Array, variance: Float32Array, score: number, scores: number): void {
  const limit = fround(2 * scoreReference(mean[0]!, variance[0]!));
  const value = scores > SCORES_IN_FULL && score > limit ? limit : score;
  learnMoments(mean, variance, 0, value, fround(1 / scores));
}

/** Root of sum / dimension, at most 2^50; what is not a number counts as far away. Pair: neai_root_mean. */
export function rootMean(sum: number, dimension: number): number {
  const mean = fround(sum / dimension);
  if (!(mean < FEATURE_LIMIT * FEATURE_LIMIT)) return FEATURE_LIMIT;
  return sqrt32(mean);
}

/**
 * Standard scores of features, cut at +-limit so that their products stay finite; what is not a number counts as -limit.
 * Pair: neai_standard_scores.
 */
export function standardScores(
  mean: Float32Array,
  variance: Float32Array,
  features: Float32Array,
  limit: number,
  scores: Float32Array,
): void {
  for (let j = 0; j < scores.length; j++) {
    const deviation = sqrt32(flooredVariance(mean[j]!, variance[j]!));
    let score = fround(fround(features[j]! - mean[j]!) / deviation);
    if (score > limit) score = limit;
    if (!(score >= -limit)) score = -limit;
    scores[j] = score;
  }
}
