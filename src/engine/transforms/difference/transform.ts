import { z } from 'zod';
import { defineTransform, type Shape, type Step } from '../transform.ts';

const { fround } = Math;
const SHORTEST = 5;

/** Differences of neighbouring samples of each axis: slow drift goes, what changes fast stays. */
function createDifference({ axes, length }: Shape): Step {
  return (input, output) => {
    for (let i = 0; i < axes * (length - 1); i++) output[i] = fround(input[i + axes]! - input[i]!);
  };
}

export const difference = defineTransform({
  name: 'difference',
  title: 'differences of neighbouring samples',
  paramsSchema: z.strictObject({}),
  searchSpace: ({ length }) => (length >= SHORTEST ? [{}] : []),
  outputLength: ({ axes, length }) => (length >= SHORTEST ? axes * (length - 1) : null),
  outputShape: ({ axes, length }) => ({ axes, length: length - 1 }),
  inPlace: true,
  workWords: () => 0,
  configWords: () => [],
  create: createDifference,
});
