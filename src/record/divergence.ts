import { z } from 'zod';
import { comparedFieldSchema } from './primitives.ts';

const count = z.int().min(0);

/** Where in a call both sides part, in the order in which a call passes through it. */
const STAGE_KINDS = [
  /** What the call was given: its operation, or the values of its signal. */
  'call',
  'input',
  /** Output of one step of the pipeline; the last one's is the feature vector. */
  'transform',
  /** Words of the knowledge before the call, which this call did not write. */
  'knowledge-before',
  /** The model's distance, and that over the reference that was learned. */
  'score',
  'distance',
  'similarity',
  /** Learn counter, words of the knowledge, and code after the call. */
  'counter',
  'knowledge',
  'return-code',
] as const;

export const divergenceStageSchema = z.strictObject({
  kind: z.enum(STAGE_KINDS),
  /** 0-based number of the step in the pipeline; null for every other kind. */
  index: count.nullable(),
  /** As a person reads it: `transform 2: detrend`, `learn counter`. */
  name: z.string().min(1),
});
export type DivergenceStage = z.infer<typeof divergenceStageSchema>;

/** One value three ways: as printed, as the word it is in memory. */
const shownValueSchema = z.strictObject({
  decimal: z.string().min(1),
  /** `0x` and eight hexadecimal digits; null for what is no word (a code, an operation). */
  hex: z
    .string()
    .regex(/^0x[0-9a-f]{8}$/)
    .nullable(),
});
export type ShownValue = z.infer<typeof shownValueSchema>;

/** Which value of a stage's output it is. */
const elementSchema = z.strictObject({
  /** 0-based. */
  index: count,
  /** 0-based axis and sample of an interleaved signal; null where the stage's output is no signal. */
  axis: count.nullable(),
  sample: count.nullable(),
  /** `feature 7`, `score mean`, `x of sample 12`. */
  name: z.string().min(1),
});
export type DivergenceElement = z.infer<typeof elementSchema>;

/**
 * How one stage compares in the call where both sides part; stages that could not be seen on one side, or that the call
 * did not pass through, are left out.
 */
const comparedStageSchema = z.strictObject({
  stage: divergenceStageSchema,
  elements: z.int().min(1),
  differing: count,
  /** Of the differing elements; null when none differs or they are no numbers. */
  largestUlp: count.nullable(),
});
export type ComparedStage = z.infer<typeof comparedStageSchema>;

/** The first difference, located: everything a person needs who sees nothing else. */
export const divergenceSchema = z.strictObject({
  /** 0-based index of the call in the run. */
  call: count,
  operation: z.enum(['initialize', 'learn', 'detect']),
  /** 1-based number among the run's signals (learns and detects); null for initialize. */
  signal: z.int().min(1).nullable(),
  file: z.string().nullable(),
  line: z.int().min(1).nullable(),
  /** The field of the answer in which the call first differs. */
  field: comparedFieldSchema,
  /** Null when only the call could be found: `notKnown` says why. */
  stage: divergenceStageSchema.nullable(),
  element: elementSchema.nullable(),
  reference: shownValueSchema.nullable(),
  target: shownValueSchema.nullable(),
  /** Units in the last place between both values; null where they are no numbers or differ in sign of infinity. */
  ulp: count.nullable(),
  /** Every stage that was seen on both sides, in order. */
  stages: z.array(comparedStageSchema),
  /** Likely cause in words, from the pattern of the difference; a hint, not a proof. Null when none fits. */
  cause: z.string().nullable(),
  /** What could not be found out, and why; null when nothing was left open. */
  notKnown: z.string().nullable(),
  /** How it was found. */
  search: z.strictObject({
    /** Times that knowledge was restored into a side, calls that were made again, steps of the bisection. */
    restores: count,
    replayedCalls: count,
    bisectionSteps: count,
    /** Builds or programs that told the stages, by side: `emulator`, `host C with taps`, `nucleo-l432kc with taps`. */
    taps: z.array(z.string()),
    /** Whether the located call parts again when it is made alone from restored knowledge; null: not tried. */
    repeats: z.boolean().nullable(),
  }),
});
export type Divergence = z.infer<typeof divergenceSchema>;
