import { z } from 'zod';
import { NeaiError } from '../shared/errors.ts';
import { RUN_RECORD_FORMAT, RUN_RECORD_VERSION, type RunRecord, runRecordSchema } from './run-record.ts';

/**
 * The record as JSON text, checked against its schema first: what is on a disk can be read back.
 * Columns stand on one line each, so that the text stays small and a person can still read the rest.
 * @throws NeaiError INTERNAL when the record contradicts its schema (a defect of ours, never of the user).
 */
export function encodeRunRecord(record: RunRecord): string {
  const checked = runRecordSchema.safeParse(record);
  if (!checked.success) {
    throw new NeaiError('INTERNAL', 'A run record contradicts its own schema.', {
      asked: `a run record of version ${RUN_RECORD_VERSION}`,
      got: z.prettifyError(checked.error),
    });
  }
  return `${flatColumns(JSON.stringify(checked.data, null, 2))}\n`;
}

/**
 * Reads a run record back.
 * @param file name for messages only.
 * @throws NeaiError RECORD_INVALID for other text, RECORD_VERSION for a record of another version.
 */
export function decodeRunRecord(text: string, file: string): RunRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new NeaiError('RECORD_INVALID', 'The run record is not JSON.', { file, got: String(cause), cause });
  }
  const head = z
    .looseObject({ format: z.literal(RUN_RECORD_FORMAT), formatVersion: z.int() })
    .safeParse(value);
  if (!head.success) {
    throw new NeaiError('RECORD_INVALID', 'This file is not a run record.', {
      file,
      asked: `"format": "${RUN_RECORD_FORMAT}" and a version`,
      got: z.prettifyError(head.error),
    });
  }
  if (head.data.formatVersion !== RUN_RECORD_VERSION) {
    throw new NeaiError('RECORD_VERSION', 'The run record has another version.', {
      file,
      asked: `version ${RUN_RECORD_VERSION}`,
      got: `version ${head.data.formatVersion}`,
    });
  }
  const record = runRecordSchema.safeParse(value);
  if (!record.success) {
    throw new NeaiError('RECORD_INVALID', 'The run record does not follow its schema.', {
      file,
      asked: `a run record of version ${RUN_RECORD_VERSION}`,
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
