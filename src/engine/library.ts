import { z } from 'zod';
import {
  checkSchema,
  digestOf,
  featuresOf,
  hexFloat,
  invalid,
  libraryShape,
  params,
  searchRecordSchema,
  signalShape,
} from './library-parts.ts';
import { modelByName } from './models/registry.ts';
import { hexToFloat } from './numeric/f32.ts';

export { libraryShape };

const LARGEST_SCALE = 2 ** 100;

const searchSchema = searchRecordSchema(z.enum(['regular', 'abnormal']));

/** What decides how a library computes and what its header says; its digest is the id. */
const functionalShape = {
  format: z.literal('neai-library'),
  formatVersion: z.literal(1),
  kind: z.literal('anomaly-detection'),
  ...signalShape,
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

/** First 24 hexadecimal digits of the SHA-256 of the functional part's canonical JSON. */
export function libraryId(functional: FunctionalPart): string {
  const only = functionalSchema.parse(
    Object.fromEntries(
      Object.keys(functionalShape).map((key) => [key, functional[key as keyof FunctionalPart]]),
    ),
  );
  return digestOf(only);
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
  const library = checkSchema(librarySchema, json);
  const dimension = featuresOf(library);
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
