import { z } from 'zod';
import { NeaiError } from '../shared/errors.ts';
import { sha256 } from './dataset/sha256.ts';
import { planChain } from './emulator/chain.ts';
import { modelByName } from './models/registry.ts';
import { hexToFloat } from './numeric/f32.ts';
import type { Shape } from './transforms/transform.ts';

const MOST_VALUES = 65535;
const LARGEST_SCALE = 2 ** 100;

const hexFloat = z
  .string()
  .regex(/^[0-9a-f]{8}$/, 'must be the eight lower-case hexadecimal digits of a binary32 value')
  .refine((hex) => Number.isFinite(hexToFloat(hex)), 'must be a finite binary32 value');
/** Bytes that base64 text stands for; counted, because this is asked of text that is no base64 as well. */
const base64Bytes = (text: string): number => (text.replace(/=+$/, '').length * 3) >> 2;
const params = z.record(z.string(), z.json());
const lineRange = z
  .tuple([z.int().min(1), z.int().min(1)])
  .refine(([first, last]) => first <= last, 'a range must not end before it begins');

const searchSchema = z.strictObject({
  seed: z.int().min(0),
  evaluations: z.int().min(0),
  budget: z.int().min(1),
  files: z.array(
    z.strictObject({
      name: z.string(),
      label: z.enum(['regular', 'abnormal']),
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

/** What decides how a library computes and what its header says; its digest is the id. */
const functionalShape = {
  format: z.literal('neai-library'),
  formatVersion: z.literal(1),
  kind: z.literal('anomaly-detection'),
  axes: z.int().min(1).max(64),
  /** Samples per axis. */
  bufferSize: z.int().min(1).max(MOST_VALUES),
  pipeline: z
    .array(z.strictObject({ transform: z.string(), params }))
    .min(1)
    .max(6),
  model: z.strictObject({ name: z.string(), params }),
  /** The pre-set sensitivity c, and the u at which similarity reaches 0. */
  calibration: z.strictObject({
    // times the largest sensitivity it must stay finite: infinity times a ratio of 0 would be no number
    scale: hexFloat.refine(
      (hex) => hexToFloat(hex) > 0 && hexToFloat(hex) <= LARGEST_SCALE,
      'must be above 0 and at most 2^100',
    ),
    width: hexFloat.refine((hex) => hexToFloat(hex) > 1, 'must be above 1'),
  }),
  detectFloor: z.int().min(1).max(20),
  minimumLearningIterations: z.int().min(1),
};

const functionalSchema = z.strictObject(functionalShape);

/** library.json: the one description of a library. */
export const librarySchema = z.strictObject({
  ...functionalShape,
  id: z.string().regex(/^[0-9a-f]{24}$/, 'must be 24 lower-case hexadecimal digits'),
  search: searchSchema.nullable(),
});

export type Library = z.infer<typeof librarySchema>;
export type LibrarySearch = z.infer<typeof searchSchema>;
/** Everything of a library but its id and its history. */
export type FunctionalPart = z.infer<typeof functionalSchema>;

/** Shape of one signal of a library. */
export function libraryShape(library: Pick<Library, 'axes' | 'bufferSize'>): Shape {
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

/** First 24 hexadecimal digits of the SHA-256 of the functional part's canonical JSON. */
export function libraryId(functional: FunctionalPart): string {
  const only = functionalSchema.parse(
    Object.fromEntries(
      Object.keys(functionalShape).map((key) => [key, functional[key as keyof FunctionalPart]]),
    ),
  );
  const digest = sha256(new TextEncoder().encode(canonicalJson(only)));
  return Array.from(digest.subarray(0, 12), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Completes a library with its id and checks it. */
export function createLibrary(functional: FunctionalPart, search: LibrarySearch | null): Library {
  return parseLibrary({ ...functional, id: libraryId(functional), search });
}

/**
 * Checks a library description strictly: fields, parameters of transforms and model, whether they fit each other and the
 * signal, and the id. LIBRARY_INVALID names the field.
 */
export function parseLibrary(json: unknown): Library {
  const result = librarySchema.safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    const field = issue.path.join('.') || '(the whole document)';
    throw invalid(field, issue.message, valueAt(json, issue.path));
  }
  const library = result.data;
  if (library.axes * library.bufferSize > MOST_VALUES) {
    throw invalid('bufferSize', `axes times bufferSize must not exceed ${MOST_VALUES}`, library.bufferSize);
  }
  const stages = planChain(library.pipeline, libraryShape(library));
  if (!stages) {
    throw invalid('pipeline', 'it does not apply to signals of this shape', library.pipeline);
  }
  const dimension = stages.at(-1)!.outputLength;
  const model = modelByName(library.model.name);
  if (!model.applies(dimension, library.model.params)) {
    throw invalid('model.params', `they do not apply to ${dimension} features`, library.model.params);
  }
  const least = model.detectFloor(dimension, library.model.params);
  if (library.detectFloor < least) {
    throw invalid('detectFloor', `this model needs at least ${least}`, library.detectFloor);
  }
  const id = libraryId(library);
  if (library.id !== id) throw invalid('id', `the content has the id ${id}`, library.id);
  return library;
}

function invalid(field: string, message: string, got: unknown): NeaiError {
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
