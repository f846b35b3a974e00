import { ccipca } from './ccipca/model.ts';
import { clusterStore } from './cluster_store/model.ts';
import { covShrink } from './cov_shrink/model.ts';
import { diag } from './diag/model.ts';
import { kmeansSeq } from './kmeans_seq/model.ts';
import { loda } from './loda/model.ts';
import { minmax } from './minmax/model.ts';
import type { Model } from './model.ts';
import { oselm } from './oselm/model.ts';

/** Every model that is not made of models, in the order in which a search tries them. */
export const SINGLE_MODELS: readonly Model[] = [
  covShrink,
  diag,
  ccipca,
  kmeansSeq,
  clusterStore,
  loda,
  oselm,
  minmax,
];
