import { z } from 'zod';
import { atLeast, sqrt32 } from '../../numeric/f32.ts';
import { log2Floored } from '../../numeric/log2.ts';
import { defineTransform, type Shape, type Step } from '../transform.ts';

const { fround } = Math;
const FEATURES_PER_AXIS = 7;
const SHORTEST = 4;
const SMALLEST_SPREAD = 2 ** -60;

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

      let squares = 0;
      let crossings = 0;
      let below = fround(first - mean) < 0;
      for (let i = axis; i < axes * length; i += axes) {
        const centred = fround(input[i]! - mean);
        squares = fround(squares + fround(centred * centred));
        const nowBelow = centred < 0;
        if (nowBelow !== below) crossings++;
        below = nowBelow;
      }
      const deviation = sqrt32(fround(squares / length));
      const inverse = fround(1 / atLeast(deviation, SMALLEST_SPREAD));

      let cubes = 0;
      let fourths = 0;
      for (let i = axis; i < axes * length; i += axes) {
        const unit = fround(fround(input[i]! - mean) * inverse);
        const square = fround(unit * unit);
        cubes = fround(cubes + fround(square * unit));
        fourths = fround(fourths + fround(square * square));
      }

      const at = axis * FEATURES_PER_AXIS;
      output[at] = mean;
      output[at + 1] = log2Floored(deviation);
      output[at + 2] = fround(cubes / length);
      output[at + 3] = log2Floored(fround(fourths / length));
      output[at + 4] = log2Floored(fround(high - low));
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
