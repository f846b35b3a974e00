import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openHistory } from '../../src/history/database.ts';
import { flakeRates } from '../../src/history/flakes.ts';
import { importScenarios } from '../../src/history/import-record.ts';
import { readRuns } from '../../src/history/read-runs.ts';
import type { AttemptFacts, RecordedScenario, ScenarioRecord } from '../../src/record/scenario-record.ts';
import { Project } from '../harness/project.ts';

const project = new Project({
  'boardless.scenario.ts': `import { expect, test } from 'harness';
test('passes', async () => {});
test('passes when tried again', async ({}, testInfo) => { expect(testInfo.retry).toBe(1); });
test('fails', async () => { expect(1).toBe(2); });
`,
});
afterAll(() => project.remove());

const FACTS: AttemptFacts = {
  slot: 'virtual-1',
  board: 'nucleo-l432kc',
  evidence: { kind: 'virtual', uniqueId: '0034002d3137510c39383538' },
  probeSerial: '00',
  libraryId: '5e1c0f9a77d24b3381c6aa02',
  firmwareBuildId: 'f1',
  ending: 'passed',
  payloadBytes: 0,
  calls: 0,
  similarities: [100, 98],
};

/** One scenario with an attempt a letter: p passed, f failed by the rack. */
const scenario = (title: string, attempts: string): RecordedScenario => ({
  title,
  file: 'a.scenario.ts',
  line: 1,
  tags: [],
  outcome: attempts === 'p' ? 'passed' : attempts.endsWith('p') ? 'flaky' : 'failed',
  reason: null,
  failure:
    attempts === 'p' ? null : { class: 'rack', code: 'SERIAL_SILENT', message: 'the board did not answer' },
  warnings: [],
  attempts: Array.from(attempts, (letter) => ({
    status: letter === 'p' ? 'passed' : 'failed',
    seconds: 2,
    facts: FACTS,
    files: [],
  })),
});

describe('scenarios in a history', () => {
  test('are kept by neai test unless it is told not to, each with all its attempts', async () => {
    const run = await project.test('--retries', '1');
    expect(run.exitCode, run.output).toBe(1);
    const database = openHistory(join(project.folder, 'runs', 'history.db'), { mustExist: true });
    const kept = readRuns(database);
    expect(kept.map(({ scenario: title, outcome, state }) => [title, outcome, state])).toEqual([
      ['passes', 'passed', 'complete'],
      ['passes when tried again', 'flaky', 'complete'],
      ['fails', 'failed', 'complete'],
    ]);
    expect(kept[1]!.attempts.map(({ status }) => status)).toEqual(['failed', 'passed']);
    expect(kept[0]!.runId).toMatch(/^\d{8}-\d{6}-test-[a-z0-9.]+-1\/1$/);
    await project.test('--no-history');
    expect(readRuns(database)).toHaveLength(3);
    database.close();
  }, 480_000);

  test('have a flake rate over the attempts of the same thing on the same board', () => {
    const database = openHistory(':memory:');
    const record = (scenarios: RecordedScenario[], startedAt: string): ScenarioRecord => ({
      ...{
        format: 'neai-scenario-record',
        formatVersion: 1,
        startedAt,
        seconds: 10,
        form: 'short',
        exitStatus: 0,
      },
      tools: { neai: '0.1.0', node: '24', playwright: '1' },
      scenarios,
    });
    const place = { folder: null, commit: 'c1' };
    const first = record(
      [scenario('steady', 'p'), scenario('shaky', 'fp'), scenario('broken', 'ff')],
      '2026-11-20T10:00:00.000Z',
    );
    expect(importScenarios(database, first, { ...place, session: 's1' })).toBe(3);
    expect(importScenarios(database, first, { ...place, session: 's1' })).toBe(0);
    const next = record([scenario('steady', 'p'), scenario('shaky', 'p')], '2026-11-21T10:00:00.000Z');
    importScenarios(database, next, { ...place, session: 's2' });
    const rates = Object.fromEntries(flakeRates(readRuns(database)).map((rate) => [rate.scenario, rate]));
    expect(rates['steady']).toMatchObject({ attempts: 2, flaky: 0 });
    expect(rates['shaky']).toMatchObject({ attempts: 3, flaky: 1, rate: 1 / 3, classes: { rack: 1 } });
    // What never passes is not flaky: it is broken.
    expect(rates['broken']).toMatchObject({ attempts: 2, failed: 2, flaky: 0 });
  });
});
