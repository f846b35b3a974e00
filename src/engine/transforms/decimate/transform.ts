import { z } from 'zod';
import { floatToBits } from '../../numeric/f32.ts';
import { defineTransform, type Shape, type Step } from '../transform.ts';

const { fround } = Math;
const SHORTEST = 8;

const paramsSchema = z.strictObject({ factor: z.literal([2, 4, 8]) });
type DecimateParams = z.infer<typeof paramsSchema>;

const shorter = ({ axes, length }: Shape, { factor }: DecimateParams): Shape => ({
  axes,
  length: Math.floor(length / factor),
});

/** A slower sampling rate: means of `factor` neighbours of each axis; a rest at the end is left out. */
function createDecimate(shape: Shape, params: DecimateParams): Step {
  const { axes } = shape;
  const { factor } = params;
  const inverse = 1 / factor;
  const { length } = shorter(shape, params);
  return (input, output) => {
    for (let i = 0; i < length; i++) {
      for (let axis = 0; axis < axes; axis++) {
        let sum = input[i * factor * axes + axis]!;
        for (let k = 1; k < factor; k++) sum = fround(sum + input[(i * factor + k) * axes + axis]!);
        output[i * axes + axis] = fround(sum * inverse);
      }
    }
  };
}

export const decimate = defineTransform<DecimateParams>({
  name: 'decimate',
  title: 'decimation by means of neighbours',
  paramsSchema,
  searchSpace: ({ length }) =>
    ([2, 4] as const).filter((factor) => length >= SHORTEST * factor).map((factor) => ({ factor })),
  outputLength: (shape, params) => shape.axes * shorter(shape, params).length || null,
  outputShape: shorter,
  inPlace: true,
  workWords: () => 0,
  configWords: (_shape, { factor }) => [factor, floatToBits(1 / factor)],
  create: createDecimate,
});
