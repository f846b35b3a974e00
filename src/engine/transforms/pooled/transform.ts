import { z } from 'zod';
import { defineTransform, type Shape, type Step } from '../transform.ts';

const { fround } = Math;

const paramsSchema = z.strictObject({ points: z.int().min(1).max(64), removeMean: z.boolean() });
type PooledParams = z.infer<typeof paramsSchema>;

/** Means of `points` neighbouring pieces of each axis, piece p from sample floor(p n / points) on: the shape in time. */
function createPooled({ axes, length }: Shape, { points, removeMean }: PooledParams): Step {
  return (input, output) => {
    for (let axis = 0; axis < axes; axis++) {
      let mean = 0;
      if (removeMean) {
        let sum = 0;
        for (let i = 0; i < length; i++) sum = fround(sum + input[i * axes + axis]!);
        mean = fround(sum / length);
      }
      let from = 0;
      for (let point = 0; point < points; point++) {
        const to = Math.floor(((point + 1) * length) / points);
        let sum = 0;
        for (let i = from; i < to; i++) sum = fround(sum + input[i * axes + axis]!);
        output[axis * points + point] = fround(fround(sum / (to - from)) - mean);
        from = to;
      }
    }
  };
}

export const pooled = defineTransform<PooledParams>({
  name: 'pooled',
  title: 'samples pooled by means',
  paramsSchema,
  searchSpace: ({ axes, length }) => {
    if (length === 1) return [];
    const wanted = [16, 8, 32].filter((points) => points <= length && points * axes <= 64);
    const counts = wanted.length > 0 ? wanted : [Math.min(length, Math.max(1, Math.floor(64 / axes)))];
    return counts.flatMap((points) => [
      { points, removeMean: false },
      ...(points > 1 ? [{ points, removeMean: true }] : []),
    ]);
  },
  outputLength: ({ axes, length }, { points }) => (points <= length ? axes * points : null),
  workWords: () => 0,
  configWords: (_shape, { points, removeMean }) => [points, removeMean ? 1 : 0],
  create: createPooled,
});
