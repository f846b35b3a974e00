import { z } from 'zod';
import { type DocumentKind, decodeDocument, encodeDocument } from './document.ts';
import { evidenceSchema } from './primitives.ts';

export const SCENARIO_RECORD_FORMAT = 'neai-scenario-record';

const count = z.int().min(0);
const seconds = z.number().min(0);

/** What the process that holds the boards tells of one attempt; it lies beside the attempt's logs. */
export const attemptFactsSchema = z.strictObject({
  /** Place in the rack, and kind of board. */
  slot: z.string().min(1),
  board: z.string().min(1),
  evidence: evidenceSchema,
  probeSerial: z.string(),
  libraryId: z.string(),
  /** Null when no firmware could be built. */
  firmwareBuildId: z.string().nullable(),
  ending: z.enum(['passed', 'failed', 'skipped', 'died']),
  /** Bytes of signals and knowledge that the scenario has moved. */
  payloadBytes: count,
  /** Calls of initialize, learn and detect. */
  calls: count,
  /** The first similarities that detect gave, codes left out. */
  similarities: z.array(z.int().min(0).max(100)),
});
export type AttemptFacts = z.infer<typeof attemptFactsSchema>;

const attemptSchema = z.strictObject({
  status: z.enum(['passed', 'failed', 'timedOut', 'skipped', 'interrupted']),
  seconds,
  /** Null when no board was borrowed. */
  facts: attemptFactsSchema.nullable(),
  /** Files of evidence, relative to the record. */
  files: z.array(z.string()),
});

const scenarioSchema = z.strictObject({
  title: z.string(),
  /** Relative to the folder the run was started in. */
  file: z.string(),
  line: count,
  tags: z.array(z.string()),
  outcome: z.enum(['passed', 'failed', 'flaky', 'not run']),
  /** Why it was not run. */
  reason: z.string().nullable(),
  failure: z
    .strictObject({
      class: z.enum(['rack', 'product', 'scenario', 'configuration']),
      code: z.string().nullable(),
      message: z.string(),
    })
    .nullable(),
  warnings: z.array(z.string()),
  attempts: z.array(attemptSchema),
});
export type RecordedScenario = z.infer<typeof scenarioSchema>;

/** A run of scenarios, as reports and whoever comes later read it. */
export const scenarioRecordSchema = z.strictObject({
  format: z.literal(SCENARIO_RECORD_FORMAT),
  formatVersion: z.literal(1),
  startedAt: z.iso.datetime(),
  seconds,
  /** Which form of the scenarios ran. */
  form: z.enum(['short', 'long']),
  /** 0 passed, 1 a scenario failed, 2 configuration, 3 the rack failed, 130 interrupted. */
  exitStatus: count,
  tools: z.strictObject({ neai: z.string(), node: z.string(), playwright: z.string() }),
  scenarios: z.array(scenarioSchema),
});
export type ScenarioRecord = z.infer<typeof scenarioRecordSchema>;

const KIND: DocumentKind<ScenarioRecord> = {
  schema: scenarioRecordSchema,
  format: SCENARIO_RECORD_FORMAT,
  version: 1,
  noun: 'scenario record',
};

/** A run's record as checked JSON text. */
export const encodeScenarioRecord = (record: ScenarioRecord): string => encodeDocument(KIND, record);

/** Reads it back; `file` is named in messages. @throws NeaiError RECORD_INVALID, RECORD_VERSION. */
export const decodeScenarioRecord = (text: string, file: string): ScenarioRecord =>
  decodeDocument(KIND, text, file);
