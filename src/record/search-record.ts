import { z } from 'zod';
import { causeSchema } from './fitness-facts.ts';
import { lineRangeSchema, sha256Schema } from './primitives.ts';

export const SEARCH_RECORD_FORMAT = 'neai-search-record';
export const SEARCH_RECORD_VERSION = 1;

const fraction = z.number().min(0).max(1);
const count = z.int().min(0);
const bytes = z.int().min(0);
const seconds = z.number().min(0);

/** Fractions 0…1; null where no abnormal line was there to judge by. */
const figuresSchema = z.strictObject({
  balancedAccuracy: fraction.nullable(),
  confidence: fraction.nullable(),
  areaUnderCurve: fraction.nullable(),
  /** Share of regular lines at or above the threshold, and of abnormal lines below it. */
  regularRight: fraction.nullable(),
  abnormalRight: fraction.nullable(),
});
export type SearchFigures = z.infer<typeof figuresSchema>;

const confusionSchema = z.strictObject({
  regularNominal: count,
  regularAnomaly: count,
  abnormalNominal: count,
  abnormalAnomaly: count,
});

/** Balanced accuracy and what it is the mean of, at thresholds 1, 2, … 100: element i belongs to threshold i + 1. */
const thresholdColumnsSchema = z.strictObject({
  balancedAccuracy: z.array(fraction.nullable()).length(100),
  regularRight: z.array(fraction.nullable()).length(100),
  abnormalRight: z.array(fraction.nullable()).length(100),
});

/** One part of the lines judged by the winner: figures and confusion at the library's threshold, and at every other. */
const judgedPartSchema = z.strictObject({
  figures: figuresSchema,
  confusion: confusionSchema,
  thresholds: thresholdColumnsSchema,
});
export type JudgedPart = z.infer<typeof judgedPartSchema>;

export const findingSchema = z.strictObject({
  kind: z.string().min(1),
  level: z.string().min(1),
  count,
  /** First places, 1-based lines of the file. */
  lines: z.array(z.int().min(1)),
  message: z.string().min(1),
  remedy: z.string(),
});

/** A stretch of a file's lines: how many take part, and from which line to which; null when none do. */
export const stretchSchema = z.strictObject({ lines: count, range: lineRangeSchema.nullable() });
export type Stretch = z.infer<typeof stretchSchema>;

const fileSchema = z.strictObject({
  name: z.string().min(1),
  label: z.enum(['regular', 'abnormal']),
  /** Index into the couples. */
  couple: count,
  sha256: sha256Schema,
  lines: count,
  /** Lines that the search was shown, that it left out because they overlap with the last part, and that it never saw. */
  selection: stretchSchema,
  gap: stretchSchema,
  heldOut: stretchSchema,
  findings: z.array(findingSchema),
});
export type SearchedFile = z.infer<typeof fileSchema>;

/**
 * Every candidate by column, in the order of the search, which is the same for any number of workers. Figures are
 * cross-validated, of several couples the worst one's.
 */
export const candidateColumnsSchema = z
  .strictObject({
    /** Place in the search's order. */
    index: z.array(count),
    /** Without an abnormal file the share of regular lines recognised. */
    balancedAccuracy: z.array(fraction),
    /** Without an abnormal file the mean margin of regular lines, not below 0. */
    confidence: z.array(fraction),
    ramBytes: z.array(bytes),
    /** Position in these columns of the best candidate so far. */
    best: z.array(count),
    /** `1`: given up early, its figures are of the folds that were finished. */
    stopped: z.string().regex(/^[01]*$/),
    /** Transforms and model in words. */
    text: z.array(z.string()),
  })
  .superRefine((columns, context) => {
    const lengths = Object.values(columns).map((column) => column.length);
    if (new Set(lengths).size !== 1) {
      context.addIssue({ code: 'custom', message: `columns of ${lengths.join(', ')} entries` });
    } else if (columns.best.some((best, position) => best > position)) {
      context.addIssue({ code: 'custom', path: ['best'], message: 'the best so far lies ahead' });
    }
  });
export type CandidateColumns = z.infer<typeof candidateColumnsSchema>;

/**
 * Similarity of every line of every file but those of a gap. Letters: label `r a`, part `s` = selection: scored by
 * cross-validation, by a learner and a threshold that had no part of the line; `h` = held out: scored by the library
 * itself after it has learned the selection part.
 */
const signalColumnsSchema = z
  .strictObject({
    file: z.array(count),
    line: z.array(z.int().min(1)),
    label: z.string().regex(/^[ra]*$/),
    part: z.string().regex(/^[sh]*$/),
    similarity: z.array(z.int().min(0).max(100)),
  })
  .refine((columns) => new Set(Object.values(columns).map((column) => column.length)).size === 1, {
    message: 'columns of different lengths',
  });
export type SignalColumns = z.infer<typeof signalColumnsSchema>;

