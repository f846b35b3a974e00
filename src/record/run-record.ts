import { z } from 'zod';
import { callColumnsSchema } from './calls.ts';
import { footprintSchema, limitsSchema, perCallFiguresSchema } from './cost.ts';
import { divergenceSchema } from './divergence.ts';
import { fitnessFactsSchema } from './fitness-facts.ts';
import { metricsSchema } from './metrics.ts';
import {
  accuracySchema,
  evidenceSchema,
  firstMismatchSchema,
  labelSchema,
  lineRangeSchema,
  sha256Schema,
  verdictSchema,
} from './primitives.ts';
import { sidesSchema } from './sides.ts';
import { timelineSchema } from './timeline.ts';
import { toleranceSchema } from './tolerance.ts';
import { travelSchema } from './travel.ts';
import { vendorSchema } from './vendor.ts';

export const RUN_RECORD_FORMAT = 'neai-run-record';
export const RUN_RECORD_VERSION = 2;

const seconds = z.number().min(0);
const bytes = z.int().min(0);
const instant = z.iso.datetime();

const datasetFileSchema = z.strictObject({
  path: z.string().min(1),
  sha256: sha256Schema,
  lines: z.int().min(0),
  /** Null for a file that was only learned. */
  label: labelSchema.nullable(),
  /** Lines that the search was shown, that this run learned, that it detected. */
  searched: z.array(lineRangeSchema),
  learned: z.array(lineRangeSchema),
  detected: z.array(lineRangeSchema),
});
export type DatasetFile = z.infer<typeof datasetFileSchema>;

const comparisonSchema = z.strictObject({
  /** Every call answered alike on both sides, none missing, at least one signal compared. */
  identical: z.boolean(),
  /** Learn and detect calls that both sides answered. */
  signals: z.int().min(0),
  /** Calls, initialize included, in which at least one field differs. */
  mismatches: z.int().min(0),
  /** Of them, calls that differ by more than the run's tolerance allows; all of them where it is bit-exact. */
  outsideTolerance: z.int().min(0),
  /** Planned calls that one side never answered. */
  unanswered: z.int().min(0),
  firstMismatch: firstMismatchSchema.nullable(),
  /** The first call outside the tolerance, which is what equivalence fails by. */
  firstOutside: firstMismatchSchema.nullable(),
});
export type Comparison = z.infer<typeof comparisonSchema>;

const verdictsSchema = z.strictObject({ equivalence: verdictSchema, fitness: verdictSchema });
export type Verdicts = z.infer<typeof verdictsSchema>;

/** One condition of fitness with its figure: what the fitness verdict is made of. */
const criterionSchema = z.strictObject({
  name: z.enum([
    'learned signals',
    'balanced accuracy',
    'confidence',
    'flash',
    'RAM',
    'stack',
    'longest learn',
    'longest detect',
  ]),
  /** Fractions 0…1 for balanced accuracy and confidence, bytes for memories, ticks for the longest call, else a count. */
  unit: z.enum(['fraction', 'bytes', 'count', 'instructions', 'cycles']),
  /** Null when the figure could not be taken. */
  value: z.number().nullable(),
  /** At least this (learned, balanced accuracy, confidence) or at most (memories, ticks). */
  limit: z.number(),
  verdict: verdictSchema.shape.verdict,
  /** Null exactly when the verdict is PASS. */
  reason: z.string().nullable(),
});
export type Criterion = z.infer<typeof criterionSchema>;

const linkSchema = z.strictObject({
  baud: z.int().min(1),
  /** Bytes on the line, both directions. */
  bytes,
  /** Virtual line time on virtual boards, wall time on real ones. */
  seconds,
  /** Bytes of them that were signal values and answers. */
  payloadBytes: bytes,
  retransmissions: z.int().min(0),
  /** Frames thrown away because check sum or form was wrong, and bytes that belonged to no record. */
  badFrames: z.int().min(0),
  noiseBytes: bytes,
});

const flashSchema = z.strictObject({
  skipped: z.boolean(),
  bytes,
  sectorsErased: z.int().min(0),
  sectorsWritten: z.int().min(0),
  seconds,
});

