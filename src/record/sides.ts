import { z } from 'zod';
import { evidenceSchema } from './primitives.ts';

/**
 * A defect was put into this side on purpose: a run of the self-check. Which one, the record does not say, so that
 * nobody reads there what the comparison is to find.
 */
const planted = z.boolean();

/** A board of a side: which kind, where it stood, and which image ran. Null where it was not reached. */
const boardDetail = {
  board: z.string().min(1),
  slot: z.string().min(1),
  probeSerial: z.string().nullable(),
  evidence: evidenceSchema,
  /** Build id that `hello` told; null when the side never answered it. */
  buildId: z.string().nullable(),
  planted,
};

/** What can stand on either side of a comparison, and what tells one of its kind from another. */
export const sideSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('emulator') }),
  z.strictObject({
    kind: z.literal('host-c'),
    /** As the compiler names itself, and the flags beyond the project's own. */
    compiler: z.string().min(1),
    flags: z.array(z.string()),
    planted,
  }),
  z.strictObject({
    kind: z.literal('wasm'),
    compiler: z.string().min(1),
    flags: z.array(z.string()),
    planted,
  }),
  z.strictObject({ kind: z.literal('virtual-board'), ...boardDetail }),
  z.strictObject({ kind: z.literal('board'), ...boardDetail }),
  z.strictObject({
    kind: z.literal('recorded-run'),
    /** File of the record as it was named, the run, and which of its sides speaks here. */
    record: z.string().min(1),
    runId: z.string().min(1),
    side: z.enum(['reference', 'target']),
    /** What that side was, and where its answers were taken. */
    of: z.string().min(1),
    evidence: evidenceSchema,
  }),
  z.strictObject({
    kind: z.literal('vendor-emulator'),
    /** Program or library as it was named, and what it calls itself. */
    file: z.string().min(1),
    version: z.string().nullable(),
  }),
]);
export type Side = z.infer<typeof sideSchema>;
export type SideKind = Side['kind'];

export const sidesSchema = z.strictObject({ reference: sideSchema, target: sideSchema });
export type Sides = z.infer<typeof sidesSchema>;
