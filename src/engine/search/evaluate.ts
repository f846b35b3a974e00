import { createChain } from '../emulator/chain.ts';
import { createDetector } from '../emulator/detector.ts';
import { areaUnderCurve, balancedAccuracy, confidence } from '../metrics/metrics.ts';
import type { ModelSpec } from '../models/model.ts';
import type { Pipeline, Shape } from '../transforms/transform.ts';
import { type Calibration, calibrate, type LabelledRatios, similarities } from './calibrate.ts';
import { blockOf, contiguousFolds } from './folds.ts';

/** The selection part, as the search sees it. */
export interface SelectionData {
  readonly shape: Shape;
  /** Row-major [regularLines × axes·length], in order. */
  readonly regular: Float32Array;
  readonly abnormal: Float32Array;
  /** Neighbouring regular lines within this distance share samples. */
  readonly overlapLines: number;
}

export interface Candidate {
  readonly pipeline: Pipeline;
  readonly model: ModelSpec;
}

/** Figures of a candidate on lines that the scored learner had not learned. Fractions 0…1. */
export interface Evaluation {
  /** Threshold chosen without the judged lines: other folds, other blocks of abnormal lines. Null: no abnormal. */
  readonly balancedAccuracy: number | null;
  readonly confidence: number | null;
  /** Threshold chosen on all of the selection part: what a hopeful search would print. */
  readonly fittedBalancedAccuracy: number | null;
  /** Of regular lines alone: share at or above the threshold, and mean margin above it. */
  readonly regularAccuracy: number;
  readonly regularMargin: number;
  readonly areaUnderCurve: number | null;
  readonly calibration: Calibration;
}

/** Blocks of cross-validation, of both labels. */
export const BLOCKS = 4;

/** Features of all lines of one label: row-major [lines × dimension]. */
export interface Features {
  readonly dimension: number;
  readonly regular: Float32Array;
  readonly abnormal: Float32Array;
}

/** Runs one pipeline over the selection part: once for all the models that will read it. */
export function extractFeatures(data: SelectionData, pipeline: Pipeline): Features {
  const chain = createChain(pipeline, data.shape);
  const width = data.shape.axes * data.shape.length;
  const run = (signals: Float32Array): Float32Array => {
    const lines = signals.length / width;
    const features = new Float32Array(lines * chain.outputLength);
    for (let i = 0; i < lines; i++) {
      chain.run(
        signals.subarray(i * width, (i + 1) * width),
        features.subarray(i * chain.outputLength, (i + 1) * chain.outputLength),
      );
    }
    return features;
  };
  return { dimension: chain.outputLength, regular: run(data.regular), abnormal: run(data.abnormal) };
}

/** Ratios of one fold: its regular lines, and all abnormal lines seen by its learner. */
type FoldRatios = LabelledRatios;

/**
 * Ratios fold by fold: learns the regular lines outside the fold in order (at most `learnAtMost` of them), then scores
 * the fold's regular lines and every abnormal line.
 */
export function crossValidate(
  features: Features,
  model: ModelSpec,
  overlapLines: number,
  learnAtMost = Number.POSITIVE_INFINITY,
): FoldRatios[] {
  const { dimension } = features;
  const row = (of: Float32Array, i: number): Float32Array => of.subarray(i * dimension, (i + 1) * dimension);
  const detector = createDetector(model, dimension);
  const lines = features.regular.length / dimension;
  return contiguousFolds(lines, BLOCKS, overlapLines).map(({ learn, testFirst, testEnd }) => {
    detector.reset();
    for (const i of learn.slice(0, learnAtMost)) detector.learn(row(features.regular, i));
    const regular = new Float32Array(testEnd - testFirst);
    for (let i = testFirst; i < testEnd; i++)
      regular[i - testFirst] = detector.ratio(row(features.regular, i));
    const abnormal = new Float32Array(features.abnormal.length / dimension);
    for (let i = 0; i < abnormal.length; i++) abnormal[i] = detector.ratio(row(features.abnormal, i));
    return { regular, abnormal };
  });
}

const pool = (parts: readonly Float32Array[]): Float32Array => {
  const pooled = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    pooled.set(part, at);
    at += part.length;
  }
  return pooled;
};

/** All folds together: every regular line once, every abnormal line once a fold. */
export const poolFolds = (folds: readonly FoldRatios[]): LabelledRatios => ({
  regular: pool(folds.map((fold) => fold.regular)),
  abnormal: pool(folds.map((fold) => fold.abnormal)),
});

/** Figures of one candidate on features already extracted. */
export function evaluateModel(features: Features, model: ModelSpec, overlapLines: number): Evaluation {
  const folds = crossValidate(features, model, overlapLines);
  const pooled = poolFolds(folds);
  const calibration = calibrate(pooled);
  const fitted = scoresOf(pooled, calibration);
  const judged = features.abnormal.length === 0 ? fitted : judgeApart(folds);
  const negated = (ratios: Float32Array): Float32Array => ratios.map((ratio) => -ratio);
  return {
    balancedAccuracy: balancedAccuracy(judged),
    confidence: confidence(judged),
    fittedBalancedAccuracy: balancedAccuracy(fitted),
    regularAccuracy: share(judged.regular, (s) => (s >= 90 ? 1 : 0)),
    regularMargin: share(judged.regular, (s) => Math.max(-1, (s - 90) / 10)),
    areaUnderCurve: areaUnderCurve({
      regular: negated(pooled.regular),
      abnormal: negated(pooled.abnormal),
    }),
    calibration,
  };
}

const scoresOf = (ratios: LabelledRatios, calibration: Calibration) => ({
  regular: similarities(ratios.regular, calibration),
  abnormal: similarities(ratios.abnormal, calibration),
});

/**
 * Judges each block of lines by a threshold that the block had no part in: fold f's regular lines and block f of the
 * abnormal lines by a calibration on the other folds' regular lines and the other blocks' abnormal lines. Abnormal
 * lines of one kind lie together in most files, so this also asks how the threshold fares on kinds not seen.
 */
function judgeApart(folds: readonly FoldRatios[]): { regular: Uint8Array; abnormal: Uint8Array } {
  const abnormalLines = folds[0]!.abnormal.length;
  const outside = (fold: FoldRatios, block: number): Float32Array =>
    fold.abnormal.filter((_, i) => blockOf(i, abnormalLines, BLOCKS) !== block);
  const regular: number[] = [];
  const abnormal: number[] = [];
  folds.forEach((fold, block) => {
    const others = folds.filter((_, other) => other !== block);
    const calibration = calibrate({
      regular: pool(others.map((other) => other.regular)),
      abnormal: pool(others.map((other) => outside(other, block))),
    });
    regular.push(...similarities(fold.regular, calibration));
    const mine = fold.abnormal.filter((_, i) => blockOf(i, abnormalLines, BLOCKS) === block);
    abnormal.push(...similarities(mine, calibration));
  });
  return { regular: Uint8Array.from(regular), abnormal: Uint8Array.from(abnormal) };
}

function share(scores: Uint8Array, of: (score: number) => number): number {
  let sum = 0;
  for (const score of scores) sum += of(score);
  return scores.length === 0 ? 0 : sum / scores.length;
}
