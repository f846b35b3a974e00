import { chainOutputLength } from '../emulator/chain.ts';
import { areaUnderCurve, balancedAccuracy, confidence } from '../metrics/metrics.ts';
import type { ModelSpec } from '../models/model.ts';
import type { Pipeline, Shape } from '../transforms/transform.ts';
import { webassemblyRung } from '../wasm/kernels.ts';
import { type Calibration, calibrate, type LabelledRatios, similarities } from './calibrate.ts';
import { blockOf, contiguousFolds } from './folds.ts';
import type { Rung } from './rung.ts';

/** One couple's selection part: signals of one machine. */
export interface CoupleData {
  readonly name: string;
  /** Row-major [regularLines × axes·length], in order. */
  readonly regular: Float32Array;
  /** As regular; empty when nothing abnormal is known. */
  readonly abnormal: Float32Array;
  /** Neighbouring regular lines within this distance share samples. */
  readonly overlapLines: number;
}

/** The selection part, as the search sees it: at least one couple. */
export interface SelectionData {
  readonly shape: Shape;
  readonly couples: readonly CoupleData[];
}

export interface Candidate {
  readonly pipeline: Pipeline;
  readonly model: ModelSpec;
}

/** Figures of a candidate on lines that the scored learner had not learned. Fractions 0…1. */
export interface Figures {
  /** Threshold chosen without the judged lines: other folds, other blocks of abnormal lines. Null: no abnormal. */
  readonly balancedAccuracy: number | null;
  readonly confidence: number | null;
  /** Threshold chosen on all of the selection part: what a hopeful search would print. */
  readonly fittedBalancedAccuracy: number | null;
  /** Of regular lines alone: share at or above the threshold, and mean margin above it. */
  readonly regularAccuracy: number;
  readonly regularMargin: number;
  readonly areaUnderCurve: number | null;
}

export interface CoupleFigures extends Figures {
  readonly name: string;
}

/**
 * What the search knows of a candidate: of each figure the worst couple's (null only when no couple has it), and every
 * couple's own.
 */
export interface Evaluation extends Figures {
  /** Common to all couples; what is learned is each couple's own. */
  readonly calibration: Calibration;
  /** In the order of the data. */
  readonly couples: readonly CoupleFigures[];
}

const FASTEST = webassemblyRung;

/** Blocks of cross-validation, of both labels. */
export const BLOCKS = 4;

/** Features of one couple's lines: row-major [lines × dimension]. */
export interface CoupleFeatures {
  readonly name: string;
  readonly regular: Float32Array;
  readonly abnormal: Float32Array;
  readonly overlapLines: number;
}

export interface Features {
  readonly dimension: number;
  readonly couples: readonly CoupleFeatures[];
}

/** Runs one pipeline over the selection part: once for all the models that will read it. */
export function extractFeatures(data: SelectionData, pipeline: Pipeline, rung: Rung = FASTEST): Features {
  return {
    dimension: chainOutputLength(pipeline, data.shape)!,
    couples: data.couples.map(({ name, regular, abnormal, overlapLines }) => ({
      name,
      regular: rung.features(pipeline, data.shape, regular),
      abnormal: rung.features(pipeline, data.shape, abnormal),
      overlapLines,
    })),
  };
}

/** Ratios of one fold: its regular lines, and all abnormal lines seen by its learner. */
type FoldRatios = LabelledRatios;

/**
 * Ratios of one couple fold by fold: learns the regular lines outside the fold in order (at most `learnAtMost` of them),
 * then scores the fold's regular lines and every abnormal line. What a learner of several folds learns first is the
 * same and is learned once.
 */
