import { z } from 'zod';
import { defineTransform, type Shape, type Step } from '../transform.ts';

const { fround } = Math;
const MOST_AXES = 9;

const applies = ({ axes, length }: Shape): boolean => length === 1 && axes <= MOST_AXES;

/** For one sample of several variables: the values, then the products of every pair, squares included. */
function createQuadratic({ axes }: Shape): Step {
  return (input, output) => {
    let at = axes;
    for (let b = 0; b < axes; b++) {
      output[b] = input[b]!;
      for (let a = 0; a <= b; a++) output[at++] = fround(input[a]! * input[b]!);
    }
  };
}

export const quadratic = defineTransform({
  name: 'quadratic',
  title: 'values and their products',
  paramsSchema: z.strictObject({}),
  searchSpace: (shape) => (applies(shape) ? [{}] : []),
  outputLength: (shape) => (applies(shape) ? shape.axes + (shape.axes * (shape.axes + 1)) / 2 : null),
  workWords: () => 0,
  configWords: () => [],
  create: createQuadratic,
});
