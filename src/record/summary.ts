import { z } from 'zod';
import { footprintSchema, tickUnitSchema } from './cost.ts';
import { divergenceSchema } from './divergence.ts';
import { fitnessFactsSchema } from './fitness-facts.ts';
import { metricsSchema } from './metrics.ts';
import { accuracySchema, evidenceSchema, firstMismatchSchema, verdictSchema } from './primitives.ts';
import { sidesSchema } from './sides.ts';
import { toleranceSchema } from './tolerance.ts';

/**
 * What `neai compare --json` prints: the published contract (docs/compare.schema.json). Fields may be added,
 * none is renamed or dropped within a version of the tool.
 */
export const compareSummarySchema = z.strictObject({
  equivalence: verdictSchema,
  fitness: verdictSchema,
  evidence: evidenceSchema,
  /** Bit for bit; never true because of a tolerance. */
  identical: z.boolean(),
  sides: sidesSchema,
  tolerance: toleranceSchema,
  /** Of the mismatches, those by more than the tolerance allows. */
  outsideTolerance: z.int().min(0),
  signals: z.int().min(0),
  mismatches: z.int().min(0),
  firstMismatch: firstMismatchSchema.nullable(),
  /** Where the first mismatch comes from, and whose values it shows; null without one. */
  divergence: divergenceSchema.nullable(),
  /** Of the target, whatever it is. */
  board: accuracySchema,
  /** Of the reference, whatever it is. */
  emulator: accuracySchema,
  metrics: metricsSchema.nullable(),
  fitnessFacts: fitnessFactsSchema,
  /** Medians of the library call alone; null where no such call was made. */
  perCall: z.strictObject({
    unit: tickUnitSchema,
    learn: z.int().min(0).nullable(),
    detect: z.int().min(0).nullable(),
  }),
  /** Null when the run ended before an image existed. */
  footprint: footprintSchema.nullable(),
  /** Null when no board was reached. */
  link: z
    .strictObject({ baud: z.int().min(1), bytes: z.int().min(0), seconds: z.number().min(0) })
    .nullable(),
  /** Absolute paths. */
  record: z.string().min(1),
  report: z.string().min(1),
});
export type CompareSummary = z.infer<typeof compareSummarySchema>;
