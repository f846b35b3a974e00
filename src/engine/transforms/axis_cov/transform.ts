import { z } from 'zod';
import { atLeast, sqrt32 } from '../../numeric/f32.ts';
import { log2Floored } from '../../numeric/log2.ts';
import { defineTransform, type Shape, type Step } from '../transform.ts';

const { fround } = Math;
const SHORTEST = 4;
const SMALLEST_SPREAD = 2 ** -60;

/** How axes move together: log2 of each axis' standard deviation, then the correlation of every pair (0 1, 0 2, 1 2 ...). */
function createAxisCov({ axes, length }: Shape): Step {
  const mean = new Float32Array(axes);
  const inverse = new Float32Array(axes);
  const covariance = (input: Float32Array, a: number, b: number): number => {
    let sum = 0;
    for (let i = 0; i < length; i++) {
      const left = fround(input[i * axes + a]! - mean[a]!);
      const right = fround(input[i * axes + b]! - mean[b]!);
      sum = fround(sum + fround(left * right));
    }
    return fround(sum / length);
  };
  return (input, output) => {
    for (let a = 0; a < axes; a++) {
      let sum = 0;
      for (let i = 0; i < length; i++) sum = fround(sum + input[i * axes + a]!);
      mean[a] = fround(sum / length);
      const deviation = sqrt32(covariance(input, a, a));
      inverse[a] = fround(1 / atLeast(deviation, SMALLEST_SPREAD));
      output[a] = log2Floored(deviation);
    }
    let at = axes;
    for (let b = 1; b < axes; b++) {
      for (let a = 0; a < b; a++) {
        const scaled = fround(covariance(input, a, b) * inverse[a]!);
        output[at++] = fround(scaled * inverse[b]!);
      }
    }
  };
}

export const axisCov = defineTransform({
  name: 'axis_cov',
  title: 'spreads and correlations of the axes',
  paramsSchema: z.strictObject({}),
  searchSpace: ({ axes, length }) => (axes >= 2 && length >= SHORTEST ? [{}] : []),
  outputLength: ({ axes, length }) =>
    axes >= 2 && length >= SHORTEST ? axes + (axes * (axes - 1)) / 2 : null,
  workWords: ({ axes }) => 2 * axes,
  configWords: () => [],
  create: createAxisCov,
});