const learningPointSchema = z.strictObject({
  learns: count,
  balancedAccuracy: fraction,
  confidence: fraction,
  /** Balanced accuracy of the worst and the best of the orders. */
  lowest: fraction,
  highest: fraction,
});

const learningSchema = z.strictObject({
  /** Index into the couples. */
  couple: count,
  orders: z.int().min(1),
  /** Lines learned at the end of the curve. */
  available: count,
  minimum: z.int().min(1),
  settled: z.boolean(),
  points: z.array(learningPointSchema).min(1),
  /** Every regular file is a regime; `learns` counts its lines alone. */
  regimes: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        share: fraction,
        minimum: z.int().min(0),
        points: z.array(learningPointSchema).min(1),
      }),
    )
    .min(1),
});

const coupleSchema = z.strictObject({
  name: z.string().min(1),
  crossValidated: figuresSchema,
  heldOut: figuresSchema,
});

const winnerSchema = z.strictObject({
  /** The library's id. */
  id: z.string().regex(/^[0-9a-f]{24}$/),
  /** Position in the candidates' columns. */
  position: count,
  text: z.string().min(1),
  pipeline: z.array(z.strictObject({ transform: z.string(), params: z.record(z.string(), z.json()) })),
  model: z.strictObject({ name: z.string(), params: z.record(z.string(), z.json()) }),
  /** The pre-set sensitivity c and the width w, as numbers. */
  calibration: z.strictObject({ scale: z.number().positive(), width: z.number().min(1) }),
  detectFloor: z.int().min(1),
  minimumLearningIterations: z.int().min(1),
  /** As priced before anything is compiled; flash only for a core. */
  ramBytes: bytes,
  flashBytes: bytes.nullable(),
  /** Of the compiled library: variables, knowledge and worst stack; null when none was compiled. */
  measured: z.strictObject({ ramBytes: bytes, flashBytes: bytes }).nullable(),
  /** Position of the next best candidate with another text; null when there is none. */
  runnerUp: count.nullable(),
  /** One sentence: why it and not the runner-up. */
  why: z.string().min(1),
});
export type WinnerRecord = z.infer<typeof winnerSchema>;

/** The one document of a search: the result page reads this and nothing else. All but `times` repeats to the byte. */
export const searchRecordSchema = z
  .strictObject({
    format: z.literal(SEARCH_RECORD_FORMAT),
    formatVersion: z.literal(SEARCH_RECORD_VERSION),
    neai: z.string().min(1),
    project: z.string().nullable(),
    axes: z.int().min(1),
    /** Samples per axis. */
    bufferSize: z.int().min(1),
    seed: count,
    budget: z.int().min(1),
    limits: z.strictObject({ ramBytes: bytes.nullable(), flashBytes: bytes.nullable() }),
    interrupted: z.boolean(),
    /** Similarity at or above which a signal is nominal. */
    threshold: z.int().min(1).max(100),
    /** Balanced accuracy and confidence from here on are well above the documents' 90 %. */
    wellAbove: fraction,
    /** False when no abnormal file was there: then balanced accuracy and confidence are not known. */
    thresholdCalibrated: z.boolean(),
    couples: z.array(coupleSchema).min(1),
    files: z.array(fileSchema).min(1),
    winner: winnerSchema,
    /** All couples' lines together. */
    crossValidated: judgedPartSchema,
    heldOut: judgedPartSchema,
    signals: signalColumnsSchema,
    learning: z.array(learningSchema).min(1),
    /** Why the result is no better; empty when it is well above 90 %. */
    causes: z.array(causeSchema),
    candidates: candidateColumnsSchema,
    /** Positions of the candidates that no other beats in both balanced accuracy and RAM, by rising RAM. */
    pareto: z.array(count),
    times: z.strictObject({
      seconds,
      /** When each candidate's figures arrived, by column; null where a resumed search did not see it. */
      candidates: z.array(seconds.nullable()).nullable(),
    }),
  })
  .superRefine((record, context) => {
    const contradiction = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    const candidates = record.candidates.index.length;
    const beyond = (position: number): boolean => position >= candidates;
    if (beyond(record.winner.position)) contradiction(['winner', 'position'], 'no such candidate');
    if (record.pareto.some(beyond)) contradiction(['pareto'], 'no such candidate');
    if (record.signals.file.some((file) => file >= record.files.length)) {
      contradiction(['signals', 'file'], 'no such file');
    }
    if (record.files.some((file) => file.couple >= record.couples.length)) {
      contradiction(['files'], 'no such couple');
    }
    if (record.times.candidates !== null && record.times.candidates.length !== candidates) {
      contradiction(['times', 'candidates'], `${record.times.candidates.length} times of ${candidates}`);
    }
    if (record.thresholdCalibrated !== record.files.some(({ label }) => label === 'abnormal')) {
      contradiction(['thresholdCalibrated'], 'a threshold is calibrated exactly when a file is abnormal');
    }
  });
export type SearchRecord = z.infer<typeof searchRecordSchema>;
