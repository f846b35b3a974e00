import { z } from 'zod';
import { NeaiError } from '../shared/errors.ts';
import { sha256 } from './dataset/sha256.ts';
import { planChain } from './emulator/chain.ts';
import { hexToFloat } from './numeric/f32.ts';
import type { Pipeline, Shape } from './transforms/transform.ts';

/** What library.json of every kind is made of and checked with. */

const MOST_VALUES = 65535;

/** A binary32 value as eight hexadecimal digits. */
export const hexFloat = z
  .string()
  .regex(/^[0-9a-f]{8}$/, 'must be the eight lower-case hexadecimal digits of a binary32 value')
  .refine((hex) => Number.isFinite(hexToFloat(hex)), 'must be a finite binary32 value');
/** Bytes that base64 text stands for; counted, because this is asked of text that is no base64 as well. */
const base64Bytes = (text: string): number => (text.replace(/=+$/, '').length * 3) >> 2;
/** Parameters of a transform or a model; each has a strict schema of its own. */
export const params = z.record(z.string(), z.json());
const lineRange = z
  .tuple([z.int().min(1), z.int().min(1)])
  .refine(([first, last]) => first <= last, 'a range must not end before it begins');

/** How a library was found; `label` is what the files of a search are told apart by. */
export const searchRecordSchema = <Label extends z.ZodType>(label: Label) =>
  z.strictObject({
    seed: z.int().min(0),
    evaluations: z.int().min(0),
    budget: z.int().min(1),
    files: z.array(
      z.strictObject({
        name: z.string(),
        label,
        /** The couple it belongs to, where there were several. */
        couple: z.string().optional(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        lines: z.int().min(0),
        /** Ranges that search or learning has seen: 1-based, both ends included. */
        selected: z.array(lineRange),
      }),
    ),
    /** Base64 of the 8-byte digests of every selected line's float32 values. */
    seenLines: z.base64().refine((text) => base64Bytes(text) % 8 === 0, 'must be digests of 8 bytes each'),
    scores: z.record(z.string(), z.json()),
  });

/** What signals look like and how features are made of them. */
export const signalShape = {
  axes: z.int().min(1).max(64),
  /** Samples per axis. */
  bufferSize: z.int().min(1).max(MOST_VALUES),
  pipeline: z
    .array(z.strictObject({ transform: z.string(), params }))
    .min(1)
    .max(6),
};

/** Shape of one signal of a library. */
export function libraryShape(library: { readonly axes: number; readonly bufferSize: number }): Shape {
  return { axes: library.axes, length: library.bufferSize };
}

/** JSON with the keys of every object in order of their code units: the same text for the same content. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

/** First 24 hexadecimal digits of the SHA-256 of a document's canonical JSON: what ids are made of. */
export function digestOf(functional: unknown): string {
  const digest = sha256(new TextEncoder().encode(canonicalJson(functional)));
  return Array.from(digest.subarray(0, 12), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The document as the schema has it. @throws NeaiError LIBRARY_INVALID naming the field */
export function checkSchema<T>(schema: z.ZodType<T>, json: unknown): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const field = issue.path.join('.') || '(the whole document)';
  throw invalid(field, issue.message, valueAt(json, issue.path));
}

/** Number of features that a library makes of its signals. @throws NeaiError LIBRARY_INVALID */
export function featuresOf(library: {
  readonly axes: number;
  readonly bufferSize: number;
  readonly pipeline: Pipeline;
}): number {
  if (library.axes * library.bufferSize > MOST_VALUES) {
    throw invalid('bufferSize', `axes times bufferSize must not exceed ${MOST_VALUES}`, library.bufferSize);
  }
  const stages = planChain(library.pipeline, libraryShape(library));
  if (!stages) throw invalid('pipeline', 'it does not apply to signals of this shape', library.pipeline);
  return stages.at(-1)!.outputLength;
}

export function invalid(field: string, message: string, got: unknown): NeaiError {
  return new NeaiError('LIBRARY_INVALID', `library.json, ${field}: ${message}`, {
    asked: `a valid ${field}`,
    got: JSON.stringify(got) ?? 'nothing',
  });
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  let value = json;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  return value;
}
