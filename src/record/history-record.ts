import { z } from 'zod';
import { type DocumentKind, decodeDocument, encodeDocument } from './document.ts';
import { evidenceSchema, verdictSchema } from './primitives.ts';

export const HISTORY_RECORD_FORMAT = 'neai-history-record';
export const HISTORY_RECORD_VERSION = 1;

const instant = z.iso.datetime();
const text = z.string().min(1);
/** Index into `runs`. */
const runIndex = z.int().min(0);

const thingSchema = z.strictObject({ scenario: text, board: text, library: text });
/**
 * What a trend is about: the same signals, on the same kind of board, with the same library. A virtual board and silicon
 * never share a series: neither their times nor their ticks are of one kind.
 */
const subjectSchema = z.strictObject({ ...thingSchema.shape, kind: evidenceSchema.shape.kind });
export type HistorySubject = z.infer<typeof subjectSchema>;

/** One run as a point on the time axis: what it was, and how it ended. */
const historyRunSchema = z.strictObject({
  id: text,
  startedAt: instant,
  ...thingSchema.shape,
  /** Version control's name of the state of the project that ran; null where none was known. */
  commit: text.nullable(),
  evidence: evidenceSchema,
  /** `broken off`: it ended before its last planned call, or its process was killed. */
  ending: z.enum(['complete', 'broken off']),
  equivalence: verdictSchema.nullable(),
  fitness: verdictSchema.nullable(),
  /** Of a scenario; null for a run that is none. */
  outcome: z.enum(['passed', 'failed', 'flaky', 'not run']).nullable(),
  /** One sentence with signal and both values; null when both sides are the same. */
  firstDifference: text.nullable(),
  /** What may have changed between two runs, by name: firmware, compiler, OpenOCD, signal files, … */
  facts: z.record(text, text.nullable()),
  /** The run's page, relative to this record; null when there is none any more. */
  page: text.nullable(),
});
export type HistoryRun = z.infer<typeof historyRunSchema>;

export const HISTORY_FIGURES = [
  'score difference',
  'differing calls',
  'flips',
  'balanced accuracy',
  'confidence',
  'ticks per learn',
  'ticks per detect',
  'flash',
  'RAM',
  'knowledge',
  'stack',
  'flash time',
  'link time',
  'link errors',
  'flake rate',
] as const;

/** A step that was found in a series. `run` is the first of the new level, `foundAt` the run that gave it away. */
const changePointSchema = z.strictObject({
  run: runIndex,
  foundAt: runIndex,
  /** Level before and from there on: the value itself of an exact figure, the mean of a noisy one. */
  before: z.number(),
  after: z.number(),
  /** Whether the new level is worse; null where a figure has no better direction. */
  worse: z.boolean().nullable(),
  /** What else changed with that run, by name of the fact; `commit` among them. */
  changedWith: z.array(text),
});
export type ChangePoint = z.infer<typeof changePointSchema>;

/** One value that may only improve: what stands, and every time that it moved. */
const ratchetSchema = z.strictObject({
  /** The figure's bar now. */
  value: z.number(),
  /** Newest last: where the bar came from. A move for the worse has a reason. */
  entries: z
    .array(
      z.strictObject({
        at: instant,
        /** Id of the run it was taken from; null when it was typed. */
        run: text.nullable(),
        value: z.number(),
        /** `first` set it, `improved` moved it by itself, `accepted` by a person. */
        kind: z.enum(['first', 'improved', 'accepted']),
        reason: text.nullable(),
        by: text.nullable(),
      }),
    )
    .min(1),
});
export type Ratchet = z.infer<typeof ratchetSchema>;

