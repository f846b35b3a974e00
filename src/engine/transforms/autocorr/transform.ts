import { z } from 'zod';
import { atLeast } from '../../numeric/f32.ts';
import { defineTransform, type Shape, type Step } from '../transform.ts';

const { fround } = Math;
const SMALLEST_ENERGY = 2 ** -100;

const paramsSchema = z.strictObject({ lags: z.int().min(1).max(32) });
type AutocorrParams = z.infer<typeof paramsSchema>;

/** Autocorrelation of each axis at lags 1 ... `lags`, the mean removed, divided by the energy. */
function createAutocorr({ axes, length }: Shape, { lags }: AutocorrParams): Step {
  const centred = new Float32Array(length);
  const product = (lag: number): number => {
    let sum = 0;
    for (let i = lag; i < length; i++) sum = fround(sum + fround(centred[i]! * centred[i - lag]!));
    return sum;
  };
  return (input, output) => {
    for (let axis = 0; axis < axes; axis++) {
      let sum = 0;
      for (let i = 0; i < length; i++) sum = fround(sum + input[i * axes + axis]!);
      const mean = fround(sum / length);
      for (let i = 0; i < length; i++) centred[i] = fround(input[i * axes + axis]! - mean);
      const energy = atLeast(product(0), SMALLEST_ENERGY);
      for (let lag = 1; lag <= lags; lag++) output[axis * lags + lag - 1] = fround(product(lag) / energy);
    }
  };
}

export const autocorr = defineTransform<AutocorrParams>({
  name: 'autocorr',
  title: 'autocorrelation',
  paramsSchema,
  searchSpace: ({ axes, length }) =>
    [16, 8].filter((lags) => 2 * lags <= length && lags * axes <= 64).map((lags) => ({ lags })),
  outputLength: ({ axes, length }, { lags }) => (lags < length ? axes * lags : null),
  workWords: () => 0,
  configWords: (_shape, { lags }) => [lags],
  create: createAutocorr,
});
