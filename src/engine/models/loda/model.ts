import { z } from 'zod';
import { sqrt32 } from '../../numeric/f32.ts';
import { log2f } from '../../numeric/log2.ts';
import { LCG_SOURCES, lcgBelow, lcgNext, lcgUniform } from '../lcg.ts';
import { COUNT_CAP, defineModel, type ModelRun, type Words } from '../model.ts';
import { flooredVariance, learnMoments, standardScores } from '../moments.ts';

const { fround } = Math;
/** Standard scores of features are cut here. */
const SCORE_LIMIT = 2 ** 16;
/** Histograms reach so many standard deviations to both sides; what lies beyond counts in the last bin. */
const REACH = 4;
/** Learn from which on histograms count: before, nobody knows where their bins lie. */
const COUNT_FROM = 4;
/** Sum of a histogram's counts at which all of them are halved. */
const FULL = COUNT_CAP;

const paramsSchema = z.strictObject({
  projections: z.int().min(2).max(32),
  bins: z
    .int()
    .min(8)
    .max(32)
    .refine((bins) => bins % 2 === 0, 'must be even: two counts share a word'),
});
type LodaParams = z.infer<typeof paramsSchema>;

/** Features that one projection adds up: about the root of all, at least one. */
const sparsity = (dimension: number): number => {
  let count = 1;
  while ((count + 1) * (count + 1) <= dimension) count++;
  return count;
};

/**
 * LODA (Pevny 2016): one-dimensional histograms of sparse random projections; distance = mean over the projections of
 * log2 of all counts over the count of the bin that was hit. Projections are derived from their number, not stored.
 * Counts are integers of 16 bits, two to a word; a full histogram is halved, so that it forgets and never runs over.
 */
function createLoda(dimension: number, { projections, bins }: LodaParams, state: Words): ModelRun {
  const mean = state.f.subarray(0, dimension);
  const variance = state.f.subarray(dimension, 2 * dimension);
  const levels = state.f.subarray(2 * dimension, 2 * dimension + projections);
  const spreads = state.f.subarray(2 * dimension + projections, 2 * (dimension + projections));
  const counts = state.u.subarray(2 * (dimension + projections));
  const words = bins / 2;
  const scores = new Float32Array(dimension);
  const terms = sparsity(dimension);
  const picked = new Uint8Array(projections * terms);
  const weights = new Float32Array(projections * terms);
  for (let p = 0; p < projections; p++) {
    let random = p + 1;
    for (let t = 0; t < terms; t++) {
      random = lcgNext(random);
      picked[p * terms + t] = lcgBelow(random, dimension);
      random = lcgNext(random);
      weights[p * terms + t] = lcgUniform(random);
    }
  }

  const project = (p: number): number => {
    let sum = 0;
    for (let t = p * terms; t < (p + 1) * terms; t++) {
      sum = fround(sum + fround(weights[t]! * scores[picked[t]!]!));
    }
    return sum;
  };
  const binOf = (p: number, value: number): number => {
    const deviation = sqrt32(flooredVariance(levels[p]!, spreads[p]!));
    const score = fround(fround(value - levels[p]!) / deviation);
    const place = fround(fround(fround(score + REACH) * bins) * (0.5 / REACH));
    if (!(place >= 0)) return 0;
    return place < bins ? Math.trunc(place) : bins - 1;
  };
  const total = (p: number): number => {
    let sum = 0;
    for (let w = p * words; w < (p + 1) * words; w++) sum += (counts[w]! & 0xffff) + (counts[w]! >>> 16);
    return sum;
  };

  return {
    learn(features, count) {
      const weight = fround(1 / Math.min(count, COUNT_CAP));
      for (let j = 0; j < dimension; j++) learnMoments(mean, variance, j, features[j]!, weight);
      standardScores(mean, variance, features, SCORE_LIMIT, scores);
      for (let p = 0; p < projections; p++) {
        const value = project(p);
        learnMoments(levels, spreads, p, value, weight);
        if (count < COUNT_FROM) continue;
        if (total(p) >= FULL) {
          for (let w = p * words; w < (p + 1) * words; w++) counts[w] = (counts[w]! >>> 1) & 0x7fff7fff;
        }
        const bin = binOf(p, value);
        const at = p * words + (bin >> 1);
        counts[at] = counts[at]! + (bin & 1 ? 0x10000 : 1);
      }
    },
    score(features) {
      standardScores(mean, variance, features, SCORE_LIMIT, scores);
      let sum = 0;
      for (let p = 0; p < projections; p++) {
        const bin = binOf(p, project(p));
        const word = counts[p * words + (bin >> 1)]!;
        const hit = bin & 1 ? word >>> 16 : word & 0xffff;
        sum = fround(sum + log2f(fround((total(p) + 1) / (hit + 1))));
      }
      return fround(sum / projections);
    },
  };
}

export const loda = defineModel<LodaParams>({
  name: 'loda',
  title: 'histograms of random projections (LODA)',
  paramsSchema,
  searchSpace: () => [
    { projections: 24, bins: 16 },
    { projections: 12, bins: 16 },
    { projections: 24, bins: 24 },
  ],
  applies: () => true,
  sharedSources: LCG_SOURCES,
  stateWords: (dimension, { projections, bins }) => 2 * (dimension + projections) + (projections * bins) / 2,
  workWords: (dimension) => dimension,
  configWords: (dimension, { projections, bins }) => [projections, bins, sparsity(dimension)],
  warmUp: () => 16,
  create: createLoda,
});
