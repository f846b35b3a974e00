import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { TestCase, TestResult } from '@playwright/test/reporter';
import { type AttemptFacts, attemptFactsSchema } from '../../src/record/scenario-record.ts';
import { FACTS_FILE } from '../evidence-folder.ts';
import { failureOf, reasonOf } from './judgement.ts';

/** What the process that holds the boards tells of an attempt; null when it told nothing, or no board was borrowed. */
export function factsOf({ attachments }: TestResult): AttemptFacts | null {
  const evidence = attachments.find(({ path }) => path !== undefined && basename(path) === FACTS_FILE)?.path;
  const text = evidence !== undefined && existsSync(evidence) ? readFileSync(evidence, 'utf8') : '';
  // It is written last: nothing stands in it when the process that holds the boards was killed.
  return text === '' ? null : attemptFactsSchema.parse(JSON.parse(text));
}

/**
 * What a scenario's last attempt ran on and how it was judged, by name: properties of JUnit, labels of CTRF. What is
 * not known is left out.
 */
export function propertiesOf(test: TestCase): Record<string, string> {
  const last = test.results.at(-1);
  const facts = last === undefined ? null : factsOf(last);
  const outcome = test.outcome();
  const failure = outcome === 'unexpected' || outcome === 'flaky' ? failureOf(test) : null;
  const properties = {
    board: facts?.board,
    slot: facts?.slot,
    evidence:
      facts === null ? null : [facts.evidence.kind, facts.evidence.uniqueId].filter(Boolean).join(' '),
    probe: facts?.probeSerial,
    library: facts?.libraryId,
    firmware: facts?.firmwareBuildId,
    calls: facts?.calls,
    payloadBytes: facts?.payloadBytes,
    'failure class': failure?.class,
    'failure code': failure?.code,
    'not run because': outcome === 'skipped' ? reasonOf(test) : null,
  };
  const known = Object.entries(properties).flatMap(([name, value]) =>
    value === null || value === undefined || value === '' ? [] : [[name, String(value)] as const],
  );
  return Object.fromEntries(known);
}
