import { z } from 'zod';
import { atLeast, sqrt32 } from '../../numeric/f32.ts';
import { COUNT_CAP, defineModel, type ModelRun, type Words } from '../model.ts';
import { learnMoments, rootMean, standardScores } from '../moments.ts';

const { fround } = Math;
/** Standard scores are cut here: far outside, and their products stay finite. */
const SCORE_LIMIT = 2 ** 16;
const SMALLEST_NORM = 2 ** -40;
const SMALLEST_NOISE = 2 ** -5;
/** Amnesia of Weng, Zhang and Hwang (2003), once there is something to forget. */
const AMNESIA = 2;
const AMNESIA_FROM = 8;

const paramsSchema = z.strictObject({ components: z.int().min(1).max(8), inside: z.boolean() });
type CcipcaParams = z.infer<typeof paramsSchema>;

/**
 * Candid covariance-free incremental PCA (Weng, Zhang and Hwang 2003) of standard scores. Each vector's length is its
 * eigenvalue. Distance = root mean square of what the components leave over; with `inside`, the probabilistic PCA form:
 * parts along components over their eigenvalues, plus the rest over the mean variance that the components leave.
 */
function createCcipca(dimension: number, { components, inside }: CcipcaParams, state: Words): ModelRun {
  const mean = state.f.subarray(0, dimension);
  const variance = state.f.subarray(dimension, 2 * dimension);
  const vectors = Array.from({ length: components }, (_, i) =>
    state.f.subarray((2 + i) * dimension, (3 + i) * dimension),
  );
  const rest = new Float32Array(dimension);

  const dot = (a: Float32Array, b: Float32Array): number => {
    let sum = 0;
    for (let j = 0; j < dimension; j++) sum = fround(sum + fround(a[j]! * b[j]!));
    return sum;
  };
  const deflate = (vector: Float32Array, factor: number): void => {
    for (let j = 0; j < dimension; j++) rest[j] = fround(rest[j]! - fround(factor * vector[j]!));
  };

  return {
    learn(features, count) {
      const capped = Math.min(count, COUNT_CAP);
      const weight = fround(1 / capped);
      for (let j = 0; j < dimension; j++) learnMoments(mean, variance, j, features[j]!, weight);
      standardScores(mean, variance, features, SCORE_LIMIT, rest);
      const amnesia = capped >= AMNESIA_FROM ? AMNESIA : 0;
      const keep = fround((capped - 1 - amnesia) / capped);
      const take = fround((1 + amnesia) / capped);
      for (const vector of vectors) {
        const square = dot(vector, vector);
        if (!(square > SMALLEST_NORM)) {
          vector.set(rest);
          break;
        }
        const pull = fround(fround(take * dot(rest, vector)) / sqrt32(square));
        for (let j = 0; j < dimension; j++) {
          vector[j] = fround(fround(keep * vector[j]!) + fround(pull * rest[j]!));
        }
        const moved = atLeast(dot(vector, vector), SMALLEST_NORM);
        deflate(vector, fround(dot(rest, vector) / moved));
      }
    },
    score(features) {
      standardScores(mean, variance, features, SCORE_LIMIT, rest);
      let along = 0;
      let explained = 0;
      for (const vector of vectors) {
        const square = dot(vector, vector);
        if (!(square > SMALLEST_NORM)) break;
        const projection = dot(rest, vector);
        const eigenvalue = sqrt32(square);
        const part = fround(fround(projection * projection) / square);
        along = fround(along + fround(part / eigenvalue));
        explained = fround(explained + eigenvalue);
        deflate(vector, fround(projection / square));
      }
      const left = dot(rest, rest);
      if (!inside) return rootMean(left, dimension);
      const noise = atLeast(fround(fround(dimension - explained) / (dimension - components)), SMALLEST_NOISE);
      return rootMean(fround(along + fround(left / noise)), dimension);
    },
  };
}

export const ccipca = defineModel<CcipcaParams>({
  name: 'ccipca',
  title: 'incremental principal components',
  paramsSchema,
  searchSpace: (dimension) =>
    [4, 2, 6]
      .filter((components) => components < dimension)
      .flatMap((components) => [
        { components, inside: false },
        { components, inside: true },
      ]),
  applies: (dimension, { components }) => components < dimension,
  stateWords: (dimension, { components }) => (2 + components) * dimension,
  workWords: (dimension) => dimension,
  configWords: (_dimension, { components, inside }) => [components, inside ? 1 : 0],
  warmUp: () => 12,
  create: createCcipca,
});
