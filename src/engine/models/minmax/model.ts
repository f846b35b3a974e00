import { z } from 'zod';
import { atLeast, FEATURE_LIMIT } from '../../numeric/f32.ts';
import { defineModel, type ModelRun, type Words } from '../model.ts';

const { fround } = Math;
/** Share of the way to each new value that both ends of a range come in by: what never returns is forgotten. */
const SHRINK = 2 ** -12;
const RELATIVE_FLOOR = 2 ** -10;
const ABSOLUTE_FLOOR = 2 ** -15;

/** A box around all that was learnt; distance = the worst feature's distance from the middle over half its range. */
function createMinmax(dimension: number, state: Words): ModelRun {
  const low = state.f.subarray(0, dimension);
  const high = state.f.subarray(dimension, 2 * dimension);
  return {
    learn(features, count) {
      for (let j = 0; j < dimension; j++) {
        const value = features[j]!;
        const lower = fround(low[j]! + fround(fround(value - low[j]!) * SHRINK));
        const upper = fround(high[j]! + fround(fround(value - high[j]!) * SHRINK));
        low[j] = count === 1 || value < lower ? value : lower;
        high[j] = count === 1 || value > upper ? value : upper;
      }
    },
    score(features) {
      let worst = 0;
      for (let j = 0; j < dimension; j++) {
        const middle = fround(0.5 * fround(low[j]! + high[j]!));
        const half = fround(0.5 * fround(high[j]! - low[j]!));
        const size = middle < 0 ? -middle : middle;
        const floor = fround(fround(size * RELATIVE_FLOOR) + ABSOLUTE_FLOOR);
        const away = fround(features[j]! - middle);
        const distance = fround((away < 0 ? -away : away) / atLeast(half, floor));
        if (distance > worst) worst = distance;
      }
      return Math.min(worst, FEATURE_LIMIT);
    },
  };
}

export const minmax = defineModel({
  name: 'minmax',
  title: 'box of ranges',
  paramsSchema: z.strictObject({}),
  searchSpace: () => [{}],
  applies: () => true,
  stateWords: (dimension) => 2 * dimension,
  workWords: () => 0,
  configWords: () => [],
  warmUp: () => 12,
  create: (dimension, _params, state) => createMinmax(dimension, state),
});
