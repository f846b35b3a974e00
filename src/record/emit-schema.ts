import { z } from 'zod';
import { runRecordSchema } from './run-record.ts';
import { compareSummarySchema } from './summary.ts';

const emit = (schema: z.ZodType, title: string): string =>
  `${JSON.stringify({ title, ...z.toJSONSchema(schema) }, null, 2)}\n`;

/** Text of docs/compare.schema.json (JSON Schema 2020-12). */
export function emitCompareSchema(): string {
  return emit(compareSummarySchema, 'What neai compare --json prints');
}

/** Text of docs/run-record.schema.json (JSON Schema 2020-12). */
export function emitRunRecordSchema(): string {
  return emit(runRecordSchema, 'Run record of neai, version 1');
}
