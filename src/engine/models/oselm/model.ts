import { z } from 'zod';
import { atLeast, sqrt32 } from '../../numeric/f32.ts';
import { LCG_SOURCES, lcgNext, lcgUniform } from '../lcg.ts';
import { COUNT_CAP, defineModel, type ModelRun, type Words } from '../model.ts';
import { learnMoments, rootMean, standardScores } from '../moments.ts';

const { fround } = Math;
/** Standard scores are cut here: far outside, and one outlier does not throw the output weights away. */
const SCORE_LIMIT = 2 ** 6;
/** Uncertainty of an output weight of which nothing is known: the ridge of the regression is its reciprocal. */
const FIRST_UNCERTAINTY = 2 ** 5;
/** Uncertainty that each learn gives back, up to the first: so that learning never ends. */
const GIVEN_BACK = 2 ** -14;

const paramsSchema = z.strictObject({ hidden: z.int().min(2).max(16) });
type OselmParams = z.infer<typeof paramsSchema>;

const triangle = (row: number): number => (row * (row + 1)) / 2;

/**
 * Auto-encoder with a random hidden layer whose output weights are learnt by recursive least squares (OS-ELM, Liang et
 * al. 2006; as an anomaly detector ONLAD, Tsukada et al. 2020). Hidden weights are signs derived from an LCG, not
 * stored. Forgetting is that of a random walk of the weights: the matrix P gets a constant added to its diagonal, up to
 * where it began, instead of being divided by a factor below 1; so it neither vanishes nor, in directions in which
 * nothing happens, grows without end. Only its lower triangle is kept. Distance = root mean square of what is left.
 */
function createOselm(dimension: number, { hidden }: OselmParams, state: Words): ModelRun {
  const mean = state.f.subarray(0, dimension);
  const variance = state.f.subarray(dimension, 2 * dimension);
  const uncertainty = state.f.subarray(2 * dimension, 2 * dimension + triangle(hidden));
  const output = state.f.subarray(2 * dimension + triangle(hidden));
  const rest = new Float32Array(dimension);
  const active = new Float32Array(hidden);
  const gain = new Float32Array(hidden);
  const signs = new Float32Array(hidden * dimension);
  const biases = new Float32Array(hidden);
  let random = 1;
  for (let i = 0; i < hidden; i++) {
    random = lcgNext(random);
    biases[i] = lcgUniform(random);
    for (let j = 0; j < dimension; j++) {
      random = lcgNext(random);
      signs[i * dimension + j] = random >>> 31 ? -1 : 1;
    }
  }
  const spread = sqrt32(dimension);

  /** Fills `active` from the standard scores in `rest`, then leaves there what the output weights do not explain. */
  const reconstruct = (): void => {
    for (let i = 0; i < hidden; i++) {
      let sum = 0;
      for (let j = 0; j < dimension; j++) sum = fround(sum + fround(signs[i * dimension + j]! * rest[j]!));
      const input = fround(fround(sum / spread) + biases[i]!);
      active[i] = fround(input / fround(1 + (input < 0 ? -input : input)));
    }
    for (let i = 0; i < hidden; i++) {
      for (let j = 0; j < dimension; j++) {
        rest[j] = fround(rest[j]! - fround(active[i]! * output[i * dimension + j]!));
      }
    }
  };

  return {
    learn(features, count) {
      const weight = fround(1 / Math.min(count, COUNT_CAP));
      for (let j = 0; j < dimension; j++) learnMoments(mean, variance, j, features[j]!, weight);
      if (count === 1) for (let i = 0; i < hidden; i++) uncertainty[triangle(i) + i] = FIRST_UNCERTAINTY;
      standardScores(mean, variance, features, SCORE_LIMIT, rest);
      reconstruct();
      let power = 0;
      for (let i = 0; i < hidden; i++) {
        let sum = 0;
        for (let k = 0; k < hidden; k++) {
          const at = k <= i ? triangle(i) + k : triangle(k) + i;
          sum = fround(sum + fround(uncertainty[at]! * active[k]!));
        }
        gain[i] = sum;
        power = fround(power + fround(sum * active[i]!));
      }
      const divisor = fround(1 + atLeast(power, 0));
      for (let i = 0; i < hidden; i++) {
        const factor = fround(gain[i]! / divisor);
        for (let j = 0; j < dimension; j++) {
          const at = i * dimension + j;
          output[at] = fround(output[at]! + fround(factor * rest[j]!));
        }
        const row = triangle(i);
        for (let k = 0; k <= i; k++)
          uncertainty[row + k] = fround(uncertainty[row + k]! - fround(factor * gain[k]!));
        const own = atLeast(uncertainty[row + i]!, 0);
        uncertainty[row + i] = own < FIRST_UNCERTAINTY ? fround(own + GIVEN_BACK) : own;
      }
    },
    score(features) {
      standardScores(mean, variance, features, SCORE_LIMIT, rest);
      reconstruct();
      let sum = 0;
      for (let j = 0; j < dimension; j++) sum = fround(sum + fround(rest[j]! * rest[j]!));
      return rootMean(sum, dimension);
    },
  };
}

export const oselm = defineModel<OselmParams>({
  name: 'oselm',
  title: 'auto-encoder learnt by recursive least squares (OS-ELM)',
  paramsSchema,
  searchSpace: (dimension) =>
    [12, 6, 8].filter((hidden) => hidden <= 2 * dimension).map((hidden) => ({ hidden })),
  applies: () => true,
  sharedSources: LCG_SOURCES,
  stateWords: (dimension, { hidden }) => 2 * dimension + triangle(hidden) + hidden * dimension,
  workWords: (dimension, { hidden }) => dimension + 2 * hidden,
  configWords: (_dimension, { hidden }) => [hidden],
  warmUp: () => 16,
  create: createOselm,
});
