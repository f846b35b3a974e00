import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { registerReport } from '../../src/cli/report.ts';
import { encodeRunRecord } from '../../src/record/codec.ts';
import {
  type AttemptFacts,
  encodeScenarioRecord,
  type ScenarioRecord,
} from '../../src/record/scenario-record.ts';
import { syntheticRun } from '../record/synthetic-run.ts';
import {
  chromiumPath,
  launchChromium,
  type OpenedReport,
  openFile,
  overflowAnywhere,
  seriousFaults,
  textOf,
} from './browser.ts';

const executable = chromiumPath();
const LIBRARY = syntheticRun().library.id;
const facts: AttemptFacts = {
  ...{ slot: 'virtual-1', board: 'nucleo-l432kc', evidence: { kind: 'virtual', uniqueId: null } },
  ...{ probeSerial: '066E', libraryId: LIBRARY, firmwareBuildId: null, ending: 'passed' },
  ...{ payloadBytes: 1, calls: 1, similarities: [] },
};
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
  attempts: [{ status: 'passed', seconds: 1, facts, files: [] }],
} satisfies Omit<ScenarioRecord['scenarios'][number], 'title'>;
const SCENARIOS: ScenarioRecord = {
  ...{ format: 'neai-scenario-record', formatVersion: 1, startedAt: '2026-11-20T23:15:00.000Z', seconds: 3 },
  ...{ form: 'short', exitStatus: 1, tools: { neai: '0.1.0', node: '24.0.0', playwright: '1.65.1' } },
  scenarios: [
    { ...scenario, title: 'learns <b>' },
    { ...scenario, title: 'waits a day', outcome: 'not run', reason: 'no control socket', attempts: [] },
  ],
};
const SILICON = syntheticRun({ evidence: { kind: 'silicon', uniqueId: '0034002d3137510c39383538' } });

let folder: string;
let browser: Browser;
let opened: OpenedReport;
let printed = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-overview-'));
  const records = {
    'old/20261119': encodeRunRecord({ ...syntheticRun(), startedAt: '2026-11-19T23:15:00.000Z' }),
    'new/20261120': encodeRunRecord(syntheticRun({ divergesAt: 75 })),
    silicon: encodeRunRecord(SILICON),
    scenarios: encodeScenarioRecord(SCENARIOS),
    broken: '{"format":"neai-run-record","formatVersion":1}',
  };
  for (const [name, text] of Object.entries(records)) {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, 'record.json'), text);
  }
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
  const program = new Command('neai');
  registerReport(program);
  await program.parseAsync(['report', folder], { from: 'user' });
  vi.restoreAllMocks();
  if (executable === null) return;
  browser = await launchChromium(executable);
  opened = await openFile(browser, join(folder, 'overview.html'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  if (executable !== null) await browser.close();
});

describe('the page over many runs', () => {
  test('is written by neai report from a folder of folders, and says what it left out', () => {
    expect(printed).toContain(`4 records\nreport ${join(folder, 'overview.html')}\n`);
    expect(printed).toMatch(/^left out .*broken\/record\.json: The run record has another version\./);
  });

  test.skipIf(executable === null)(
    'shows the newest run of every pair, and NOT RUN where there is none',
    async () => {
      const { page, requests, complaints, url } = opened;
      expect(requests).toEqual([url]);
      expect(complaints).toEqual([]);
      const heads = await page.locator('#matrix thead th').allTextContents();
      expect(heads.map((text) => text.replace(LIBRARY.slice(0, 8), ''))).toEqual([
        'nucleo-l432kcsilicon',
        'nucleo-l432kcvirtual',
      ]);
      const rows = await page
        .locator('#matrix tbody tr')
        .evaluateAll((all) =>
          all.map((row) => [
            row.querySelector('th')?.textContent,
            ...[...row.querySelectorAll('td')].map((cell) => cell.getAttribute('data-outcome')),
          ]),
        );
      expect(rows).toEqual([
        ['compare', 'PASS', 'FAIL'],
        ['learns <b>', 'NOT RUN', 'PASS'],
        ['waits a day', 'NOT RUN', 'NOT RUN'],
      ]);
      for (const [outcome, many] of [
        ['PASS', 2],
        ['FAIL', 1],
        ['NOT RUN', 3],
      ] as const) {
        expect(await textOf(page, `[data-tally="${outcome}"]`)).toBe(String(many));
      }
      expect(
        await page.locator('#matrix a').evaluateAll((all) => all.map((one) => one.getAttribute('href'))),
      ).toEqual([
        'silicon/report.html',
        'new/20261120/report.html',
        'scenarios/report.html',
        'scenarios/report.html',
      ]);
      const attention = await textOf(page, '#attention');
      expect(attention).toMatch(/✕ FAIL compare .*equivalence: first difference at call 75/);
      expect(attention).toContain('no control socket');
      expect(attention).toContain('no run of it was found');
    },
  );

  test.skipIf(executable === null)('what did not run is as loud as what failed', async () => {
    const ground = (outcome: string): Promise<string> =>
      opened.page.evaluate(
        `getComputedStyle(document.querySelector('#matrix td[data-outcome="${outcome}"]')).backgroundColor`,
      );
    const [fail, notRun, pass] = [await ground('FAIL'), await ground('NOT RUN'), await ground('PASS')];
    // Both are filled; a pass is a pale ground.
    for (const loud of [fail, notRun]) expect(luminance(loud)).toBeLessThan(luminance(pass) / 2);
  });

  test.skipIf(executable === null)(
    'keeps within its window, and axe finds no serious fault, light or dark',
    async () => {
      const { page } = opened;
      expect(await overflowAnywhere(page)).toEqual([]);
      expect(await seriousFaults(page)).toEqual([]);
      await page.locator('#theme').click();
      expect(await seriousFaults(page)).toEqual([]);
    },
  );
});

const luminance = (colour: string): number =>
  (colour.match(/\d+/g) ?? []).reduce((sum, one) => sum + Number(one), 0);
