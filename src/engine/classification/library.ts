import { z } from 'zod';
import {
  checkSchema,
  digestOf,
  featuresOf,
  hexFloat,
  invalid,
  params,
  searchRecordSchema,
  signalShape,
} from '../library-parts.ts';
import { bitsToFloat, floatToHex, hexToFloat } from '../numeric/f32.ts';
import { classModelByName } from './models/registry.ts';

/** Ids and return codes share one byte, and codes lie above 100. */
export const MOST_CLASSES = 100;
const LARGEST_SHARPNESS = 2 ** 20;

/** A class as people call it; it is part of the C library. */
export const className = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9 _.+-]{0,31}$/, 'must be up to 32 letters, digits, blanks and _ . + -');
const hexWords = z
  .string()
  .regex(/^[0-9a-f]{8}( [0-9a-f]{8})*$/, 'must be words of eight lower-case hexadecimal digits')
  .refine((text) => wordsOf(text).every(Number.isFinite), 'must be finite binary32 values');

/** What decides how a classifier computes and what its header says; its digest is the id. */
const functionalShape = {
  format: z.literal('neai-library'),
  formatVersion: z.literal(1),
  kind: z.literal('classification'),
  ...signalShape,
  /** In the order of the model's words; ids count from 1. */
  classes: z
    .array(z.strictObject({ id: z.int().min(1).max(MOST_CLASSES), name: className }))
    .min(2)
    .max(MOST_CLASSES)
    .refine((all) => all.every(({ id }, i) => id === i + 1), 'ids must be 1, 2, 3 … in order')
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'names must differ'),
  /** `words`: what training has found, as hexadecimal words of binary32 values. */
  model: z.strictObject({ name: z.string(), params, words: hexWords }),
  /** A difference of scores times this is a logarithm to base two of a ratio of probabilities. */
  sharpness: hexFloat.refine(
    (hex) => hexToFloat(hex) > 0 && hexToFloat(hex) <= LARGEST_SHARPNESS,
    'must be above 0 and at most 2^20',
  ),
};

const functionalSchema = z.strictObject(functionalShape);
const searchSchema = searchRecordSchema(className);

const classificationLibrarySchema = z.strictObject({
  ...functionalShape,
  id: z.string().regex(/^[0-9a-f]{24}$/, 'must be 24 lower-case hexadecimal digits'),
  search: searchSchema.nullable(),
});

/** library.json of kind `classification`: static knowledge, nothing is learnt on the target. */
export type ClassificationLibrary = z.infer<typeof classificationLibrarySchema>;
export type ClassificationSearch = z.infer<typeof searchSchema>;
export type ClassificationFunctionalPart = z.infer<typeof functionalSchema>;

/** The binary32 values of hexadecimal words. */
export function wordsOf(text: string): Float32Array {
  return Float32Array.from(text.split(' '), (hex) => bitsToFloat(Number.parseInt(hex, 16)));
}

/** The hexadecimal words of binary32 values. */
export const wordsText = (values: Float32Array): string => Array.from(values, floatToHex).join(' ');

/** Completes a classification library with its id and checks it. */
export function createClassificationLibrary(
  functional: ClassificationFunctionalPart,
  search: ClassificationSearch | null,
): ClassificationLibrary {
  return parseClassificationLibrary({ ...functional, id: classificationLibraryId(functional), search });
}

/**
 * Checks the description of a classification library strictly: fields, parameters, the number of trained words, and the
 * id. LIBRARY_INVALID names the field.
 */
export function parseClassificationLibrary(json: unknown): ClassificationLibrary {
  const library = checkSchema(classificationLibrarySchema, json);
  const dimension = featuresOf(library);
  const { name, params: modelParams, words } = library.model;
  const wanted = classModelByName(name).wordCount(dimension, library.classes.length, modelParams);
  const got = words.split(' ').length;
  if (got !== wanted) {
    throw invalid('model.words', `${wanted} words belong to ${dimension} features and this model`, got);
  }
  const id = classificationLibraryId(library);
  if (library.id !== id) throw invalid('id', `the content has the id ${id}`, library.id);
  return library;
}

function classificationLibraryId(functional: ClassificationFunctionalPart): string {
  return digestOf(
    functionalSchema.parse(
      Object.fromEntries(
        Object.keys(functionalShape).map((key) => [
          key,
          functional[key as keyof ClassificationFunctionalPart],
        ]),
      ),
    ),
  );
}
