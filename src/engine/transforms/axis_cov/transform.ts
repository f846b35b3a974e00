import { z } from 'zod';
import { atLeast, sqrt32 } from '../../numeric/f32.ts';
import { log2Floored } from '../../numeric/log2.ts';
import { defineTransform, type Shape, type Step } from '../transform.ts';

const { fround } = Math;
const SHORTEST = 4;
const SMALLEST_SPREAD = 2 ** -60;

/**
 * How axes move together: log2 of each axis' standard deviation, then the correlation of every pair (0 1, 0 2, 1 2 ...).
 * Sums run over differences from each axis' first sample, in one pass a moment.
 */
function createAxisCov({ axes, length }: Shape): Step {
  const mean = new Float32Array(axes);
  const inverse = new Float32Array(axes);
  const end = axes * length;
  return (input, output) => {
    for (let a = 0; a < axes; a++) {
      const first = input[a]!;
      let sum = 0;
      let squares = 0;
      for (let i = a; i < end; i += axes) {
        const value = fround(input[i]! - first);
        sum = fround(sum + value);
        squares = fround(squares + fround(value * value));
      }
      const own = fround(sum / length);
      mean[a] = own;
      const deviation = sqrt32(fround(fround(squares / length) - fround(own * own)));
      inverse[a] = fround(1 / atLeast(deviation, SMALLEST_SPREAD));
      output[a] = log2Floored(deviation);
    }
    let at = axes;
    for (let b = 1; b < axes; b++) {
      const firstB = input[b]!;
      for (let a = 0; a < b; a++) {
        const firstA = input[a]!;
        let sum = 0;
        for (let i = 0; i < end; i += axes) {
          const left = fround(input[i + a]! - firstA);
          const right = fround(input[i + b]! - firstB);
          sum = fround(sum + fround(left * right));
        }
        const covariance = fround(fround(sum / length) - fround(mean[a]! * mean[b]!));
        output[at++] = fround(fround(covariance * inverse[a]!) * inverse[b]!);
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
