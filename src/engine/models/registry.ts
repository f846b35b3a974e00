import { NeaiError } from '../../shared/errors.ts';
import { ensemble } from './ensemble/model.ts';
import type { Model, ModelSpec } from './model.ts';
import { SINGLE_MODELS } from './singles.ts';

/** Every model that exists, in the order in which a search tries them. */
export const MODELS: readonly Model[] = [...SINGLE_MODELS, ensemble];

/** The model of this name; an unknown name is an error of the library. */
export function modelByName(name: string): Model {
  const found = MODELS.find((model) => model.name === name);
  if (found) return found;
  throw new NeaiError('LIBRARY_INVALID', `there is no model '${name}'`, {
    asked: `one of ${MODELS.map((model) => model.name).join(', ')}`,
    got: name,
  });
}

/** The members of a model that is made of models; none of any other. */
export function membersOf(spec: ModelSpec): Model[] {
  const members = modelByName(spec.name).members?.(spec.params) ?? [];
  return [...new Set(members.map((member) => modelByName(member.name)))];
}
