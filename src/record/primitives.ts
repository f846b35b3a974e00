import { z } from 'zod';

/** SHA-256 as 64 lower-case hexadecimal digits. */
export const sha256Schema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a SHA-256 is 64 lower-case hexadecimal digits');

/** First and last line of a range: 1-based, both ends included. */
export const lineRangeSchema = z
  .tuple([z.int().min(1), z.int().min(1)])
  .refine(([first, last]) => first <= last, 'a line range runs from a smaller to a larger line');

/** What a user says about a file's lines; `unknown` never enters accuracy. */
export const labelSchema = z.enum(['nominal', 'anomaly', 'unknown']);
export type Label = z.infer<typeof labelSchema>;

/** Where a verdict's figures were taken: software model or chip. Copied from the rack slot, never inferred. */
export const evidenceSchema = z.strictObject({
  kind: z.enum(['virtual', 'silicon']),
  /** The microcontroller's 96-bit unique id, 24 lower-case hexadecimal digits; null when no board was reached. */
  uniqueId: z
    .string()
    .regex(/^[0-9a-f]{24}$/, 'a unique id is 24 lower-case hexadecimal digits')
    .nullable(),
});
export type Evidence = z.infer<typeof evidenceSchema>;

export const verdictSchema = z.strictObject({
  verdict: z.enum(['PASS', 'FAIL', 'NOT SHOWN']),
  /** Sentences with figures; at least one for FAIL and NOT SHOWN. */
  reasons: z.array(z.string().min(1)),
});
export type Verdict = z.infer<typeof verdictSchema>;

/** The fields compared after every call, in the order in which a difference is named. */
export const comparedFieldSchema = z.enum(['returnCode', 'similarity', 'learnCounter', 'digest', 'distance']);
export type ComparedField = z.infer<typeof comparedFieldSchema>;

/** The first call and field in which target and reference part. */
export const firstMismatchSchema = z.strictObject({
  /** 0-based index of the call in the run; `initialize` is call 0. */
  call: z.int().min(0),
  /** Signal file and its 1-based line; null for a call that carries no signal. */
  file: z.string().nullable(),
  line: z.int().min(1).nullable(),
  field: comparedFieldSchema,
  /** Digests and the words of distances as eight hexadecimal digits, all other fields as integers; null when that side gave none. */
  reference: z.union([z.int(), z.string()]).nullable(),
  target: z.union([z.int(), z.string()]).nullable(),
});
export type FirstMismatch = z.infer<typeof firstMismatchSchema>;

/** Balanced accuracy and confidence as fractions 0…1; null without labelled, unseen lines of both kinds. */
export const accuracySchema = z.strictObject({
  balancedAccuracy: z.number().min(0).max(1).nullable(),
  confidence: z.number().min(0).max(1).nullable(),
});
export type Accuracy = z.infer<typeof accuracySchema>;
