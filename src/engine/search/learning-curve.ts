import { balancedAccuracy } from '../metrics/metrics.ts';
import type { ModelSpec } from '../models/model.ts';
import { type Calibration, similarities } from './calibrate.ts';
import { BLOCKS, type CoupleFeatures, crossValidate, type Features, poolFolds } from './evaluate.ts';
import { contiguousFolds } from './folds.ts';

/** Fewer learns than this are never recommended. */
const LEAST_ITERATIONS = 20;
/** How far below the end a prefix may lie. */
const TOLERANCE = 0.01;

/**
 * Cross-validated balanced accuracy of the worst couple after so many learns; of a couple without abnormal lines the
 * share of regular ones right.
 */
export interface LearningPoint {
  readonly learns: number;
  readonly balancedAccuracy: number;
}

/**
 * Accuracy after 20, 40, 80, … learns in file order and after all that cross-validation has, each judged with the
 * final calibration.
 */
export function learningCurve(
  features: Features,
  model: ModelSpec,
  calibration: Calibration,
): LearningPoint[] {
  const { dimension, couples } = features;
  const all = Math.max(
    ...couples.flatMap(({ regular, overlapLines }) =>
      contiguousFolds(regular.length / dimension, BLOCKS, overlapLines).map(({ learn }) => learn.length),
    ),
  );
  const points: LearningPoint[] = [];
  for (let learns = LEAST_ITERATIONS; learns < all; learns *= 2) points.push(pointAt(learns));
  return [...points, pointAt(all)];

  function pointAt(learns: number): LearningPoint {
    return { learns, balancedAccuracy: Math.min(...couples.map((couple) => accuracyOf(couple, learns))) };
  }

  function accuracyOf(couple: CoupleFeatures, learns: number): number {
    const { regular, abnormal } = poolFolds(crossValidate(couple, dimension, model, learns));
    const scores = {
      regular: similarities(regular, calibration),
      abnormal: similarities(abnormal, calibration),
    };
    const recognised = scores.regular.filter((s) => s >= 90).length / Math.max(1, scores.regular.length);
    return balancedAccuracy(scores) ?? recognised;
  }
}

/**
 * Minimum learning iterations: at least 20 and the model's floor, and the smallest prefix from which on the curve
 * never lies more than one point below its end.
 */
export function minimumLearningIterations(curve: readonly LearningPoint[], detectFloor: number): number {
  const end = curve.at(-1)!;
  const dip = curve.findLastIndex((point) => point.balancedAccuracy < end.balancedAccuracy - TOLERANCE);
  return Math.max(LEAST_ITERATIONS, detectFloor, curve[dip + 1]!.learns);
}
