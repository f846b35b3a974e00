import { z } from 'zod';
import { defineTransform, type Shape, type Step } from '../transform.ts';

const { fround } = Math;
const PERCENTS = [2, 10, 25, 50, 75, 90, 98];
const SHORTEST = 8;

/** Rank (from 0) of each percentage among `length` sorted values: the nearest one, halves upwards. */
function ranks(length: number): number[] {
  return PERCENTS.map((percent) => Math.floor((2 * percent * (length - 1) + 100) / 200));
}

/** Seven quantiles of each axis. Zeros lose their sign first, so that equal values have equal bits. */
function createQuantiles({ axes, length }: Shape): Step {
  const at = ranks(length);
  const sorted = new Float32Array(length);
  return (input, output) => {
    for (let axis = 0; axis < axes; axis++) {
      for (let i = 0; i < length; i++) sorted[i] = fround(input[i * axes + axis]! + 0);
      sorted.sort();
      for (let q = 0; q < at.length; q++) output[axis * at.length + q] = sorted[at[q]!]!;
    }
  };
}

export const quantiles = defineTransform({
  name: 'quantiles',
  title: 'seven quantiles per axis',
  paramsSchema: z.strictObject({}),
  searchSpace: ({ length }) => (length >= SHORTEST ? [{}] : []),
  outputLength: ({ axes, length }) => (length >= SHORTEST ? axes * PERCENTS.length : null),
  workWords: ({ length }) => length,
  configWords: ({ length }) => [PERCENTS.length, ...ranks(length)],
  create: createQuantiles,
});
