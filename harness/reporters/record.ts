import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { FullResult, TestCase } from '@playwright/test/reporter';
import { renderScenarioPage } from '../../reports/scenario-page/scenario-page.ts';
import {
  encodeScenarioRecord,
  type RecordedScenario,
  type ScenarioRecord,
} from '../../src/record/scenario-record.ts';
import { readSettings } from '../settings.ts';
import { failureOf, reasonOf, warningsOf } from './judgement.ts';
import { factsOf } from './properties.ts';
import { writeStepSummary } from './step-summary.ts';

const OUTCOMES = {
  expected: 'passed',
  unexpected: 'failed',
  flaky: 'flaky',
  skipped: 'not run',
} as const satisfies Record<ReturnType<TestCase['outcome']>, RecordedScenario['outcome']>;
const MANIFEST = new URL('../../package.json', import.meta.url);

/** Writes the run's record, and the page that is made of nothing but the record. */
export function writeRecord(
  tests: readonly TestCase[],
  run: { readonly result: FullResult; readonly exitStatus: number; readonly playwright: string },
): ScenarioRecord {
  const { outDir, long } = readSettings();
  const record: ScenarioRecord = {
    format: 'neai-scenario-record',
    formatVersion: 1,
    startedAt: run.result.startTime.toISOString(),
    seconds: run.result.duration / 1000,
    form: long ? 'long' : 'short',
    exitStatus: run.exitStatus,
    tools: toolsOf(run.playwright),
    scenarios: tests.map(entryOf),
  };
  writeFileSync(join(outDir, 'record.json'), encodeScenarioRecord(record));
  writeFileSync(join(outDir, 'report.html'), renderScenarioPage(record));
  writeStepSummary(record);
  return record;
}

export function toolsOf(playwright: string): ScenarioRecord['tools'] {
  const { version } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { version: string };
  return { neai: version, node: process.versions.node, playwright };
}

/** One scenario as the record has it, from what is known of it by now. */
export function entryOf(test: TestCase): RecordedScenario {
  const outcome = OUTCOMES[test.outcome()];
  const failure = outcome === 'failed' || outcome === 'flaky' ? failureOf(test) : undefined;
  return {
    title: test.title,
    file: relative(process.cwd(), test.location.file),
    line: test.location.line,
    tags: [...test.tags],
    outcome,
    reason: outcome === 'not run' ? reasonOf(test) : null,
    failure: failure ? { ...failure, code: failure.code ?? null } : null,
    warnings: warningsOf(test),
    attempts: test.results.map((result) => ({
      status: result.status,
      seconds: Math.max(0, result.duration) / 1000,
      facts: factsOf(result),
      files: result.attachments.flatMap(({ path }) => (path ? [relative(readSettings().outDir, path)] : [])),
    })),
  };
}
