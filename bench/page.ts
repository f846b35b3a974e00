/**
 * `npm run bench:page`: how large the page of a run with ten thousand signals is, and how long Chromium takes to open it:
 * until its first plot stands, and until all do. The best of a few runs, since everything else only adds to it.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { writeReport } from '../reports/write-report.ts';
import { syntheticRun } from '../test/record/synthetic-run.ts';
import { writeMetrics } from './write-metrics.ts';

interface Opened {
  readonly firstMs: number;
  readonly allMs: number;
  readonly firstWorkMs: number;
  readonly allWorkMs: number;
}

const ROUNDS = 5;
const executablePath = [process.env['CHROMIUM'], '/usr/bin/chromium', chromium.executablePath()].find(
  (path) => path !== undefined && path !== '' && existsSync(path),
);
if (executablePath === undefined) throw new Error('no Chromium: install it or name one in CHROMIUM');

const folder = mkdtempSync(join(tmpdir(), 'neai-bench-page-'));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  const run = syntheticRun({ learn: 2000, nominal: 4000, anomaly: 4000, divergesAt: 7000 });
  const started = performance.now();
  const file = await writeReport(run, join(folder, 'report.html'));
  const writtenMs = performance.now() - started;
  const opened: Opened[] = [];
  for (let round = 0; round < ROUNDS; round++) opened.push(await open(file));
  writeMetrics('page', [
    { name: 'signals', value: 10_000, unit: '', goal: 'given' },
    { name: 'pageMegabytes', value: statSync(file).size / 1e6, unit: 'MB', goal: 'below 3' },
    { name: 'writeMilliseconds', value: writtenMs, unit: 'ms', goal: 'reported' },
    { name: 'firstPlotMilliseconds', value: least('firstMs'), unit: 'ms', goal: 'below 2000' },
    { name: 'firstPlotWork', value: least('firstWorkMs'), unit: 'ms of its thread', goal: 'reported' },
    { name: 'allPlotsWork', value: least('allWorkMs'), unit: 'ms of its thread', goal: 'reported' },
    { name: 'allPlotsMilliseconds', value: least('allMs'), unit: 'ms', goal: 'below 2000' },
  ]);

  function least(name: keyof Opened): number {
    return Math.min(...opened.map((one) => one[name]));
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

/**
 * Opens the page in a context of its own. Wall times are the page's own clock, from the start of the navigation; beside
 * them what the page's thread really worked, which a busy machine does not change.
 */
async function open(file: string): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1600, height: 900 } });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const workedMs = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
  };
  const before = await workedMs();
  await page.goto(pathToFileURL(file).href);
  const firstMs = await page.evaluate<number>(
    'performance.timing.loadEventEnd - performance.timing.navigationStart',
  );
  const firstWorkMs = (await workedMs()) - before;
  await page.locator('html[data-drawn=all]').waitFor({ state: 'attached' });
  const allMs = await page.evaluate<number>('performance.now()');
  const allWorkMs = (await workedMs()) - before;
  await context.close();
  return { firstMs, allMs, firstWorkMs, allWorkMs };
}
