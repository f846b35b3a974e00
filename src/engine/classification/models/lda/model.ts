import { z } from 'zod';
import { type ClassFeatures, defineClassModel } from '../class-model.ts';
import { type ClassMoments, centreOf, momentsOf, pooledVariance } from '../statistics.ts';

const { fround } = Math;
const LEAST_SHRINKAGE = 0.01;
const LARGEST_DIMENSION = 64;

/**
 * Linear discriminant analysis: one covariance for all classes, shrunk towards its diagonal by the weight of Ledoit and
 * Wolf (2004), all classes equally probable beforehand. Words: centre of each feature, then class by class bias and
 * weights; score = bias + sum of (x - centre) weight.
 */
function train(classes: readonly ClassFeatures[], dimension: number): Float32Array {
  const moments = classes.map((rows) => momentsOf(rows, dimension));
  const deviation = pooledVariance(moments, dimension).map(Math.sqrt);
  const centre = centreOf(moments, dimension);
  const factor = cholesky(shrunkCorrelation(classes, moments, deviation, dimension), dimension);
  const words = [...centre];
  for (const { mean } of moments) {
    const shift = mean.map((value, j) => (value - centre[j]!) / deviation[j]!);
    const solved = solve(factor, shift, dimension);
    const square = solved.reduce((sum, value, j) => sum + value * shift[j]!, 0);
    words.push((-square / 2) * Math.LOG2E);
    for (let j = 0; j < dimension; j++) words.push((solved[j]! / deviation[j]!) * Math.LOG2E);
  }
  return Float32Array.from(words);
}

/** Correlation within classes, (1 - a) R + a I with the a that Ledoit and Wolf's formula gives for standardised lines. */
function shrunkCorrelation(
  classes: readonly ClassFeatures[],
  moments: readonly ClassMoments[],
  deviation: Float64Array,
  dimension: number,
): Float64Array {
  const sums = new Float64Array(dimension * dimension);
  const standard = new Float64Array(dimension);
  let lines = 0;
  let fourth = 0;
  classes.forEach((rows, c) => {
    const { mean } = moments[c]!;
    for (let at = 0; at < rows.length; at += dimension, lines++) {
      let square = 0;
      for (let j = 0; j < dimension; j++) {
        standard[j] = (rows[at + j]! - mean[j]!) / deviation[j]!;
        square += standard[j]! * standard[j]!;
      }
      fourth += square * square;
      for (let i = 0; i < dimension; i++) {
        for (let j = 0; j <= i; j++) sums[i * dimension + j]! += standard[i]! * standard[j]!;
      }
    }
  });
  const count = Math.max(1, lines);
  let norm = 0;
  let trace = 0;
  for (let i = 0; i < dimension; i++) {
    for (let j = 0; j <= i; j++) {
      const value = sums[i * dimension + j]! / count;
      sums[i * dimension + j] = value;
      sums[j * dimension + i] = value;
      norm += (i === j ? 1 : 2) * value * value;
    }
    trace += sums[i * dimension + i]!;
  }
  const scale = trace / dimension;
  const spread = norm - dimension * scale * scale;
  const noise = Math.max(0, (fourth / count - norm) / count);
  const shrinkage = Math.min(1, Math.max(LEAST_SHRINKAGE, spread > 0 ? noise / spread : 1));
  for (let i = 0; i < dimension; i++) {
    for (let j = 0; j < dimension; j++) {
      const at = i * dimension + j;
      sums[at] = sums[at]! * (1 - shrinkage) + (i === j ? shrinkage : 0);
    }
  }
  return sums;
}

/** Lower factor of a positive definite matrix, row-major. */
function cholesky(matrix: Float64Array, dimension: number): Float64Array {
  const factor = new Float64Array(dimension * dimension);
  for (let i = 0; i < dimension; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * dimension + j]!;
      for (let k = 0; k < j; k++) rest -= factor[i * dimension + k]! * factor[j * dimension + k]!;
      factor[i * dimension + j] =
        i === j ? Math.sqrt(Math.max(rest, 2 ** -20)) : rest / factor[j * dimension + j]!;
    }
  }
  return factor;
}

/** x with L L' x = right. */
function solve(factor: Float64Array, right: Float64Array, dimension: number): Float64Array {
  const x = right.slice();
  for (let i = 0; i < dimension; i++) {
    for (let k = 0; k < i; k++) x[i]! -= factor[i * dimension + k]! * x[k]!;
    x[i]! /= factor[i * dimension + i]!;
  }
  for (let i = dimension - 1; i >= 0; i--) {
    for (let k = i + 1; k < dimension; k++) x[i]! -= factor[k * dimension + i]! * x[k]!;
    x[i]! /= factor[i * dimension + i]!;
  }
  return x;
}

export const lda = defineClassModel({
  name: 'lda',
  title: 'linear discriminants of a shrunk covariance',
  paramsSchema: z.strictObject({}),
  searchSpace: (dimension) => (dimension <= LARGEST_DIMENSION ? [{}] : []),
  wordCount: (dimension, classes) => dimension + classes * (1 + dimension),
  workWords: (dimension) => dimension,
  option: () => 0,
  train,
  create: (words, dimension) => {
    const centred = new Float32Array(dimension);
    return (features, scores) => {
      for (let j = 0; j < dimension; j++) centred[j] = fround(features[j]! - words[j]!);
      let at = dimension;
      for (let c = 0; c < scores.length; c++) {
        let sum = words[at++]!;
        for (let j = 0; j < dimension; j++) sum = fround(sum + fround(centred[j]! * words[at++]!));
        scores[c] = sum;
      }
    };
  },
});
