import { z } from 'zod';
import { COUNT_CAP, defineModel, type ModelRun, type Words } from '../model.ts';
import { learnMoments, rootMean } from '../moments.ts';
import { createPrototypes, PROTOTYPE_SOURCES, prototypeWords } from '../prototypes.ts';

const { fround } = Math;

const paramsSchema = z.strictObject({ prototypes: z.int().min(1).max(16) });
type KmeansParams = z.infer<typeof paramsSchema>;

/** Sequential k-means (MacQueen 1967): the first k distinct signals become centres, then the nearest one moves. */
function createKmeans(dimension: number, slots: number, state: Words): ModelRun {
  const prototypes = createPrototypes(dimension, slots, state);
  return {
    learn(features, count) {
      const weight = fround(1 / Math.min(count, COUNT_CAP));
      for (let j = 0; j < dimension; j++) {
        learnMoments(prototypes.mean, prototypes.variance, j, features[j]!, weight);
      }
      prototypes.weigh();
      const used = prototypes.used();
      const nearest = prototypes.nearest(features, used);
      if (used < slots && prototypes.distance > 0) prototypes.place(used, features);
      else prototypes.absorb(nearest, features);
    },
    score(features) {
      prototypes.weigh();
      prototypes.nearest(features, prototypes.used());
      return rootMean(prototypes.distance, dimension);
    },
  };
}

export const kmeansSeq = defineModel<KmeansParams>({
  name: 'kmeans_seq',
  title: 'sequential k-means',
  paramsSchema,
  searchSpace: () => [{ prototypes: 8 }, { prototypes: 4 }, { prototypes: 16 }],
  applies: () => true,
  sharedSources: PROTOTYPE_SOURCES,
  stateWords: (dimension, { prototypes }) => prototypeWords(dimension, prototypes),
  workWords: (dimension) => dimension,
  configWords: (_dimension, { prototypes }) => [prototypes],
  warmUp: (_dimension, { prototypes }) => Math.max(10, prototypes + 2),
  create: (dimension, { prototypes }, state) => createKmeans(dimension, prototypes, state),
});
