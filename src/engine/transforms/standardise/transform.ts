import { z } from 'zod';
import { atLeast, sqrt32 } from '../../numeric/f32.ts';
import { defineTransform, type Shape, type Step } from '../transform.ts';

const { fround } = Math;
const SHORTEST = 4;
const SMALLEST_SPREAD = 2 ** -60;

/** Each axis less its mean, over its standard deviation: the shape in time without level and gain. Constant: all 0. */
function createStandardise({ axes, length }: Shape): Step {
  return (input, output) => {
    for (let axis = 0; axis < axes; axis++) {
      const first = input[axis]!;
      let sum = 0;
      for (let i = axis; i < axes * length; i += axes) sum = fround(sum + fround(input[i]! - first));
      const mean = fround(sum / length);
      let squares = 0;
      for (let i = axis; i < axes * length; i += axes) {
        const centred = fround(fround(input[i]! - first) - mean);
        output[i] = centred;
        squares = fround(squares + fround(centred * centred));
      }
      const spread = atLeast(sqrt32(fround(squares / length)), SMALLEST_SPREAD);
      const inverse = fround(1 / spread);
      for (let i = axis; i < axes * length; i += axes) output[i] = fround(output[i]! * inverse);
    }
  };
}

export const standardise = defineTransform({
  name: 'standardise',
  title: 'standard scores of each axis',
  paramsSchema: z.strictObject({}),
  searchSpace: ({ length }) => (length >= SHORTEST ? [{}] : []),
  outputLength: ({ axes, length }) => (length >= SHORTEST ? axes * length : null),
  outputShape: (shape) => shape,
  inPlace: true,
  workWords: () => 0,
  configWords: () => [],
  create: createStandardise,
});
