import { z } from 'zod';
import { tickUnitSchema } from './cost.ts';
import { type DocumentKind, decodeDocument, encodeDocument } from './document.ts';
import { evidenceSchema, lineRangeSchema, sha256Schema, verdictSchema } from './primitives.ts';

export const DUEL_RECORD_FORMAT = 'neai-duel-record';
export const DUEL_RECORD_VERSION = 1;

const count = z.int().min(0);

/** Fractions are told apart to a tenth of a percent, as they are printed; everything else exactly. */
const FRACTION_STEPS = 1000;

const sideSchema = z.strictObject({
  libraryId: z.string().regex(/^[0-9a-f]{24}$/),
  /** How its C interface looks, in words. */
  interface: z.string().min(1),
  /** Learns that it recommends; 0: it tells none. */
  minimumLearningIterations: count,
  /** Signals that it has learned in this duel. */
  learned: count,
  /** Of its own run: board against its own emulator. */
  equivalence: verdictSchema,
  /** What broke its run off; null when every call was answered. */
  failure: z.string().min(1).nullable(),
  /** Run record and page, relative to the duel's. */
  record: z.string().min(1),
  report: z.string().min(1),
});
export type DuelSide = z.infer<typeof sideSchema>;

const rowSchema = z
  .strictObject({
    figure: z.enum(['balanced accuracy', 'confidence', 'RAM', 'flash', 'learn', 'detect']),
    /** What is meant, in words. */
    meaning: z.string().min(1),
    unit: z.enum(['fraction', 'bytes', ...tickUnitSchema.options]),
    better: z.enum(['more', 'less']),
    /** Null where the figure could not be taken. */
    ours: z.number().nullable(),
    vendor: z.number().nullable(),
    /** Null where a figure is missing. */
    winner: z.enum(['ours', 'vendor', 'tie']).nullable(),
  })
  .refine((row) => row.winner === winnerOf(row), 'the winner is who has the better figure');
export type DuelRow = z.infer<typeof rowSchema>;

export type Winner = 'ours' | 'vendor' | 'tie';

/** Who has the better figure; null where one is missing. */
export function winnerOf({
  unit,
  better,
  ours,
  vendor,
}: {
  readonly unit: string;
  readonly better: 'more' | 'less';
  readonly ours: number | null;
  readonly vendor: number | null;
}): Winner | null {
  if (ours === null || vendor === null) return null;
  const told = (value: number): number => (unit === 'fraction' ? Math.round(value * FRACTION_STEPS) : value);
  if (told(ours) === told(vendor)) return 'tie';
  return told(ours) > told(vendor) === (better === 'more') ? 'ours' : 'vendor';
}

/** The one document of a duel: two libraries on the same board and the same signals. */
export const duelRecordSchema = z
  .strictObject({
    format: z.literal(DUEL_RECORD_FORMAT),
    formatVersion: z.literal(DUEL_RECORD_VERSION),
    duelId: z.string().min(1),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime(),
    command: z.string(),
    /** Version of neai. */
    tool: z.string().min(1),
    evidence: evidenceSchema,
    board: z.strictObject({ id: z.string().min(1), core: z.string().min(1), clockHz: z.int().min(1) }),
    threshold: z.number().min(0).max(100),
    files: z.array(
      z.strictObject({
        path: z.string().min(1),
        sha256: sha256Schema,
        learned: z.array(lineRangeSchema),
        detected: z.array(lineRangeSchema),
      }),
    ),
    sides: z.strictObject({ ours: sideSchema, vendor: sideSchema }),
    rows: z.array(rowSchema),
    /**
     * Signals that only one side decided rightly, and how likely so lopsided a split is where both are equally good (exact
     * two-sided sign test); null where no signal tells them apart.
     */
    decisions: z.strictObject({
      signals: count,
      bothRight: count,
      oursAlone: count,
      vendorAlone: count,
      bothWrong: count,
      chance: z.number().min(0).max(1).nullable(),
    }),
    /** What was detected, by column; similarities 0 … 100 or codes above. */
    signals: z.strictObject({
      file: z.array(count),
      line: z.array(count),
      label: z.string().regex(/^[nau]*$/),
      ours: z.array(z.int().min(0).max(255)),
      vendor: z.array(z.int().min(0).max(255)),
    }),
    /** What has to be known to read the figures fairly. */
    remarks: z.array(z.string().min(1)),
  })
  .refine(({ signals: { file, line, label, ours, vendor } }) => {
    const lengths = [line.length, label.length, ours.length, vendor.length];
    return lengths.every((length) => length === file.length);
  }, 'columns of signals have one length');
export type DuelRecord = z.infer<typeof duelRecordSchema>;

const KIND: DocumentKind<DuelRecord> = {
  schema: duelRecordSchema,
  format: DUEL_RECORD_FORMAT,
  version: DUEL_RECORD_VERSION,
  noun: 'duel record',
};

/** A duel's record as checked JSON text. */
export const encodeDuelRecord = (record: DuelRecord): string => encodeDocument(KIND, record);

/** Reads it back; `file` is named in messages. @throws NeaiError RECORD_INVALID, RECORD_VERSION. */
export const decodeDuelRecord = (text: string, file: string): DuelRecord => decodeDocument(KIND, text, file);