export function crossValidate(
  { regular, abnormal, overlapLines }: CoupleFeatures,
  dimension: number,
  model: ModelSpec,
  learnAtMost = Number.POSITIVE_INFINITY,
  rung: Rung = FASTEST,
): FoldRatios[] {
  const learner = rung.learner({ dimension, regular, abnormal }, model);
  const lines = regular.length / dimension;
  learner.reset();
  learner.save();
  let learned = 0;
  return contiguousFolds(lines, BLOCKS, overlapLines).map(
    ({ testFirst, testEnd, learnBefore, learnFrom }) => {
      const before = Math.min(learnBefore, learnAtMost);
      learner.learn(learned, before);
      learned = before;
      learner.save();
      learner.learn(learnFrom, Math.max(learnFrom, Math.min(lines, learnFrom + learnAtMost - before)));
      const ratios = {
        regular: learner.ratios('regular', testFirst, testEnd),
        abnormal: learner.ratios('abnormal', 0, abnormal.length / dimension),
      };
      learner.restore();
      return ratios;
    },
  );
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
export function evaluateModel(
  { dimension, couples }: Features,
  model: ModelSpec,
  rung: Rung = FASTEST,
): Evaluation {
  return judgeFolds(
    couples.map((couple) => ({
      name: couple.name,
      folds: crossValidate(couple, dimension, model, Number.POSITIVE_INFINITY, rung),
    })),
  );
}

/**
 * The scores that a candidate's figures are made of: of each couple every selection line once, in order, by a learner
 * and a threshold that had no part of it.
 */
export function crossValidatedScores({ dimension, couples }: Features, model: ModelSpec) {
  const folds = couples.map((couple) => crossValidate(couple, dimension, model));
  const apart = calibrationsApart(folds, calibrate(poolRatios(folds.map(poolFolds))));
  return folds.map((couple) => judgeApart(couple, apart));
}

/** Calibrates on ratios of all couples and folds, and judges each block of lines by what it had no part in. */
export function judgeFolds(
  couples: readonly { readonly name: string; readonly folds: readonly FoldRatios[] }[],
): Evaluation {
  const folds = couples.map((couple) => couple.folds);
  const pooled = folds.map(poolFolds);
  const calibration = calibrate(poolRatios(pooled));
  const apart = calibrationsApart(folds, calibration);
  const figures = couples.map(({ name }, i) => ({
    name,
    ...coupleFigures(folds[i]!, pooled[i]!, calibration, apart),
  }));
  return { ...worstOf(figures), calibration, couples: figures };
}

function coupleFigures(
  folds: readonly FoldRatios[],
  pooled: LabelledRatios,
  calibration: Calibration,
  apart: readonly Calibration[],
): Figures {
  const fitted = scoresOf(pooled, calibration);
  const judged = judgeApart(folds, apart);
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
  };
}

/** Of each figure the worst; null only where all are. */
export function worstOf(couples: readonly Figures[]): Figures {
  const worst = (of: (figures: Figures) => number | null): number | null => {
    const known = couples.map(of).filter((figure) => figure !== null);
    return known.length === 0 ? null : Math.min(...known);
  };
  return {
    balancedAccuracy: worst((f) => f.balancedAccuracy),
    confidence: worst((f) => f.confidence),
    fittedBalancedAccuracy: worst((f) => f.fittedBalancedAccuracy),
    regularAccuracy: worst((f) => f.regularAccuracy)!,
    regularMargin: worst((f) => f.regularMargin)!,
    areaUnderCurve: worst((f) => f.areaUnderCurve),
  };
}

const scoresOf = (ratios: LabelledRatios, calibration: Calibration) => ({
  regular: similarities(ratios.regular, calibration),
  abnormal: similarities(ratios.abnormal, calibration),
});

const poolRatios = (parts: readonly LabelledRatios[]): LabelledRatios => ({
  regular: pool(parts.map(({ regular }) => regular)),
  abnormal: pool(parts.map(({ abnormal }) => abnormal)),
});

/**
 * For each block a calibration that the block had no part in: on the other folds' regular lines and the other blocks'
 * abnormal lines, of all couples. Abnormal lines of one kind lie together in most files, so this also asks how the
 * threshold fares on kinds not seen.
 * @param couples of each couple its folds
 * @param whole on all lines: without anything abnormal no threshold is fitted, so none has to be kept apart
 */
function calibrationsApart(couples: readonly (readonly FoldRatios[])[], whole: Calibration): Calibration[] {
  if (couples.every((folds) => folds.every(({ abnormal }) => abnormal.length === 0))) {
    return new Array<Calibration>(BLOCKS).fill(whole);
  }
  return Array.from({ length: BLOCKS }, (_, block) =>
    calibrate(
      poolRatios(
        couples.flatMap((folds) =>
          folds
            .filter((_fold, other) => other !== block)
            .map(({ regular, abnormal }) => ({
              regular,
              abnormal: abnormal.filter((_ratio, i) => blockOf(i, abnormal.length, BLOCKS) !== block),
            })),
        ),
      ),
    ),
  );
}

/** Scores of one couple: fold f's regular lines and block f of the abnormal lines by calibration f. */
function judgeApart(
  folds: readonly FoldRatios[],
  calibrations: readonly Calibration[],
): { regular: Uint8Array; abnormal: Uint8Array } {
  const regular: number[] = [];
  const abnormal: number[] = [];
  folds.forEach((fold, block) => {
    const mine = fold.abnormal.filter((_, i) => blockOf(i, fold.abnormal.length, BLOCKS) === block);
    regular.push(...similarities(fold.regular, calibrations[block]!));
    abnormal.push(...similarities(mine, calibrations[block]!));
  });
  return { regular: Uint8Array.from(regular), abnormal: Uint8Array.from(abnormal) };
}

function share(scores: Uint8Array, of: (score: number) => number): number {
  let sum = 0;
  for (const score of scores) sum += of(score);
  return scores.length === 0 ? 0 : sum / scores.length;
}
