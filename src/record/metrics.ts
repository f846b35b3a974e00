import { z } from 'zod';

const count = z.int().min(0);
const fraction = z.number().min(0).max(1);
const similarity = z.int().min(0).max(100);

/** A detect whose decision is nominal on one side and anomaly on the other. */
const flipSchema = z.strictObject({
  /** 0-based index of the call in the run. */
  call: count,
  file: z.string().nullable(),
  line: z.int().min(1).nullable(),
  reference: similarity,
  target: similarity,
  /** Points from the threshold: not negative on the nominal side, negative on the other. */
  referenceToThreshold: z.number(),
  targetToThreshold: z.number(),
});
export type Flip = z.infer<typeof flipSchema>;

/**
 * Decisions that differ at the run's threshold. `upper95` is the upper end of the two-sided 95 % Clopper-Pearson
 * interval of the flip rate, over signals of different content: a signal that was detected before tells nothing new,
 * so repeated ones are counted apart and stay out of the bound.
 */
const flipsSchema = z.strictObject({
  list: z.array(flipSchema),
  /** Detects with a similarity on both sides. */
  decisions: count,
  /** Of them, signals with a content that had been detected before in this run: not independent. */
  repeated: count,
  /** Flips among the signals that are not repeated. */
  independentFlips: count,
  rate: fraction.nullable(),
  upper95: fraction.nullable(),
});
export type Flips = z.infer<typeof flipsSchema>;

/** Units in the last place between both sides' values; of the distances where both sides tell them. */
const ulpSchema = z.strictObject({
  of: z.literal('distance'),
  /** Pairs compared. */
  values: z.int().min(1),
  median: count,
  p99: count,
  max: count,
});

/** Fractions at thresholds 1, 2, … 99: element i belongs to threshold i + 1; null where accuracy is not shown. */
const thresholdColumnsSchema = z.strictObject({
  balancedAccuracy: z.array(fraction.nullable()).length(99),
  confidence: z.array(fraction.nullable()).length(99),
});
export type ThresholdColumns = z.infer<typeof thresholdColumnsSchema>;

const curveFiguresSchema = z.strictObject({
  balancedAccuracy: fraction.nullable(),
  confidence: fraction.nullable(),
  /** Means over the probed signals that got a similarity; null where none did (too few learns). */
  meanNominal: z.number().nullable(),
  meanAnomaly: z.number().nullable(),
});
export type CurveFigures = z.infer<typeof curveFiguresSchema>;

/** What both sides say of the same held-out signals after so many learns. */
const curvePointSchema = z.strictObject({
  learns: z.int().min(0),
  /** Signals probed, and how many of them got the same answer on both sides. */
  probes: z.int().min(1),
  equal: count,
  reference: curveFiguresSchema,
  target: curveFiguresSchema,
});
export type CurvePoint = z.infer<typeof curvePointSchema>;

/** Both sides' similarities against each other, beyond same or not; errors are target − reference, in points. */
export const metricsSchema = z.strictObject({
  /** Detects with a similarity on both sides; everything below but the curve is over these. */
  detects: count,
  exactMatches: count,
  exactMatchRate: fraction.nullable(),
  flips: flipsSchema,
  meanAbsoluteError: z.number().min(0).nullable(),
  rootMeanSquareError: z.number().min(0).nullable(),
  maximumError: z.number().min(0).nullable(),
  /** Mean of target − reference. */
  bias: z.number().nullable(),
  /** Rank correlation; null for fewer than two pairs or a side that never varies. */
  spearman: z.number().min(-1).max(1).nullable(),
  ulp: ulpSchema.nullable(),
  thresholds: z.strictObject({ reference: thresholdColumnsSchema, target: thresholdColumnsSchema }),
  /** Empty when no signals were held out for it, or nothing was learned. */
  learningCurve: z.array(curvePointSchema),
});
export type Metrics = z.infer<typeof metricsSchema>;
