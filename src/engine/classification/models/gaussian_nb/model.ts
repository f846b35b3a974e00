import { z } from 'zod';
import { log2f } from '../../../numeric/log2.ts';
import { type ClassFeatures, defineClassModel } from '../class-model.ts';
import { momentsOf, pooledVariance } from '../statistics.ts';

const { fround } = Math;
/** Share of the variance within all classes that each class's own is raised by: few lines make it too small. */
const SMOOTHING = 0.02;
const LOG2_E = Math.LOG2E;

/**
 * Naive Bayes with a diagonal Gaussian a class, all classes equally probable beforehand.
 * Words, class by class: bias, then mean and weight of each feature; score = bias - sum of (x - mean)^2 weight.
 */
function train(classes: readonly ClassFeatures[], dimension: number): Float32Array {
  const moments = classes.map((rows) => momentsOf(rows, dimension));
  const pooled = pooledVariance(moments, dimension);
  const words: number[] = [];
  for (const { lines, mean, squares } of moments) {
    let bias = 0;
    const own: number[] = [];
    for (let j = 0; j < dimension; j++) {
      const variance = squares[j]! / Math.max(1, lines) + SMOOTHING * pooled[j]!;
      bias -= log2f(fround(variance)) / 2;
      own.push(mean[j]!, LOG2_E / (2 * variance));
    }
    words.push(bias, ...own);
  }
  return Float32Array.from(words);
}

export const gaussianNb = defineClassModel({
  name: 'gaussian_nb',
  title: 'naive Bayes with diagonal Gaussians',
  paramsSchema: z.strictObject({}),
  searchSpace: () => [{}],
  wordCount: (dimension, classes) => classes * (1 + 2 * dimension),
  workWords: () => 0,
  option: () => 0,
  train,
  create: (words, dimension) => (features, scores) => {
    let at = 0;
    for (let c = 0; c < scores.length; c++) {
      const bias = words[at++]!;
      let sum = 0;
      for (let j = 0; j < dimension; j++) {
        const difference = fround(features[j]! - words[at]!);
        const square = fround(difference * difference);
        sum = fround(sum + fround(square * words[at + 1]!));
        at += 2;
      }
      scores[c] = fround(bias - sum);
    }
  },
});
