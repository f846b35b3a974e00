import { chainOutputLength } from '../emulator/chain.ts';
import { balancedAccuracy, confidence } from '../metrics/metrics.ts';
import type { ModelSpec } from '../models/model.ts';
import type { Pipeline, Shape } from '../transforms/transform.ts';
import { webassemblyRung } from '../wasm/kernels.ts';
import { type Calibration, calibrateSorted, type LabelledRatios, similarities } from './calibrate.ts';
import { BLOCKS, blockRange, contiguousFolds } from './folds.ts';
import type { Rung } from './rung.ts';
import { areaOfRatios, bestBalancedAccuracy, sortFolds } from './sorted-ratios.ts';

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
  /** Of the balanced accuracy, were the lines independent. */
  readonly standardError: number | null;
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
  /** True: given up after one fold, whose figures these are; such a candidate is behind all others. */
  readonly stoppedEarly?: boolean;
  /** Common to all couples; what is learned is each couple's own. */
  readonly calibration: Calibration;
  /** In the order of the data. */
  readonly couples: readonly CoupleFigures[];
}

export { BLOCKS };

const FASTEST = webassemblyRung;

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
 * Ratios of one couple fold by fold: learns the regular lines outside the fold in order, then scores the fold's regular
 * lines and every abnormal line. What a learner of several folds learns first is the same and is learned once.
 */
export const crossValidate = (
  couple: CoupleFeatures,
  dimension: number,
  model: ModelSpec,
  rung: Rung = FASTEST,
): FoldRatios[] => [...foldByFold(couple, dimension, model, rung)];

function* foldByFold(
  { regular, abnormal, overlapLines }: CoupleFeatures,
  dimension: number,
  model: ModelSpec,
  rung: Rung,
): Generator<FoldRatios, void, undefined> {
  const learner = rung.learner({ dimension, regular, abnormal }, model);
  const lines = regular.length / dimension;
  learner.reset();
  learner.save();
  let learned = 0;
  for (const { testFirst, testEnd, learnBefore, learnFrom } of contiguousFolds(lines, BLOCKS, overlapLines)) {
    learner.learn(learned, learnBefore);
    learned = learnBefore;
    learner.save();
    learner.learn(learnFrom, lines);
    yield {
      regular: learner.ratios('regular', testFirst, testEnd),
      abnormal: learner.ratios('abnormal', 0, abnormal.length / dimension),
    };
    learner.restore();
  }
}

export interface EvaluateOptions {
  readonly rung?: Rung;
  /**
   * A candidate is given up after one fold when no threshold at all, not even one fitted to that very fold, reaches this
   * balanced accuracy there.
   */
  readonly stopBelow?: number;
}

/** Figures of one candidate on features already extracted. */
export function evaluateModel(
  { dimension, couples }: Features,
  model: ModelSpec,
  { rung = FASTEST, stopBelow = 0 }: EvaluateOptions = {},
): Evaluation {
  const done: { readonly name: string; readonly folds: FoldRatios[] }[] = [];
  for (const couple of couples) {
    const folds: FoldRatios[] = [];
    for (const fold of foldByFold(couple, dimension, model, rung)) {
      folds.push(fold);
      if (folds.length > 1 || stopBelow <= 0) continue;
      const most = bestBalancedAccuracy(sortFolds([[fold]]).without(null));
      if (most !== null && most < stopBelow) return stopped(couples, most);
    }
    done.push({ name: couple.name, folds });
  }
  return judgeFolds(done);
}

/** What is known of a candidate given up: that it cannot be more accurate than this. */
function stopped(couples: Features['couples'], most: number): Evaluation {
  const figures: Figures = {
    balancedAccuracy: most,
    standardError: 0,
    confidence: 0,
    fittedBalancedAccuracy: most,
    regularAccuracy: 0,
    regularMargin: -1,
    areaUnderCurve: null,
  };
  return {
    ...figures,
    stoppedEarly: true,
    calibration: { scale: 1, width: 2 },
    couples: couples.map(({ name }) => ({ name, ...figures })),
  };
}

/**
 * The scores that a candidate's figures are made of: of each couple every selection line once, in order, by a learner
 * and a threshold that had no part of it.
 */
export function crossValidatedScores({ dimension, couples }: Features, model: ModelSpec) {
  const folds = couples.map((couple) => crossValidate(couple, dimension, model));
  const { apart } = calibrateFolds(folds);
  return folds.map((couple) => judgeApart(couple, apart));
}

