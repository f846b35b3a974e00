import { z } from 'zod';
import { sqrt32 } from '../../numeric/f32.ts';
import { defineTransform, type Shape, type Step } from '../transform.ts';

const { fround } = Math;
const SHORTEST = 4;

const applies = ({ axes, length }: Shape): boolean => axes >= 2 && length >= SHORTEST;

/** Length of the vector of all axes at each sample: one axis that does not care how the sensor is turned. */
function createMagnitude({ axes, length }: Shape): Step {
  return (input, output) => {
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let axis = 0; axis < axes; axis++) {
        const value = input[i * axes + axis]!;
        sum = fround(sum + fround(value * value));
      }
      output[i] = sqrt32(sum);
    }
  };
}

export const magnitude = defineTransform({
  name: 'magnitude',
  title: 'magnitude of the vector of all axes',
  paramsSchema: z.strictObject({}),
  searchSpace: (shape) => (applies(shape) ? [{}] : []),
  outputLength: (shape) => (applies(shape) ? shape.length : null),
  outputShape: ({ length }) => ({ axes: 1, length }),
  inPlace: true,
  workWords: () => 0,
  configWords: () => [],
  create: createMagnitude,
});