/** One figure of one subject over its runs. */
const seriesSchema = z
  .strictObject({
    ...subjectSchema.shape,
    figure: z.enum(HISTORY_FIGURES),
    /** Instructions and cycles never share a series. */
    unit: z.enum(['fraction', 'points', 'count', 'bytes', 'seconds', 'instructions', 'cycles']),
    /** An exact figure alarms on its first change, a noisy one by its change point. */
    noise: z.enum(['exact', 'noisy']),
    better: z.enum(['lower', 'higher', 'neither']),
    /** Runs by rising index, and the figure of each; null where the run did not tell it. */
    runs: z.array(runIndex),
    values: z.array(z.number().nullable()),
    changePoints: z.array(changePointSchema),
    /** The alarms that stand now: each in one sentence with its figures. */
    alarms: z.array(z.strictObject({ run: runIndex, sentence: text })),
    /** Null when no baseline was set. */
    ratchet: ratchetSchema.nullable(),
  })
  .superRefine(({ runs, values }, context) => {
    if (runs.length !== values.length) {
      context.addIssue({ code: 'custom', message: `${values.length} values of ${runs.length} runs` });
    }
    if (runs.some((run, at) => at > 0 && run <= runs[at - 1]!)) {
      context.addIssue({ code: 'custom', path: ['runs'], message: 'runs do not rise' });
    }
  });
export type HistorySeries = z.infer<typeof seriesSchema>;

/** "Since when does this differ?": the last run in which all was well, the first in which it was not. */
const sinceSchema = z.strictObject({
  ...subjectSchema.shape,
  /** What differs, as a figure or a verdict. */
  what: text,
  /** Null when it differs in every run that is known. */
  lastGood: runIndex.nullable(),
  firstBad: runIndex,
  /** Runs since then, the first among them, and how many of them differ. */
  runs: z.int().min(1),
  differing: z.int().min(1),
  /** Facts that changed between the two; `commit` among them. */
  changedWith: z.array(text),
  sentence: text,
});
export type Since = z.infer<typeof sinceSchema>;

/** What the trend page reads: a stretch of history, judged by whoever keeps it. */
export const historyRecordSchema = z
  .strictObject({
    format: z.literal(HISTORY_RECORD_FORMAT),
    formatVersion: z.literal(HISTORY_RECORD_VERSION),
    madeAt: instant,
    neai: text,
    /** Where the history is kept. */
    source: text,
    /** What was asked for; null: everything. */
    asked: z.strictObject({
      scenario: text.nullable(),
      board: text.nullable(),
      library: text.nullable(),
      commit: text.nullable(),
    }),
    /** Oldest first. */
    runs: z.array(historyRunSchema),
    series: z.array(seriesSchema),
    since: z.array(sinceSchema),
    /** Two runs to set side by side when the page opens: the older first; null for the last two. */
    compare: z.tuple([runIndex, runIndex]).nullable(),
  })
  .superRefine((record, context) => {
    const beyond = (path: (string | number)[], index: number | null): void => {
      if (index !== null && index >= record.runs.length) {
        context.addIssue({ code: 'custom', path, message: `run ${index} of ${record.runs.length}` });
      }
    };
    if (record.runs.some((run, at) => at > 0 && run.startedAt < record.runs[at - 1]!.startedAt)) {
      context.addIssue({ code: 'custom', path: ['runs'], message: 'the oldest run comes first' });
    }
    for (const [at, series] of record.series.entries()) {
      for (const run of series.runs) beyond(['series', at, 'runs'], run);
      for (const { run, foundAt } of series.changePoints) {
        beyond(['series', at, 'changePoints'], Math.max(run, foundAt));
      }
      for (const { run } of series.alarms) beyond(['series', at, 'alarms'], run);
    }
    for (const [at, since] of record.since.entries()) {
      beyond(['since', at], since.firstBad);
      beyond(['since', at], since.lastGood);
    }
    for (const run of record.compare ?? []) beyond(['compare'], run);
  });
export type HistoryRecord = z.infer<typeof historyRecordSchema>;

const KIND: DocumentKind<HistoryRecord> = {
  schema: historyRecordSchema,
  format: HISTORY_RECORD_FORMAT,
  version: HISTORY_RECORD_VERSION,
  noun: 'history record',
};

/** A stretch of history as checked JSON text. @throws NeaiError INTERNAL. */
export const encodeHistoryRecord = (record: HistoryRecord): string => encodeDocument(KIND, record);

/** Reads it back; `file` is named in messages. @throws NeaiError RECORD_INVALID, RECORD_VERSION. */
export const decodeHistoryRecord = (content: string, file: string): HistoryRecord =>
  decodeDocument(KIND, content, file);
