import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderScenarioPage } from '../../reports/scenario-page/scenario-page.ts';
import {
  type AttemptFacts,
  decodeScenarioRecord,
  encodeScenarioRecord,
  type RecordedScenario,
  type ScenarioRecord,
} from '../../src/record/scenario-record.ts';
import {
  chromiumPath,
  launchChromium,
  type OpenedReport,
  openFile,
  overflowAnywhere,
  seriousFaults,
} from './browser.ts';

const executable = chromiumPath();
let browser: Browser;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-scenario-page-'));
  if (executable !== null) browser = await launchChromium(executable);
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

const facts: AttemptFacts = {
  slot: 'bench-1',
  board: 'nucleo-l432kc',
  evidence: { kind: 'silicon', uniqueId: '0032002e3137511639373538' },
  probeSerial: '066CFF',
  libraryId: 'a'.repeat(24),
  firmwareBuildId: null,
  ending: 'failed',
  payloadBytes: 64_000,
  calls: 3,
  similarities: [100, 12],
};
const passed: RecordedScenario = {
  title: 'holds',
  file: 'scenarios/a.scenario.ts',
  line: 3,
  tags: ['@night'],
  outcome: 'passed',
  reason: null,
  failure: null,
  warnings: [],
  attempts: [{ status: 'passed', seconds: 1.5, facts: null, files: [] }],
};
const failed: RecordedScenario = {
  ...passed,
  title: 'breaks <b>',
  outcome: 'failed',
  failure: { class: 'product', code: 'EXPECTATION_MISSED', message: '1 < 2' },
  warnings: ['bits of int16 read as float'],
  attempts: [{ status: 'failed', seconds: 2, facts, files: ['evidence/breaks-1234/frames.log'] }],
};
const record: ScenarioRecord = {
  format: 'neai-scenario-record',
  formatVersion: 1,
  startedAt: '2026-11-20T23:15:00.000Z',
  seconds: 70,
  form: 'short',
  exitStatus: 1,
  tools: { neai: '0.1.0', node: '24.0.0', playwright: '1.65.1' },
  scenarios: [
    passed,
    { ...passed, title: 'waits', outcome: 'not run', reason: '20 min of real time' },
    failed,
  ],
};

describe('the page of a run of scenarios', () => {
  const page = renderScenarioPage(record);

  test('begins with what has to be looked at, with class, code, message and evidence', () => {
    const outcomes = [...page.matchAll(/data-outcome="([^"]+)"/g)].map(([, outcome]) => outcome);
    expect(outcomes).toEqual(['failed', 'not run', 'passed']);
    expect(page).toContain('product, EXPECTATION_MISSED: 1 &lt; 2');
    expect(page).toContain('breaks &lt;b&gt;');
    expect(page).toContain('href="evidence/breaks-1234/frames.log"');
    expect(page).toContain('NOT RUN:</b> 20 min of real time');
    expect(page).toContain('warning: bits of int16 read as float');
    expect(page).toContain('2 similarities, 1 below 90');
  });

  test('names the board that the evidence is from', () => {
    expect(page).toContain('silicon <code>0032002e3137511639373538</code>');
    expect(page).not.toContain('no sign-off of silicon');
    const virtual = { ...facts, evidence: { kind: 'virtual' as const, uniqueId: null } };
    const scenarios = [{ ...failed, attempts: [{ ...failed.attempts[0]!, facts: virtual }] }];
    expect(renderScenarioPage({ ...record, scenarios })).toContain('no sign-off of silicon');
  });

  test('asks no network and runs no script but its own', () => {
    expect(page).not.toMatch(/https?:\/\//);
    expect(page).toMatch(/default-src &#39;none&#39;; script-src &#39;sha256-/);
    expect(page.match(/<script/g)).toHaveLength(2);
  });

  describe.skipIf(executable === null)('in a browser', () => {
    const open = async (width: number): Promise<OpenedReport> => {
      const file = join(folder, 'report.html');
      await writeFile(file, page);
      return openFile(browser, file, { viewport: { width, height: 900 } });
    };

    test.each([400, 1600])(
      'nothing overflows at %i pixels, and axe finds no serious fault, light and dark',
      async (width) => {
        await using opened = await open(width);
        expect(await overflowAnywhere(opened.page)).toEqual([]);
        expect(await seriousFaults(opened.page)).toEqual([]);
        await opened.page.locator('#theme').click();
        expect(await seriousFaults(opened.page)).toEqual([]);
        expect(opened.complaints).toEqual([]);
      },
    );

    test('shows one outcome alone by keyboard, and all again; what was not run is no less loud than what failed', async () => {
      await using opened = await open(1600);
      const rows = opened.page.locator('#scenarios tbody tr:visible');
      await opened.page.locator('[data-filter="not run"]').focus();
      await opened.page.keyboard.press('Enter');
      expect(await rows.count()).toBe(1);
      expect(await rows.getAttribute('data-outcome')).toBe('not run');
      await opened.page.keyboard.press('Escape');
      expect(await rows.count()).toBe(3);
      const filled = await opened.page.evaluate<string[]>(
        "[...document.querySelectorAll('tr.fail .badge, tr.notrun .badge')].map((badge) => getComputedStyle(badge).backgroundColor)",
      );
      expect(filled).toHaveLength(2);
      for (const colour of filled) expect(colour).not.toBe('rgba(0, 0, 0, 0)');
    });
  });

  test('is made of a record that can be read back', () => {
    expect(decodeScenarioRecord(encodeScenarioRecord(record), 'record.json')).toEqual(record);
    expect(() => decodeScenarioRecord('{"format":"neai-run-record"}', 'record.json')).toThrow(
      expect.objectContaining({ code: 'RECORD_INVALID' }),
    );
  });
});
