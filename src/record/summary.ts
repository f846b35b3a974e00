import { z } from 'zod';
import { footprintSchema, tickUnitSchema } from './cost.ts';
import { accuracySchema, evidenceSchema, firstMismatchSchema, verdictSchema } from './primitives.ts';

/**
 * What `neai compare --json` prints: the published contract (docs/compare.schema.json). Fields may be added,
 * none is renamed or dropped within a version of the tool.
 */
export const compareSummarySchema = z.strictObject({
  equivalence: verdictSchema,
  fitness: verdictSchema,
  evidence: evidenceSchema,
  identical: z.boolean(),
  signals: z.int().min(0),
  mismatches: z.int().min(0),
  firstMismatch: firstMismatchSchema.nullable(),
  board: accuracySchema,
  emulator: accuracySchema,
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
