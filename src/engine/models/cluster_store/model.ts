import { z } from 'zod';
import { COUNT_CAP, defineModel, type ModelRun, type Words } from '../model.ts';
import { learnMoments, rootMean } from '../moments.ts';
import { createPrototypes, PROTOTYPE_SOURCES, prototypeWords } from '../prototypes.ts';

const { fround } = Math;

const paramsSchema = z.strictObject({ clusters: z.int().min(2).max(24) });
type ClusterParams = z.infer<typeof paramsSchema>;

/**
 * A bounded store of clusters (after BIRCH, Zhang 1996, without the tree): a signal nearer than the threshold joins its
 * cluster, another opens one; a full store merges its closest pair, and the threshold rises to what was merged.
 */
function createClusterStore(dimension: number, slots: number, state: Words): ModelRun {
  const prototypes = createPrototypes(dimension, slots, state);
  const thresholdWord = prototypeWords(dimension, slots);
  const threshold = state.f.subarray(thresholdWord, thresholdWord + 1);

  const replaceClosestPair = (features: Float32Array, nearest: number, distance: number): void => {
    let first = 0;
    let second = 1;
    let closest = Number.POSITIVE_INFINITY;
    for (let b = 1; b < slots; b++) {
      for (let a = 0; a < b; a++) {
        const between = prototypes.between(a, b);
        if (between < closest) {
          closest = between;
          first = a;
          second = b;
        }
      }
    }
    if (distance <= closest) {
      threshold[0] = distance;
      prototypes.absorb(nearest, features);
      return;
    }
    if (closest > threshold[0]!) threshold[0] = closest;
    prototypes.merge(first, second);
    prototypes.place(second, features);
  };

  return {
    learn(features, count) {
      const weight = fround(1 / Math.min(count, COUNT_CAP));
      for (let j = 0; j < dimension; j++) {
        learnMoments(prototypes.mean, prototypes.variance, j, features[j]!, weight);
      }
      prototypes.weigh();
      const used = prototypes.used();
      const nearest = prototypes.nearest(features, used);
      const { distance } = prototypes;
      if (distance <= threshold[0]!) prototypes.absorb(nearest, features);
      else if (used < slots) prototypes.place(used, features);
      else replaceClosestPair(features, nearest, distance);
    },
    score(features) {
      prototypes.weigh();
      prototypes.nearest(features, prototypes.used());
      return rootMean(prototypes.distance, dimension);
    },
  };
}

export const clusterStore = defineModel<ClusterParams>({
  name: 'cluster_store',
  title: 'bounded store of clusters',
  paramsSchema,
  searchSpace: () => [{ clusters: 16 }, { clusters: 24 }, { clusters: 8 }],
  applies: () => true,
  sharedSources: PROTOTYPE_SOURCES,
  stateWords: (dimension, { clusters }) => prototypeWords(dimension, clusters) + 1,
  workWords: (dimension) => dimension,
  configWords: (_dimension, { clusters }) => [clusters],
  warmUp: (_dimension, { clusters }) => Math.min(18, Math.max(10, clusters + 2)),
  create: (dimension, { clusters }, state) => createClusterStore(dimension, clusters, state),
});
