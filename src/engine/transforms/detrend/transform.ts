import { z } from 'zod';
import { floatToBits } from '../../numeric/f32.ts';
import { defineTransform, type Shape, type Step } from '../transform.ts';

const { fround } = Math;
const SHORTEST = 8;

const paramsSchema = z.strictObject({ degree: z.int().min(0).max(3) });
type DetrendParams = z.infer<typeof paramsSchema>;

/** Constants of the polynomials t, t^2 - c2, t^3 - c3 t, orthogonal on evenly spaced t in (-1, 1), and sums of squares. */
interface Grid {
  readonly step: number;
  readonly c2: number;
  readonly c3: number;
  readonly norms: readonly [number, number, number];
}

function gridOf(length: number): Grid {
  const step = fround(1 / length);
  const places = Array.from({ length }, (_, i) => fround((2 * i - (length - 1)) * step));
  const sum = (of: (t: number) => number): number => places.reduce((total, t) => total + of(t), 0);
  const c2 = fround(sum((t) => t * t) / length);
  const c3 = fround(sum((t) => t ** 4) / sum((t) => t * t));
  const norms = [
    fround(sum((t) => t * t)),
    fround(sum((t) => (t * t - c2) ** 2)),
    fround(sum((t) => (t ** 3 - c3 * t) ** 2)),
  ] as const;
  return { step, c2, c3, norms };
}

/**
 * Each axis less the polynomial of this degree that fits it best (least squares over Gram's discrete orthogonal
 * polynomials): degree 0 takes the mean away, 1 a slope. Sums run over differences from the first sample, so that a
 * constant gives exact zeros.
 */
function createDetrend({ axes, length }: Shape, { degree }: DetrendParams): Step {
  const { step, c2, c3, norms } = gridOf(length);
  return (input, output) => {
    for (let axis = 0; axis < axes; axis++) {
      const first = input[axis]!;
      let sum0 = 0;
      let sum1 = 0;
      let sum2 = 0;
      let sum3 = 0;
      for (let i = 0; i < length; i++) {
        const value = fround(input[i * axes + axis]! - first);
        sum0 = fround(sum0 + value);
        if (degree === 0) continue;
        const t = fround((2 * i - (length - 1)) * step);
        sum1 = fround(sum1 + fround(value * t));
        if (degree === 1) continue;
        const square = fround(t * t);
        sum2 = fround(sum2 + fround(value * fround(square - c2)));
        sum3 = fround(sum3 + fround(value * fround(t * fround(square - c3))));
      }
      const a0 = fround(sum0 / length);
      const a1 = fround(sum1 / norms[0]);
      const a2 = fround(sum2 / norms[1]);
      const a3 = degree >= 3 ? fround(sum3 / norms[2]) : 0;
      for (let i = 0; i < length; i++) {
        let value = fround(fround(input[i * axes + axis]! - first) - a0);
        if (degree !== 0) {
          const t = fround((2 * i - (length - 1)) * step);
          value = fround(value - fround(a1 * t));
          if (degree > 1) {
            const square = fround(t * t);
            value = fround(value - fround(a2 * fround(square - c2)));
            value = fround(value - fround(a3 * fround(t * fround(square - c3))));
          }
        }
        output[i * axes + axis] = value;
      }
    }
  };
}

export const detrend = defineTransform<DetrendParams>({
  name: 'detrend',
  title: 'mean or trend removal',
  paramsSchema,
  searchSpace: ({ length }) => (length >= SHORTEST ? [0, 1, 3, 2].map((degree) => ({ degree })) : []),
  outputLength: ({ axes, length }) => (length >= SHORTEST ? axes * length : null),
  outputShape: (shape) => shape,
  inPlace: true,
  workWords: () => 0,
  configWords: ({ length }, { degree }) => {
    const { step, c2, c3, norms } = gridOf(length);
    return [degree, ...[step, c2, c3, ...norms].map(floatToBits)];
  },
  create: createDetrend,
});