/** The one document of a run: reports and history read this and nothing else. */
export const runRecordSchema = z
  .strictObject({
    format: z.literal(RUN_RECORD_FORMAT),
    formatVersion: z.literal(RUN_RECORD_VERSION),
    runId: z.string().regex(/^\d{8}-\d{6}-[a-z0-9][a-z0-9.-]*$/, 'a run id is YYYYMMDD-HHMMSS-name'),
    startedAt: instant,
    endedAt: instant,
    /** The command line, as typed. */
    command: z.string(),
    tools: z.strictObject({
      neai: z.string().min(1),
      node: z.string().min(1),
      openocd: z.string().nullable(),
      compiler: z.string().nullable(),
      libunicorn: z.string().nullable(),
    }),
    evidence: evidenceSchema,
    sides: sidesSchema,
    tolerance: toleranceSchema,
    /** The board of the target, else of the reference; null when no side is one. */
    board: z
      .strictObject({
        id: z.string().min(1),
        core: z.string().min(1),
        clockHz: z.int().min(1),
        probeSerial: z.string().nullable(),
        /** Device id register (DBGMCU_IDCODE), hexadecimal. */
        deviceId: z
          .string()
          .regex(/^0x[0-9a-f]{3,8}$/)
          .nullable(),
        slot: z.string().min(1),
        /** What the chip has, for the share that the image takes. */
        flashBytes: bytes,
        ramBytes: bytes,
      })
      .nullable(),
    library: z.strictObject({
      id: z.string().regex(/^[0-9a-f]{24}$/),
      /** Of library.json as it was read. */
      sha256: sha256Schema,
      axes: z.int().min(1),
      /** Samples per axis. */
      bufferSize: z.int().min(1),
      minimumLearningIterations: z.int().min(0),
      detectFloor: z.int().min(0),
      /** Transforms and model in words, as the library names them. */
      pipeline: z.array(z.string()),
      model: z.string(),
      /** Evaluations that this run's search made; null for a fixed library. */
      searchEvaluations: z.int().min(0).nullable(),
    }),
    /** Null when the run ended before an image existed. */
    firmware: z.strictObject({ elfSha256: sha256Schema, buildId: z.string().min(1) }).nullable(),
    dataset: z.strictObject({ files: z.array(datasetFileSchema) }),
    /** Similarity at or above which a signal counts as nominal. */
    threshold: z.number().min(0).max(100),
    sensitivity: z.number().positive().max(100),
    limits: limitsSchema,
    calls: callColumnsSchema,
    comparison: comparisonSchema,
    verdicts: verdictsSchema,
    /** What fitness was judged by, one row per limit that applies. */
    criteria: z.array(criterionSchema),
    /** Learned enough, of which regimes, and why the result is no better. */
    fitnessFacts: fitnessFactsSchema,
    accuracy: z.strictObject({ reference: accuracySchema, target: accuracySchema }),
    /** Null when no detect got a similarity on both sides. */
    metrics: metricsSchema.nullable(),
    /** The first difference, located; null when there is none, or nothing could be located. */
    divergence: divergenceSchema.nullable(),
    /** Knowledge taken from each side to each other; null in a run that took none. */
    travel: travelSchema.nullable(),
    /** Null for a library of this project. */
    vendor: vendorSchema.nullable().default(null),
    perCall: perCallFiguresSchema,
    footprint: footprintSchema.nullable(),
    link: linkSchema.nullable(),
    flash: flashSchema.nullable(),
    /** Text lines that the board printed. */
    console: z.array(z.string()),
    timeline: timelineSchema,
    timings: z.array(z.strictObject({ step: z.string().min(1), seconds })),
    /** What broke the run off, by its error code; null when every planned call was made. */
    failure: z
      .strictObject({ code: z.string().min(1), class: z.string().min(1), text: z.string().min(1) })
      .nullable(),
    /** Transcripts kept because something failed. */
    transcripts: z.array(z.strictObject({ what: z.string().min(1), path: z.string().min(1) })),
  })
  .superRefine((record, context) => {
    const contradiction = (path: string[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    const unit = record.evidence.kind === 'virtual' ? 'instructions' : 'cycles';
    if (record.perCall.unit !== unit) {
      contradiction(['perCall', 'unit'], `${record.evidence.kind} evidence counts ${unit}`);
    }
    const { target } = record.sides;
    const chip = 'evidence' in target ? target.evidence.kind : 'virtual';
    if (
      chip !== record.evidence.kind ||
      ((target.kind === 'board') !== (chip === 'silicon') && target.kind !== 'recorded-run')
    ) {
      contradiction(['sides', 'target'], `a ${target.kind} does not give ${record.evidence.kind} evidence`);
    }
    const { equivalence } = record.verdicts;
    const { identical, outsideTolerance, mismatches } = record.comparison;
    if (
      record.tolerance.profile === 'bit-exact' &&
      ((equivalence.verdict === 'PASS') !== identical || outsideTolerance !== mismatches)
    ) {
      contradiction(
        ['verdicts', 'equivalence'],
        'bit-exact equivalence passes exactly when both sides are identical',
      );
    }
    if (equivalence.verdict === 'PASS' && outsideTolerance > 0) {
      contradiction(['verdicts', 'equivalence'], 'nothing passes that differs by more than its tolerance');
    }
    if (identical && mismatches > 0) {
      contradiction(['comparison', 'identical'], 'identical sides do not differ');
    }
    if (equivalence.verdict === 'PASS' && record.evidence.kind === 'silicon') {
      if (record.evidence.uniqueId === null)
        contradiction(['evidence', 'uniqueId'], 'silicon passes only by name');
    }
    if (record.divergence !== null && record.comparison.firstMismatch === null) {
      contradiction(['divergence'], 'a located difference where nothing differs');
    }
    if (record.comparison.mismatches > 0 !== (record.comparison.firstMismatch !== null)) {
      contradiction(
        ['comparison', 'firstMismatch'],
        'a first mismatch exists exactly when there are mismatches',
      );
    }
    if (record.calls.file.some((file) => file >= record.dataset.files.length)) {
      contradiction(['calls', 'file'], `an index beyond the ${record.dataset.files.length} dataset files`);
    }
  });
export type RunRecord = z.infer<typeof runRecordSchema>;
