import { z } from 'zod';
import { evidenceSchema, verdictSchema } from '../record/primitives.ts';
import { RUN_RECORD_FORMAT, RUN_RECORD_VERSION } from '../record/run-record.ts';
import { NeaiError } from '../shared/errors.ts';

const count = z.int().min(0);
const word = z.int().min(0).nullable();
const side = z.object({ code: z.array(count), learnCounter: z.array(word), digest: z.array(word) });
const accuracy = z.object({ balancedAccuracy: z.number().nullable(), confidence: z.number().nullable() });
const place = z.union([
  z.string(),
  z.object({ kind: z.string(), board: z.string().optional(), runId: z.string().optional() }),
]);
const ticks = z.object({ median: count }).nullable();
const sha256 = z.string();

/**
 * What history takes of a run record: of every version that was ever written, so that old records can be imported.
 * Version 1 named its sides by a word and called the target's accuracy the board's.
 */
const recordedRunSchema = z.object({
  format: z.literal(RUN_RECORD_FORMAT),
  formatVersion: z.int().min(1).max(RUN_RECORD_VERSION),
  runId: z.string().min(1),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  command: z.string(),
  tools: z.object({
    neai: z.string().min(1),
    node: z.string(),
    openocd: z.string().nullable(),
    compiler: z.string().nullable(),
    libunicorn: z.string().nullable(),
  }),
  evidence: evidenceSchema,
  sides: z.object({ reference: place, target: place }),
  board: z.object({ id: z.string().min(1), slot: z.string() }).nullable(),
  library: z.object({ id: z.string().min(1), sha256 }),
  firmware: z.object({ elfSha256: sha256, buildId: z.string() }).nullable(),
  dataset: z.object({ files: z.array(z.object({ path: z.string(), sha256 })) }),
  threshold: z.number(),
  sensitivity: z.number(),
  calls: z.object({
    operation: z.string(),
    file: z.array(z.int()),
    line: z.array(count),
    label: z.string(),
    seen: z.string(),
    reference: side,
    target: side.extend({ ticks: z.array(word) }),
  }),
  comparison: z.object({
    mismatches: count,
    firstMismatch: z
      .object({
        call: count,
        file: z.string().nullable(),
        line: count.nullable(),
        field: z.string(),
        reference: z.union([z.number(), z.string()]).nullable(),
        target: z.union([z.number(), z.string()]).nullable(),
      })
      .nullable(),
  }),
  verdicts: z.object({ equivalence: verdictSchema, fitness: verdictSchema }),
  accuracy: z.union([z.object({ target: accuracy }), z.object({ board: accuracy })]),
  perCall: z.object({ unit: z.enum(['instructions', 'cycles']), learn: ticks, detect: ticks }),
  footprint: z
    .object({ flashBytes: count, ramBytes: count, neaiBytes: count, stackBytes: count.nullable() })
    .nullable(),
  link: z
    .object({
      seconds: z.number(),
      retransmissions: count,
      badFrames: count,
      noiseBytes: count,
    })
    .nullable(),
  flash: z.object({ skipped: z.boolean(), seconds: z.number() }).nullable(),
  timings: z.array(z.object({ step: z.string().min(1), seconds: z.number() })),
  failure: z.object({ code: z.string(), class: z.string(), text: z.string() }).nullable(),
});
export type RecordedRun = z.infer<typeof recordedRunSchema>;

/**
 * Takes of a run record what history needs.
 * @param file name for messages only
 * @throws NeaiError RECORD_INVALID, RECORD_VERSION
 */
export function readRecordedRun(document: unknown, file: string): RecordedRun {
  const { formatVersion } = (document ?? {}) as { readonly formatVersion?: unknown };
  if (typeof formatVersion === 'number' && formatVersion > RUN_RECORD_VERSION) {
    throw new NeaiError('RECORD_VERSION', 'the run record was written by a newer neai', {
      file,
      asked: `version ${RUN_RECORD_VERSION} or earlier`,
      got: `version ${formatVersion}`,
    });
  }
  const parsed = recordedRunSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  throw new NeaiError('RECORD_INVALID', 'the run record does not follow its schema', {
    file,
    got: z.prettifyError(parsed.error),
  });
}