/** Calibrates on ratios of all couples and folds, and judges each block of lines by what it had no part in. */
export function judgeFolds(
  couples: readonly { readonly name: string; readonly folds: readonly FoldRatios[] }[],
): Evaluation {
  const { sorted, calibration, apart } = calibrateFolds(couples.map(({ folds }) => folds));
  const figures = couples.map(({ name, folds }) => ({
    name,
    ...coupleFigures(folds, calibration, apart),
    areaUnderCurve: areaOfRatios(
      couples.length === 1 ? sorted.without(null) : sortFolds([folds]).without(null),
    ),
  }));
  return { ...worstOf(figures), calibration, couples: figures };
}

/**
 * A calibration on everything, and for each block one that the block had no part in: on the other folds' regular lines
 * and the other blocks' abnormal lines, of all couples. Abnormal lines of one kind lie together in most files, so this
 * also asks how the threshold fares on kinds not seen. Without anything abnormal no threshold is fitted: none is kept
 * apart.
 */
function calibrateFolds(couples: readonly (readonly FoldRatios[])[]) {
  const sorted = sortFolds(couples);
  const calibration = calibrateSorted(sorted.without(null));
  const apart = Array.from({ length: BLOCKS }, (_, block) =>
    sorted.hasAbnormal ? calibrateSorted(sorted.without(block)) : calibration,
  );
  return { sorted, calibration, apart };
}

function coupleFigures(
  folds: readonly FoldRatios[],
  calibration: Calibration,
  apart: readonly Calibration[],
): Omit<Figures, 'areaUnderCurve'> {
  const judged = judgeApart(folds, apart);
  const [lines, abnormalLines] = [judged.regular.length, judged.abnormal.length];
  const nominal = nominalShare(
    folds.map(({ regular }) => regular),
    calibration,
  );
  const missed = nominalShare(
    folds.map(({ abnormal }) => abnormal),
    calibration,
  );
  const accuracy = balancedAccuracy(judged);
  return {
    balancedAccuracy: accuracy,
    standardError:
      accuracy === null ? null : Math.sqrt(accuracy * (1 - accuracy) * (1 / lines + 1 / abnormalLines)) / 2,
    confidence: confidence(judged),
    fittedBalancedAccuracy: abnormalLines === 0 ? null : (nominal + 1 - missed) / 2,
    regularAccuracy: share(judged.regular, (s) => (s >= 90 ? 1 : 0)),
    regularMargin: share(judged.regular, (s) => Math.max(-1, (s - 90) / 10)),
  };
}

/** Share of ratios whose similarity reaches the threshold. */
function nominalShare(parts: readonly Float32Array[], { scale }: Calibration): number {
  let [nominal, all] = [0, 0];
  for (const ratios of parts) {
    all += ratios.length;
    for (let i = 0; i < ratios.length; i++) if (Math.fround(scale * ratios[i]!) <= 1) nominal++;
  }
  return all === 0 ? 0 : nominal / all;
}

function largestError(couples: readonly Figures[]): number | null {
  const known = couples.map((f) => f.standardError).filter((error) => error !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** Of each figure the worst; null only where all are. */
export function worstOf(couples: readonly Figures[]): Figures {
  const worst = (of: (figures: Figures) => number | null): number | null => {
    const known = couples.map(of).filter((figure) => figure !== null);
    return known.length === 0 ? null : Math.min(...known);
  };
  return {
    balancedAccuracy: worst((f) => f.balancedAccuracy),
    standardError: largestError(couples),
    confidence: worst((f) => f.confidence),
    fittedBalancedAccuracy: worst((f) => f.fittedBalancedAccuracy),
    regularAccuracy: worst((f) => f.regularAccuracy)!,
    regularMargin: worst((f) => f.regularMargin)!,
    areaUnderCurve: worst((f) => f.areaUnderCurve),
  };
}

/** Scores of one couple: fold f's regular lines and block f of the abnormal lines by calibration f. */
function judgeApart(
  folds: readonly FoldRatios[],
  calibrations: readonly Calibration[],
): { regular: Uint8Array; abnormal: Uint8Array } {
  const regular: Uint8Array[] = [];
  const abnormal: Uint8Array[] = [];
  folds.forEach((fold, block) => {
    const { first, end } = blockRange(block, fold.abnormal.length, BLOCKS);
    regular.push(similarities(fold.regular, calibrations[block]!));
    abnormal.push(similarities(fold.abnormal.subarray(first, end), calibrations[block]!));
  });
  return { regular: together(regular), abnormal: together(abnormal) };
}

function together(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function share(scores: Uint8Array, of: (score: number) => number): number {
  let sum = 0;
  for (const score of scores) sum += of(score);
  return scores.length === 0 ? 0 : sum / scores.length;
}
