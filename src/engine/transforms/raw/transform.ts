import { z } from 'zod';
import { defineTransform, type Shape } from '../transform.ts';

/** Values that a model can take as they are. */
const MOST_VALUES = 64;

const applies = ({ axes, length }: Shape): boolean => axes * length <= MOST_VALUES;

/** The values as they are, in their order: for short signals, and for what fronts have made short. */
export const raw = defineTransform({
  name: 'raw',
  title: 'values as they are',
  paramsSchema: z.strictObject({}),
  searchSpace: (shape) => (applies(shape) ? [{}] : []),
  outputLength: (shape) => (applies(shape) ? shape.axes * shape.length : null),
  workWords: () => 0,
  configWords: () => [],
  create: () => (input, output) => {
    for (let i = 0; i < output.length; i++) output[i] = input[i]!;
  },
});
