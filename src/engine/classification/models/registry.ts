import { NeaiError } from '../../../shared/errors.ts';
import type { ClassModel } from './class-model.ts';
import { gaussianNb } from './gaussian_nb/model.ts';
import { lda } from './lda/model.ts';
import { prototypes } from './prototypes/model.ts';

/** Every model that tells classes apart, in the order in which a search tries them. */
export const CLASS_MODELS: readonly ClassModel[] = [lda, gaussianNb, prototypes];

/** The model of this name; an unknown name is an error of the library. */
export function classModelByName(name: string): ClassModel {
  const found = CLASS_MODELS.find((model) => model.name === name);
  if (found) return found;
  throw new NeaiError('LIBRARY_INVALID', `there is no classification model '${name}'`, {
    asked: `one of ${CLASS_MODELS.map((model) => model.name).join(', ')}`,
    got: name,
  });
}
