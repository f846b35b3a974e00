import { NeaiError } from '../../shared/errors.ts';
import { diag } from './diag/model.ts';
import type { Model } from './model.ts';

/** Every model that exists, in the order in which a search tries them. */
export const MODELS: readonly Model[] = [diag];

/** The model of this name; an unknown name is an error of the library. */
export function modelByName(name: string): Model {
  const found = MODELS.find((model) => model.name === name);
  if (found) return found;
  throw new NeaiError('LIBRARY_INVALID', `there is no model '${name}'`, {
    asked: `one of ${MODELS.map((model) => model.name).join(', ')}`,
    got: name,
  });
}
