import { seededRandom } from '../../shared/random.ts';
import { balancedAccuracy, confidence, DEFAULT_THRESHOLD } from '../metrics/metrics.ts';
import type { ModelSpec } from '../models/model.ts';
import { webassemblyRung } from '../wasm/kernels.ts';
import { type Calibration, similarities } from './calibrate.ts';
import type { CoupleFeatures } from './evaluate.ts';
import { mixedOrder, type Regime, SPLITS, spreadSplit } from './learning-orders.ts';

/** Fewer learns than this are never recommended. */
const LEAST_ITERATIONS = 20;
/** How far below its end a curve may lie where it has settled, over all orders together. */
const TOLERANCE = 0.01;
/** The same for the worst of the orders, which is judged on a quarter of the lines. */
const TOLERANCE_OF_ONE = 0.03;
/** Orders in which the lines are learned: each quarter kept back once a round. */
const ROUNDS = 2;
/** Lines of a label that judge one order, evenly spaced where there are more; each order has others. */
const MOST_JUDGES = 60;

/** Figures after so many learns, all orders together. Fractions 0…1. */
export interface LearningPoint {
  readonly learns: number;
  /** Without abnormal lines the share of regular lines recognised. */
  readonly balancedAccuracy: number;
  /** Without abnormal lines the mean margin of regular lines above the threshold, not below 0. */
  readonly confidence: number;
  /** Balanced accuracy of the worst and the best of the orders. */
  readonly lowest: number;
  readonly highest: number;
}

/** One regime's share of a couple's learning, judged on its own regular lines and all abnormal ones. */
export interface RegimeLearning {
  readonly name: string;
  /** Of the lines learned; the rest are other regimes'. */
  readonly share: number;
  /** `learns` counts this regime's lines alone. */
  readonly points: readonly LearningPoint[];
  /** Learns of this regime within the couple's minimum. */
  readonly minimum: number;
}

/** How one couple's learner gets better as it learns, on lines that it does not learn. */
export interface CoupleLearning {
  readonly name: string;
  readonly orders: number;
  /** Lines learned at the end of the curve. */
  readonly available: number;
  readonly points: readonly LearningPoint[];
  readonly regimes: readonly RegimeLearning[];
  /** Recommended minimum of learning iterations, all regimes counted. */
  readonly minimum: number;
  /** The figures stood still before the lines ran out; otherwise more lines may well make it better. */
  readonly settled: boolean;
}

/**
 * Learns a couple's lines again in eight deterministic orders that keep the mix of regimes, and judges each prefix of
 * 10, 20, 30, 40, 60, … learns on lines kept back from all over the recording. Costs about as much as ten evaluations
 * of a candidate.
 * @param calibration the library's
 * @param regimes of the couple's regular lines, one after the other without gaps
 * @param detectFloor learns below which the library refuses to detect
 */
export function learningCurve(
  couple: CoupleFeatures,
  dimension: number,
  model: ModelSpec,
  calibration: Calibration,
  regimes: readonly Regime[],
  detectFloor: number,
): CoupleLearning {
  const splits = Array.from({ length: SPLITS }, (_, turn) => spreadSplit(regimes, turn, couple.overlapLines));
  const available = Math.min(...splits.map(({ learn }) => learn.length));
  const steps = prefixes(detectFloor, available);
  const runs: Run[] = [];
  for (let order = 0; order < ROUNDS * SPLITS; order++) {
    const { learn, judge } = splits[order % SPLITS]!;
    const sequence = mixedOrder(learn, seededRandom(order + 1));
    runs.push(relearn(couple, dimension, model, calibration, sequence, evenly(judge, order), order, steps));
  }
  const points = steps.map((learns, step) => pointOf(learns, runs, step, () => true));
  const lines = regimes.at(-1)?.end ?? 0;
  const curves = regimes.map(({ name, first, end }) => {
    const inside = (row: number): boolean => row >= first && row < end;
    const share = (end - first) / Math.max(1, lines);
    const own = steps.map((learns, step) => {
      const learned = runs.reduce((sum, run) => sum + run.sequence.slice(0, learns).filter(inside).length, 0);
      return pointOf(Math.round(learned / runs.length), runs, step, inside);
    });
    return { name, share, points: own };
  });
  const judged = runs.map((run) =>
    Math.min(run.judges.length, run.scores[0]!.abnormal.length || Number.POSITIVE_INFINITY),
  );
  const oneLine = 0.5 / Math.max(1, Math.min(...judged));
  const settledAt = Math.max(
    settledFrom(points, Math.max(TOLERANCE_OF_ONE, oneLine)),
    ...(curves.length < 2 ? [] : curves.map((curve) => settledFrom(curve.points, Number.POSITIVE_INFINITY))),
  );
  const minimum = Math.max(LEAST_ITERATIONS, detectFloor, steps[settledAt]!);
  return {
    name: couple.name,
    orders: runs.length,
    available,
    points,
    regimes: curves.map((curve) => ({ ...curve, minimum: Math.ceil(curve.share * minimum) })),
    minimum,
    settled: settledAt < steps.length - 1 && available >= LEAST_ITERATIONS,
  };
}

