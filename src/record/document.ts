import { z } from 'zod';
import { NeaiError } from '../shared/errors.ts';

/** What tells one kind of record from another: the first two fields of the document, and how people call it. */
export interface DocumentKind<T> {
  readonly schema: z.ZodType<T>;
  readonly format: string;
  readonly version: number;
  /** In a sentence, without an article: "run record". */
  readonly noun: string;
}

/**
 * The record as JSON text, checked against its schema first: what is on a disk can be read back.
 * Columns stand on one line each, so that the text stays small and a person can still read the rest.
 * @throws NeaiError INTERNAL when the record contradicts its schema (a defect of ours, never of the user).
 */
export function encodeDocument<T>(kind: DocumentKind<T>, record: T): string {
  const checked = kind.schema.safeParse(record);
  if (!checked.success) {
    throw new NeaiError('INTERNAL', `A ${kind.noun} contradicts its own schema.`, {
      asked: `a ${kind.noun} of version ${kind.version}`,
      got: z.prettifyError(checked.error),
    });
  }
  return `${flatColumns(JSON.stringify(checked.data, null, 2))}\n`;
}

/** The `format` of a JSON document, or null when it names none: which kind of record a file holds. */
export function formatOf(text: string): string | null {
  try {
    const head = z.looseObject({ format: z.string() }).safeParse(JSON.parse(text));
    return head.success ? head.data.format : null;
  } catch {
    return null;
  }
}

/**
 * Reads a record back.
 * @param file name for messages only.
 * @throws NeaiError RECORD_INVALID for other text, RECORD_VERSION for a record of another version.
 */
export function decodeDocument<T>(kind: DocumentKind<T>, text: string, file: string): T {
  const { noun, format, version, schema } = kind;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new NeaiError('RECORD_INVALID', `The ${noun} is not JSON.`, { file, got: String(cause), cause });
  }
  const head = z.looseObject({ format: z.literal(format), formatVersion: z.int() }).safeParse(value);
  if (!head.success) {
    throw new NeaiError('RECORD_INVALID', `This file is not a ${noun}.`, {
      file,
      asked: `"format": "${format}" and a version`,
      got: z.prettifyError(head.error),
    });
  }
  if (head.data.formatVersion !== version) {
    throw new NeaiError('RECORD_VERSION', `The ${noun} has another version.`, {
      file,
      asked: `version ${version}`,
      got: `version ${head.data.formatVersion}`,
    });
  }
  const record = schema.safeParse(value);
  if (!record.success) {
    throw new NeaiError('RECORD_INVALID', `The ${noun} does not follow its schema.`, {
      file,
      asked: `a ${noun} of version ${version}`,
      got: z.prettifyError(record.error),
    });
  }
  return record.data;
}

/** Arrays of numbers and nulls on one line; indented JSON gives each its own. Strings are never touched. */
function flatColumns(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|\[[\s\d,.eE+\-nul]*\]/g, (part) =>
    part.startsWith('"') ? part : part.replaceAll(/\s+/g, ''),
  );
}
