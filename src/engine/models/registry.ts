import { NeaiError } from '../../shared/errors.ts';
import { ccipca } from './ccipca/model.ts';
import { clusterStore } from './cluster_store/model.ts';
import { covShrink } from './cov_shrink/model.ts';
import { diag } from './diag/model.ts';
import { kmeansSeq } from './kmeans_seq/model.ts';
import { loda } from './loda/model.ts';
import { minmax } from './minmax/model.ts';
import type { Model } from './model.ts';
import { oselm } from './oselm/model.ts';

/** Every model that exists, in the order in which a search tries them. */
export const MODELS: readonly Model[] = [
  covShrink,
  diag,
  ccipca,
  kmeansSeq,
  clusterStore,
  loda,
  oselm,
  minmax,
];

/** The model of this name; an unknown name is an error of the library. */
export function modelByName(name: string): Model {
  const found = MODELS.find((model) => model.name === name);
  if (found) return found;
  throw new NeaiError('LIBRARY_INVALID', `there is no model '${name}'`, {
    asked: `one of ${MODELS.map((model) => model.name).join(', ')}`,
    got: name,
  });
}