/**
 * Index of the smallest prefix from which on balanced accuracy and confidence stay within a point of the end, and the
 * worst order's balanced accuracy within its own tolerance.
 */
export function settledFrom(points: readonly LearningPoint[], toleranceOfOne: number): number {
  const end = points.at(-1)!;
  const dip = points.findLastIndex(
    (point) =>
      point.balancedAccuracy < end.balancedAccuracy - TOLERANCE ||
      point.confidence < end.confidence - TOLERANCE ||
      point.lowest < Math.min(end.lowest, end.balancedAccuracy) - toleranceOfOne,
  );
  return dip + 1;
}

/** 10, 20, 30, 40, 60, 80, 120, … from the floor on, and all there are. */
function prefixes(floor: number, available: number): number[] {
  const steps = [10];
  for (let tens = 20; tens < available; tens *= 2) steps.push(tens, 1.5 * tens);
  return [...steps.filter((learns) => learns >= floor && learns < available), available];
}

interface Run {
  readonly sequence: readonly number[];
  /** Rows of the regular lines kept back, as scored. */
  readonly judges: readonly number[];
  /** Similarities after each prefix. */
  readonly scores: readonly { readonly regular: Uint8Array; readonly abnormal: Uint8Array }[];
}

function relearn(
  { regular, abnormal }: CoupleFeatures,
  dimension: number,
  model: ModelSpec,
  calibration: Calibration,
  sequence: readonly number[],
  judges: readonly number[],
  order: number,
  steps: readonly number[],
): Run {
  const strangers = evenly(
    Array.from({ length: abnormal.length / dimension }, (_, i) => i),
    order,
  );
  // in the order of their use: what is learned, then what judges it
  const rows = {
    dimension,
    regular: picked(regular, dimension, [...sequence, ...judges]),
    abnormal: picked(abnormal, dimension, strangers),
  };
  const learner = webassemblyRung.learner(rows, model);
  learner.reset();
  let learned = 0;
  const scores = steps.map((learns) => {
    learner.learn(learned, learns);
    learned = learns;
    const regularRatios = learner.ratios('regular', sequence.length, sequence.length + judges.length);
    const abnormalRatios = learner.ratios('abnormal', 0, strangers.length);
    return {
      regular: similarities(regularRatios, calibration),
      abnormal: similarities(abnormalRatios, calibration),
    };
  });
  return { sequence, judges, scores };
}

function picked(features: Float32Array, dimension: number, rows: readonly number[]): Float32Array {
  const values = new Float32Array(rows.length * dimension);
  rows.forEach((row, i) => {
    values.set(features.subarray(row * dimension, (row + 1) * dimension), i * dimension);
  });
  return values;
}

/** Figures of one step, of the regular lines that `counts` lets through. */
function pointOf(
  learns: number,
  runs: readonly Run[],
  step: number,
  counts: (row: number) => boolean,
): LearningPoint {
  const scores = runs.map((run) => ({
    regular: run.scores[step]!.regular.filter((_, i) => counts(run.judges[i]!)),
    abnormal: run.scores[step]!.abnormal,
  }));
  const together = {
    regular: scores.flatMap(({ regular }) => [...regular]),
    abnormal: scores.flatMap(({ abnormal }) => [...abnormal]),
  };
  const balanced = accuracyOf(together);
  const each = scores.filter(({ regular }) => regular.length > 0).map(accuracyOf);
  if (each.length === 0) each.push(balanced);
  return {
    learns,
    balancedAccuracy: balanced,
    confidence: confidence(together) ?? marginOf(together.regular),
    lowest: Math.min(...each),
    highest: Math.max(...each),
  };
}

function accuracyOf(scores: { regular: ArrayLike<number>; abnormal: ArrayLike<number> }): number {
  return balancedAccuracy(scores) ?? mean(scores.regular, (s) => (s >= DEFAULT_THRESHOLD ? 1 : 0));
}

const marginOf = (regular: ArrayLike<number>): number =>
  Math.max(
    0,
    mean(regular, (s) => Math.max(-1, (s - DEFAULT_THRESHOLD) / (100 - DEFAULT_THRESHOLD))),
  );

function mean(scores: ArrayLike<number>, of: (score: number) => number): number {
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += of(scores[i]!);
  return sum / Math.max(1, scores.length);
}

/** At most 60 of the items, evenly spaced; which ones depends on the order that they judge. */
function evenly(items: readonly number[], order: number): number[] {
  if (items.length <= MOST_JUDGES) return [...items];
  const offset = order / (ROUNDS * SPLITS);
  return Array.from(
    { length: MOST_JUDGES },
    (_, i) => items[Math.floor(((i + offset) * items.length) / MOST_JUDGES)]!,
  );
}
