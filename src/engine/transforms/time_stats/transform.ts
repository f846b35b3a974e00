import { z } from 'zod';
import { atLeast, bitsToFloat, floatToBits, sqrt32 } from '../../numeric/f32.ts';
import { log2Floored } from '../../numeric/log2.ts';
import { defineTransform, type Shape, type Step } from '../transform.ts';

const { fround } = Math;
const FEATURES_PER_AXIS = 7;
const SHORTEST = 4;
const SMALLEST_SPREAD = 2 ** -60;
/** Exponent field of the largest range whose reciprocal is a normal number. */
const MOST_EXPONENT = 253;

/**
 * Seven statistics per axis: mean, log2 of the standard deviation, skewness, log2 of the kurtosis, log2 of
 * peak-to-peak, log2 of the mean absolute difference of neighbours, rate of crossings of the mean.
 */
function createTimeStats({ axes, length }: Shape): Step {
  return (input, output) => {
    for (let axis = 0; axis < axes; axis++) {
      const first = input[axis]!;
      let sum = 0;
      let low = first;
      let high = first;
      let steps = 0;
      let previous = first;
      for (let i = axis; i < axes * length; i += axes) {
        const value = input[i]!;
        sum = fround(sum + value);
        if (value < low) low = value;
        if (value > high) high = value;
        const difference = fround(value - previous);
        steps = fround(steps + (difference < 0 ? -difference : difference));
        previous = value;
      }
      const mean = fround(sum / length);

      const range = fround(high - low);
      // a power of two that brings the range near 1: fourth powers neither overflow nor vanish, nothing is rounded
      const exponent = range > 0 ? Math.min(MOST_EXPONENT, Math.max(1, floatToBits(range) >>> 23)) : 127;
      const scale = bitsToFloat((254 - exponent) << 23);
      let squares = 0;
      let cubes = 0;
      let fourths = 0;
      let crossings = 0;
      let below = fround(first - mean) < 0;
      for (let i = axis; i < axes * length; i += axes) {
        const centred = fround(fround(input[i]! - mean) * scale);
        const square = fround(centred * centred);
        squares = fround(squares + square);
        cubes = fround(cubes + fround(square * centred));
        fourths = fround(fourths + fround(square * square));
        const nowBelow = centred < 0;
        if (nowBelow !== below) crossings++;
        below = nowBelow;
      }
      const spread = sqrt32(fround(squares / length));
      const inverse = fround(1 / atLeast(spread, SMALLEST_SPREAD));
      const inverseSquare = fround(inverse * inverse);

      const at = axis * FEATURES_PER_AXIS;
      output[at] = mean;
      output[at + 1] = log2Floored(fround(spread * bitsToFloat(exponent << 23)));
      output[at + 2] = fround(fround(fround(cubes / length) * inverse) * inverseSquare);
      output[at + 3] = log2Floored(fround(fround(fround(fourths / length) * inverseSquare) * inverseSquare));
      output[at + 4] = log2Floored(range);
      output[at + 5] = log2Floored(fround(steps / (length - 1)));
      output[at + 6] = fround(crossings / (length - 1));
    }
  };
}

export const timeStats = defineTransform({
  name: 'time_stats',
  title: 'seven time statistics per axis',
  paramsSchema: z.strictObject({}),
  searchSpace: ({ length }) => (length >= SHORTEST ? [{}] : []),
  outputLength: ({ axes, length }) => (length >= SHORTEST ? axes * FEATURES_PER_AXIS : null),
  workWords: () => 0,
  configWords: () => [],
  create: createTimeStats,
});
