import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../harness/reporters/verdict.ts';
import { renderScenarioPage } from '../../reports/scenario-page/scenario-page.ts';
import { decodeScenarioRecord, type ScenarioRecord } from '../../src/record/scenario-record.ts';

/** The short form of every scenario, on virtual boards, as `npm run scenarios` runs them. */
const NEAI = resolve(import.meta.dirname, '../../src/cli/main.ts');
const WITHIN_MS = 600_000;
const PAYLOAD_BYTES = 100_000;
let out: string;
let run: { exitCode: number | undefined; output: string };

interface Reported {
  readonly name: string;
  readonly status: string;
  readonly attachments: readonly { readonly name: string; readonly path: string }[];
}
const reported = (): Reported[] =>
  JSON.parse(readFileSync(join(out, 'ctrf.json'), 'utf8')).results.tests as Reported[];

const record = (): ScenarioRecord =>
  decodeScenarioRecord(readFileSync(join(out, 'record.json'), 'utf8'), 'record.json');

beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), 'neai-scenarios-'));
  const { exitCode, all } = await execa(process.execPath, [NEAI, 'test', '--out', out, '--workers', '2'], {
    all: true,
    reject: false,
    env: { FORCE_COLOR: '0', NEAI_HISTORY: join(out, 'history.db') },
  });
  run = { exitCode, output: all };
  // Said where everybody looks: a scenario that did not run has shown nothing.
  for (const line of all.split('\n')) if (line.startsWith('NOT RUN')) process.stdout.write(`${line}\n`);
}, WITHIN_MS);
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe('the scenarios, in their short form on virtual boards', () => {
  it('all pass, and every one of them runs', () => {
    expect(run.exitCode, run.output.slice(-6000)).toBe(0);
    const verdict = JSON.parse(readFileSync(join(out, 'verdict.json'), 'utf8')) as Verdict;
    expect(verdict).toMatchObject({ failed: 0, flaky: 0, notRun: 0 });
    expect(verdict.passed).toBeGreaterThanOrEqual(20);
  });

  it('leave their frames, transcript, console, scores and knowledge, thinned, in the reports', () => {
    for (const { name, attachments } of reported()) {
      const names = attachments.map((attachment) => attachment.name);
      expect(names, name).toEqual(
        expect.arrayContaining([
          'frames.log',
          'openocd.log',
          'console.log',
          'scores.csv',
          'knowledge-before.bin',
          'knowledge-after.bin',
        ]),
      );
      for (const { path } of attachments) expect(existsSync(path), `${name}: ${path}`).toBe(true);
      const log = attachments.find((attachment) => attachment.name === 'frames.log')!;
      expect(statSync(log.path).size, `${name}: thinned`).toBeLessThan(250_000);
    }
    expect(existsSync(join(out, 'html/index.html'))).toBe(true);
    expect(readFileSync(join(out, 'junit.xml'), 'utf8')).toContain('failures="0"');
  });

  it('move at most 100 KB each, and say how much', () => {
    for (const { title, attempts } of record().scenarios) {
      const { payloadBytes, calls } = attempts[0]!.facts!;
      expect(calls, title).toBeGreaterThan(0);
      expect(payloadBytes, title).toBeLessThanOrEqual(PAYLOAD_BYTES);
    }
    const [line] = /^payload: .* KB in all, at most .*$/m.exec(run.output) ?? [];
    expect(line).toBeDefined();
    process.stdout.write(
      `scenarios, short form: ${record().seconds.toFixed(0)} s with two workers; ${line}\n`,
    );
  });

  it('leave a record, and a page made of it that leads to all evidence and says that it is virtual', () => {
    expect(record()).toMatchObject({ form: 'short', exitStatus: 0 });
    const page = readFileSync(join(out, 'report.html'), 'utf8');
    expect(page).toBe(renderScenarioPage(record()));
    expect(page).toContain('no sign-off of silicon');
    const links = [...page.matchAll(/ href="([^"#]+)"/g)].map(([, link]) => link!);
    expect(links.length).toBeGreaterThanOrEqual(7 * record().scenarios.length);
    for (const link of links) expect(existsSync(resolve(out, link)), link).toBe(true);
  });
});
