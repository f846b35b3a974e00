import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import {
  writeClassSearchPage,
  writeDuelPage,
  writeReport,
  writeSearchPage,
  writeTrendPage,
} from '../../reports/write-report.ts';
import type { ClassSearchRecord } from '../../src/record/class-search-record.ts';
import type { DuelRecord } from '../../src/record/duel-record.ts';
import type { HistoryRecord } from '../../src/record/history-record.ts';
import type { RunRecord } from '../../src/record/run-record.ts';
import type { SearchRecord } from '../../src/record/search-record.ts';

/** Debian's. The shell has no windows: it takes half of the time to open a page. */
const DEBIANS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/** The browser to test pages in: the one named in CHROMIUM, Debian's, else Playwright's own; null when there is none. */
export function chromiumPath(): string | null {
  const candidates = [process.env['CHROMIUM'], ...DEBIANS, chromium.executablePath()];
  return candidates.find((path) => path !== undefined && path !== '' && existsSync(path)) ?? null;
}

export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
}

/** A report page opened from a disk, and everything that it asked for or complained of. */
export interface OpenedReport extends AsyncDisposable {
  readonly page: Page;
  readonly requests: string[];
  readonly complaints: string[];
  readonly url: string;
}

/** Writes a run's page and opens it; as {@link openPage}. Its plots are drawn when it is given back. */
export async function openReport(
  browser: Browser,
  record: RunRecord,
  options?: BrowserContextOptions,
): Promise<OpenedReport> {
  const opened = await openPage(browser, (path) => writeReport(record, path), options);
  await opened.page.locator('html[data-drawn=all]').waitFor({ state: 'attached' });
  return opened;
}

/** Writes a search's page and opens it; as {@link openPage}. */
export const openSearchPage = (
  browser: Browser,
  record: SearchRecord,
  options?: BrowserContextOptions,
): Promise<OpenedReport> => openPage(browser, (path) => writeSearchPage(record, path), options);

/** Writes the page of a search for a classifier and opens it; as {@link openPage}. */
export const openClassPage = (browser: Browser, record: ClassSearchRecord): Promise<OpenedReport> =>
  openPage(browser, (path) => writeClassSearchPage(record, path));

/** Writes a duel's page and opens it; as {@link openPage}. */
export const openDuelPage = (
  browser: Browser,
  record: DuelRecord,
  options?: BrowserContextOptions,
): Promise<OpenedReport> => openPage(browser, (path) => writeDuelPage(record, path), options);
/** Writes the page of a history and opens it; as {@link openPage}. */
export const openTrendPage = (
  browser: Browser,
  record: HistoryRecord,
  options?: BrowserContextOptions,
): Promise<OpenedReport> => openPage(browser, (path) => writeTrendPage(record, path), options);

/** Writes a page into a folder of its own and opens it as a user would: by its file. */
async function openPage(
  browser: Browser,
  write: (path: string) => Promise<string>,
  options: BrowserContextOptions = {},
): Promise<OpenedReport> {
  const folder = await mkdtemp(join(tmpdir(), 'neai-report-'));
  const opened = await openFile(browser, await write(join(folder, 'report.html')), options);
  return {
    ...opened,
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

/** Opens a page that lies on the disk. */
export async function openFile(
  browser: Browser,
  file: string,
  options: BrowserContextOptions = {},
): Promise<OpenedReport> {
  const url = pathToFileURL(file).href;
  const context = await browser.newContext({ viewport: { width: 1600, height: 900 }, ...options });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', async (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  await page.goto(url);
  return { page, requests, complaints, url, [Symbol.asyncDispose]: () => context.close() };
}

/** Pixels by which a page is wider than its window. */
export function overflowPx(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

/** Faults of the two graver kinds that axe finds, each with the first element that has it. */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => id + ': ' + nodes[0].target.join(' ') + ' ' + nodes[0].failureSummary))`);
}

/** Widths and grounds on which a page must keep within its window. */
export async function overflowAnywhere(page: Page): Promise<string[]> {
  const over: string[] = [];
  for (const width of [400, 1600]) {
    await page.setViewportSize({ width, height: 900 });
    for (const media of ['print', 'screen'] as const) {
      await page.emulateMedia({ media });
      const pixels = await overflowPx(page);
      if (pixels > 0) over.push(`${pixels} px at ${width} px on ${media}`);
    }
  }
  return over;
}

/** Text that a person reads, white space folded. */
export async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).allInnerTexts()).join(' ').replaceAll(/\s+/g, ' ').trim();
}

/** The points of a plot's series by name, as the plotting library holds them. */
export function plottedPoints(page: Page, plot: string): Promise<Record<string, number[][]>> {
  return page.evaluate(`(() => {
    const option = echarts.getInstanceByDom(document.getElementById('${plot}')).getOption();
    return Object.fromEntries(option.series.filter((one) => one.name).map((one) =>
      [one.name, one.data.map((point) => Array.isArray(point) ? point : point?.value ?? point)]));
  })()`);
}
