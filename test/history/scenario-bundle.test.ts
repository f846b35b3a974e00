import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeScenarioRecord, type ScenarioRecord } from '../../src/record/scenario-record.ts';
import { runNeai } from '../cli/run-neai.ts';

const folder = mkdtempSync(join(tmpdir(), 'neai-scenario-bundle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const FILES = ['evidence/breaks-1234/frames.log', 'evidence/breaks-1234/knowledge-after.bin'];
const scenario = {
  ...{
    file: 'a.scenario.ts',
    line: 1,
    tags: [],
    outcome: 'passed',
    reason: null,
    failure: null,
    warnings: [],
  },
  attempts: [{ status: 'passed', seconds: 1, facts: null, files: [] }],
} satisfies Omit<ScenarioRecord['scenarios'][number], 'title'>;
const record: ScenarioRecord = {
  ...{ format: 'neai-scenario-record', formatVersion: 1, startedAt: '2026-11-20T23:15:00.000Z', seconds: 3 },
  ...{ form: 'short', exitStatus: 1, tools: { neai: '0.1.0', node: '24.0.0', playwright: '1.65.1' } },
  scenarios: [
    { ...scenario, title: 'holds' },
    {
      ...{ ...scenario, title: 'breaks', outcome: 'failed' },
      failure: { class: 'product', code: 'EXPECTATION_MISSED', message: '1 < 2' },
      // What lies elsewhere belongs to somebody else.
      attempts: [{ status: 'failed', seconds: 2, facts: null, files: [...FILES, '../elsewhere.log'] }],
    },
  ],
};

describe('a bundle of evidence of a run of scenarios', () => {
  const zip = join(folder, 'evidence.zip');
  beforeAll(() => {
    mkdirSync(join(folder, 'evidence', 'breaks-1234'), { recursive: true });
    writeFileSync(join(folder, 'record.json'), encodeScenarioRecord(record));
    writeFileSync(join(folder, 'report.html'), '<p>page</p>');
    for (const [index, file] of FILES.entries()) writeFileSync(join(folder, file), `evidence ${index}\n`);
  });

  test('holds reports and all that the record names, has the same bytes each time, and is verified', async () => {
    const made = JSON.parse((await runNeai(folder, 'evidence', '.', '--json')).stdout);
    expect(made).toMatchObject({ runId: '20261120-231500-test', path: zip });
    const first = readFileSync(zip);
    await runNeai(folder, 'evidence', '.');
    expect(readFileSync(zip)).toEqual(first);
    const verified = await runNeai(folder, 'verify', zip, '--json');
    expect(verified.exitCode, verified.stderr).toBe(0);
    expect(JSON.parse(verified.stdout)).toMatchObject({
      ...{ runId: '20261120-231500-test', members: 5, intact: true, sha256: made.sha256 },
      recorded: { exitStatus: 1, passed: 1, failed: 1, flaky: 0, 'not run': 0 },
      emulator: { verdict: 'not shown', reason: expect.stringMatching(/holds no firmware/) },
    });
  }, 60_000);

  test('names a byte that was changed, and evidence that was not there to be packed', async () => {
    const changed = readFileSync(zip);
    const at = changed.indexOf('evidence/breaks-1234/frames.log') + 40;
    changed[at]! ^= 1;
    writeFileSync(join(folder, 'changed.zip'), changed);
    rmSync(join(folder, FILES[1]!));
    await runNeai(folder, 'evidence', '.', '--out', 'lacking.zip');
    for (const [file, named] of [
      ['changed.zip', /BUNDLE_DAMAGED: .*/],
      ['lacking.zip', /knowledge-after\.bin: the record names it/],
    ] as const) {
      const { exitCode, stderr } = await runNeai(folder, 'verify', file);
      expect(exitCode).not.toBe(0);
      expect(stderr).toMatch(named);
    }
  }, 60_000);
});
