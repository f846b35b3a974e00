import { z } from 'zod';
import { sha256Schema } from './primitives.ts';
import { candidateColumnsSchema, findingSchema, stretchSchema } from './search-record.ts';

export const CLASS_SEARCH_RECORD_FORMAT = 'neai-class-search-record';
export const CLASS_SEARCH_RECORD_VERSION = 1;

const fraction = z.number().min(0).max(1);
const count = z.int().min(0);

/** Lines that the winner was not trained on. */
const judgedClassesSchema = z.strictObject({
  balancedAccuracy: fraction,
  confidence: fraction,
  /** Counts of lines: rows are true classes, columns the class that came out. */
  confusion: z.array(z.array(count)),
});
export type JudgedClasses = z.infer<typeof judgedClassesSchema>;

const classFileSchema = z.strictObject({
  name: z.string().min(1),
  /** Index into the classes. */
  class: count,
  sha256: sha256Schema,
  lines: count,
  selection: stretchSchema,
  gap: stretchSchema,
  heldOut: stretchSchema,
  findings: z.array(findingSchema),
});

/** The one document of a search for a classifier: its page reads this and nothing else. All but `seconds` repeats. */
export const classSearchRecordSchema = z
  .strictObject({
    format: z.literal(CLASS_SEARCH_RECORD_FORMAT),
    formatVersion: z.literal(CLASS_SEARCH_RECORD_VERSION),
    neai: z.string().min(1),
    project: z.string().nullable(),
    axes: z.int().min(1),
    bufferSize: z.int().min(1),
    seed: count,
    budget: z.int().min(1),
    interrupted: z.boolean(),
    ramLimitBytes: count.nullable(),
    /** Names; ids count from 1 in this order. */
    classes: z.array(z.string().min(1)).min(2),
    files: z.array(classFileSchema).min(2),
    winner: z.strictObject({
      id: z.string().regex(/^[0-9a-f]{24}$/),
      /** Position in the candidates' columns, and that of the next best; null when there is none. */
      position: count,
      runnerUp: count.nullable(),
      pipeline: z.array(z.strictObject({ transform: z.string(), params: z.record(z.string(), z.json()) })),
      model: z.strictObject({ name: z.string(), params: z.record(z.string(), z.json()) }),
      sharpness: z.number().positive(),
      /** As priced before anything is compiled, stack left out. */
      ramBytes: count,
      measured: z.strictObject({ ramBytes: count, flashBytes: count }).nullable(),
    }),
    crossValidated: judgedClassesSchema,
    heldOut: judgedClassesSchema,
    candidates: candidateColumnsSchema,
    /** Positions of the candidates that no other beats in both balanced accuracy and RAM, by rising RAM. */
    pareto: z.array(count),
    seconds: z.number().min(0),
  })
  .superRefine((record, context) => {
    const candidates = record.candidates.index.length;
    const { position, runnerUp } = record.winner;
    for (const at of [position, ...(runnerUp === null ? [] : [runnerUp]), ...record.pareto]) {
      if (at >= candidates)
        context.addIssue({ code: 'custom', path: ['winner'], message: 'no such candidate' });
    }
    const classes = record.classes.length;
    if (record.files.some((file) => file.class >= classes)) {
      context.addIssue({ code: 'custom', path: ['files'], message: 'no such class' });
    }
    for (const part of ['crossValidated', 'heldOut'] as const) {
      const { confusion } = record[part];
      if (confusion.length === classes && confusion.every((row) => row.length === classes)) continue;
      context.addIssue({ code: 'custom', path: [part, 'confusion'], message: `not ${classes} × ${classes}` });
    }
  });
export type ClassSearchRecord = z.infer<typeof classSearchRecordSchema>;
