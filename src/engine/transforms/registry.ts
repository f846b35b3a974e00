import { NeaiError } from '../../shared/errors.ts';
import { timeStats } from './time_stats/transform.ts';
import type { Transform } from './transform.ts';

/** Every transform that exists, in the order in which a search tries them. */
export const TRANSFORMS: readonly Transform[] = [timeStats];

/** The transform of this name; an unknown name is an error of the library. */
export function transformByName(name: string): Transform {
  const found = TRANSFORMS.find((transform) => transform.name === name);
  if (found) return found;
  throw new NeaiError('LIBRARY_INVALID', `there is no transform '${name}'`, {
    asked: `one of ${TRANSFORMS.map((transform) => transform.name).join(', ')}, concat`,
    got: name,
  });
}
