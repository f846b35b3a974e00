import { z } from 'zod';
import type { FilePlan } from '../shared/file-plan.ts';
import { classSearchRecordSchema } from './class-search-record.ts';
import { duelRecordSchema } from './duel-record.ts';
import { historyRecordSchema } from './history-record.ts';
import { runRecordSchema } from './run-record.ts';
import { scenarioRecordSchema } from './scenario-record.ts';
import { searchRecordSchema } from './search-record.ts';
import { compareSummarySchema } from './summary.ts';

/** The published JSON Schemas (2020-12) of what neai writes for others to read, under docs/. */
export function emitRecordSchemas(): FilePlan {
  return [
    {
      path: 'docs/compare.schema.json',
      content: emit(compareSummarySchema, 'What neai compare --json prints'),
    },
    {
      path: 'docs/run-record.schema.json',
      content: emit(runRecordSchema, 'Run record of neai, version 2'),
    },
    {
      path: 'docs/search-record.schema.json',
      content: emit(searchRecordSchema, 'Search record of neai, version 1'),
    },
    {
      path: 'docs/class-search-record.schema.json',
      content: emit(classSearchRecordSchema, 'Record of a search for a classifier of neai, version 1'),
    },
    {
      path: 'docs/scenario-record.schema.json',
      content: emit(scenarioRecordSchema, 'Record of a run of scenarios of neai, version 1'),
    },
    {
      path: 'docs/duel-record.schema.json',
      content: emit(duelRecordSchema, 'Duel record of neai, version 1'),
    },
    {
      path: 'docs/history-record.schema.json',
      content: emit(historyRecordSchema, 'History record of neai, version 1'),
    },
  ];
}

const emit = (schema: z.ZodType, title: string): string =>
  `${JSON.stringify({ title, ...z.toJSONSchema(schema) }, null, 2)}\n`;
