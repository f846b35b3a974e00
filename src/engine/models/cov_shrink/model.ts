import { z } from 'zod';
import { atLeast, sqrt32 } from '../../numeric/f32.ts';
import { COUNT_CAP, defineModel, type ModelRun, type Words } from '../model.ts';
import { flooredVariance, rootMean } from '../moments.ts';

const { fround } = Math;
/** Beyond, covariance and factor alone take more than 5 kB, and a detect ten thousand multiplications: not worth trying. */
const LARGEST_DIMENSION = 36;
const LEAST_SHRINKAGE = fround(0.1);
const SMALLEST_PIVOT = 2 ** -6;

/** Index of element (row, column <= row) of a lower triangle stored row by row. */
const triangle = (row: number): number => (row * (row + 1)) / 2;

/**
 * Running covariance, shrunk towards its diagonal (after Ledoit and Wolf 2004, with the fixed weight
 * a = max(0.1, d / 2n)); distance = root of the squared Mahalanobis distance over d. The covariance is turned into a
 * correlation matrix (1 - a) R + a I, and that into L D L'.
 */
function createCovShrink(dimension: number, state: Words): ModelRun {
  const mean = state.f.subarray(0, dimension);
  const covariance = state.f.subarray(dimension, dimension + triangle(dimension));
  const before = new Float32Array(dimension);
  const inverse = new Float32Array(dimension);
  const factor = new Float32Array(triangle(dimension));
  const pivot = new Float32Array(dimension);
  const row = new Float32Array(dimension);
  const solved = new Float32Array(dimension);
  let factored = false;

  const factorize = (count: number): void => {
    let shrinkage = fround(dimension / (2 * Math.min(count, COUNT_CAP)));
    shrinkage = atLeast(shrinkage, LEAST_SHRINKAGE);
    if (shrinkage > 1) shrinkage = 1;
    const keep = fround(1 - shrinkage);
    for (let i = 0; i < dimension; i++) {
      const variance = flooredVariance(mean[i]!, covariance[triangle(i) + i]!);
      inverse[i] = fround(1 / sqrt32(variance));
    }
    for (let i = 0; i < dimension; i++) {
      const at = triangle(i);
      let diagonal = 1;
      for (let j = 0; j < i; j++) {
        const scaled = fround(fround(covariance[at + j]! * inverse[i]!) * inverse[j]!);
        let sum = fround(scaled * keep);
        const other = triangle(j);
        for (let k = 0; k < j; k++) sum = fround(sum - fround(row[k]! * factor[other + k]!));
        row[j] = sum;
        factor[at + j] = fround(sum / pivot[j]!);
        diagonal = fround(diagonal - fround(sum * factor[at + j]!));
      }
      pivot[i] = atLeast(diagonal, SMALLEST_PIVOT);
    }
    factored = true;
  };

  return {
    learn(features, count) {
      const weight = fround(1 / Math.min(count, COUNT_CAP));
      for (let i = 0; i < dimension; i++) {
        before[i] = fround(features[i]! - mean[i]!);
        mean[i] = fround(mean[i]! + fround(before[i]! * weight));
        const after = fround(features[i]! - mean[i]!);
        const at = triangle(i);
        for (let j = 0; j <= i; j++) {
          const change = fround(fround(before[j]! * after) - covariance[at + j]!);
          covariance[at + j] = fround(covariance[at + j]! + fround(change * weight));
        }
      }
      factored = false;
    },
    score(features, count) {
      if (!factored) factorize(count);
      let sum = 0;
      for (let i = 0; i < dimension; i++) {
        let rest = fround(fround(features[i]! - mean[i]!) * inverse[i]!);
        const at = triangle(i);
        for (let k = 0; k < i; k++) rest = fround(rest - fround(factor[at + k]! * solved[k]!));
        solved[i] = rest;
        sum = fround(sum + fround(fround(rest * rest) / pivot[i]!));
      }
      return rootMean(sum, dimension);
    },
    invalidate() {
      factored = false;
    },
  };
}

export const covShrink = defineModel({
  name: 'cov_shrink',
  title: 'Gaussian with shrunk covariance',
  paramsSchema: z.strictObject({}),
  searchSpace: (dimension) => (dimension >= 2 && dimension <= LARGEST_DIMENSION ? [{}] : []),
  applies: () => true,
  stateWords: (dimension) => dimension + triangle(dimension),
  workWords: (dimension) => triangle(dimension) + 4 * dimension,
  configWords: () => [],
  warmUp: (dimension) => Math.min(18, Math.max(10, Math.ceil(dimension / 2))),
  create: (dimension, _params, state) => createCovShrink(dimension, state),
});
