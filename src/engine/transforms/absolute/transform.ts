import { z } from 'zod';
import { defineTransform, type Shape, type Step } from '../transform.ts';

const { fround } = Math;
const SHORTEST = 4;

/** Magnitudes of what is left of each axis without its mean: a rectified vibration, whose pooled means are its envelope. */
function createAbsolute({ axes, length }: Shape): Step {
  return (input, output) => {
    for (let axis = 0; axis < axes; axis++) {
      const first = input[axis]!;
      let sum = 0;
      for (let i = axis; i < axes * length; i += axes) sum = fround(sum + fround(input[i]! - first));
      const mean = fround(sum / length);
      for (let i = axis; i < axes * length; i += axes) {
        const centred = fround(fround(input[i]! - first) - mean);
        output[i] = centred < 0 ? -centred : centred;
      }
    }
  };
}

export const absolute = defineTransform({
  name: 'absolute',
  title: 'magnitudes without the mean',
  paramsSchema: z.strictObject({}),
  searchSpace: ({ length }) => (length >= SHORTEST ? [{}] : []),
  outputLength: ({ axes, length }) => (length >= SHORTEST ? axes * length : null),
  outputShape: (shape) => shape,
  inPlace: true,
  workWords: () => 0,
  configWords: () => [],
  create: createAbsolute,
});
