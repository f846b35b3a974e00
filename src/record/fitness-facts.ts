import { z } from 'zod';

const count = z.int().min(0);
const fraction = z.number().min(0).max(1);

/** Why the result is no better: one of the documents' causes of poor results that the figures speak for. */
export const causeSchema = z.strictObject({
  /** Stable name of the cause. */
  kind: z.string().min(1),
  /** One sentence with the figures it rests on. */
  message: z.string().min(1),
  remedy: z.string().min(1),
});

/** One regular file: a regime of the machine, and whether learning has covered it. */
export const regimeSchema = z.strictObject({
  /** Path of the file as in the dataset. */
  name: z.string().min(1),
  /** Lines learned, and unseen regular lines detected. */
  learned: count,
  detected: count,
  /** Share of the detected ones at or above the threshold on the target; null when none was detected. */
  recognised: fraction.nullable(),
  /** At least one of its lines was learned. */
  covered: z.boolean(),
});
export type Regime = z.infer<typeof regimeSchema>;

/** What fitness says beyond its limits: how much was learned of what, and what the documents say of a poor result. */
export const fitnessFactsSchema = z.strictObject({
  minimumIterations: z.strictObject({
    learned: count,
    minimum: count,
    reached: z.boolean(),
  }),
  regimes: z.array(regimeSchema),
  /** Empty when fitness passed, or no cause fits the figures. */
  causes: z.array(causeSchema),
});
export type FitnessFacts = z.infer<typeof fitnessFactsSchema>;
