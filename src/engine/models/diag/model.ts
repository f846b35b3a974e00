import { z } from 'zod';
import { COUNT_CAP, defineModel, type ModelRun, type Words } from '../model.ts';
import { flooredVariance, learnMoments, rootMean } from '../moments.ts';

const { fround } = Math;

/** Running mean and variance of each feature (Welford 1962); distance = root of the mean squared standard score. */
function createDiag(dimension: number, state: Words): ModelRun {
  const mean = state.f.subarray(0, dimension);
  const variance = state.f.subarray(dimension, 2 * dimension);
  return {
    learn(features, count) {
      const weight = fround(1 / Math.min(count, COUNT_CAP));
      for (let j = 0; j < dimension; j++) learnMoments(mean, variance, j, features[j]!, weight);
    },
    score(features) {
      let sum = 0;
      for (let j = 0; j < dimension; j++) {
        const difference = fround(features[j]! - mean[j]!);
        const square = fround(difference * difference);
        sum = fround(sum + fround(square / flooredVariance(mean[j]!, variance[j]!)));
      }
      return rootMean(sum, dimension);
    },
  };
}

export const diag = defineModel({
  name: 'diag',
  title: 'diagonal Gaussian',
  paramsSchema: z.strictObject({}),
  searchSpace: () => [{}],
  applies: () => true,
  stateWords: (dimension) => 2 * dimension,
  workWords: () => 0,
  configWords: () => [],
  warmUp: () => 10,
  create: (dimension, _params, state) => createDiag(dimension, state),
});
