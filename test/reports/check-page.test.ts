import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/shared/random.ts';
import { runNeai } from '../cli/run-neai.ts';
import { chromiumPath, launchChromium, overflowPx, plottedPoints, textOf } from './browser.ts';

const executable = chromiumPath();
const AXES = 2;
const SAMPLES = 16;
const LINES = 40;
const random = seededRandom(8);
const regular = Array.from({ length: LINES }, () =>
  Array.from({ length: AXES * SAMPLES }, (_, i) => Math.fround(Number((i + random.normal()).toFixed(3)))),
);
/** A name as a careless or hostile user may have it. */
const HOSTILE = `<img src=x onerror=alert(1)>${'long-name-'.repeat(12)}.csv`;

let folder = '';
let browser: Browser;
let page: Page;
let url = '';
const complaints: string[] = [];
const requests: string[] = [];

beforeAll(async () => {
  if (executable === null) return;
  folder = await mkdtemp(join(tmpdir(), 'neai-check-page-'));
  await writeFile(join(folder, 'regular.csv'), regular.map((line) => line.join(',')).join('\n'));
  const spoiled = regular.map((line, i) => (i === 4 ? 'x' : line.map((v) => 3 * v).join(',')));
  await writeFile(join(folder, HOSTILE), spoiled.join('\n'));
  const made = await runNeai(
    folder,
    ...['check', '--regular', 'regular.csv', '--abnormal', HOSTILE, '--axes', String(AXES)],
    ...['--sampling-frequency', '100', '--plot', 'page.html'],
  );
  expect(made.exitCode, made.stderr).toBe(2);
  browser = await launchChromium(executable);
  page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  url = pathToFileURL(join(folder, 'page.html')).href;
  await page.goto(url);
});
afterAll(async () => {
  await browser?.close();
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});
beforeEach((context) => {
  if (executable === null) context.skip('no Chromium: install Debian\'s "chromium" or name one in CHROMIUM');
});

describe('the page of a check', () => {
  test('opens from a disk without asking for anything else and without a complaint', async () => {
    expect(requests).toEqual([url]);
    expect(complaints).toEqual([]);
    expect(await page.locator('img').count()).toBe(0);
  });

  test('plots mean, minimum, maximum and standard deviation of each sample over all lines', async () => {
    for (let axis = 0; axis < AXES; axis++) {
      const plotted = await plottedPoints(page, `plot-0-${axis}`);
      for (let sample = 0; sample < SAMPLES; sample++) {
        const column = regular.map((line) => line[sample * AXES + axis]!);
        const mean = column.reduce((sum, value) => sum + value, 0) / LINES;
        const deviation = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / LINES);
        const at = (name: string) => plotted[name]![sample]!;
        expect(at('mean')[0]).toBe(sample + 1);
        expect(at('mean')[1]).toBeCloseTo(mean, 5);
        expect(at('minimum')[1]).toBeCloseTo(Math.min(...column), 5);
        expect(at('maximum')[1]).toBeCloseTo(Math.max(...column), 5);
        expect(at('one deviation below')[1]).toBeCloseTo(mean - deviation, 4);
        expect(at('standard deviation')[1]).toBeCloseTo(2 * deviation, 4);
      }
    }
  });

  test('tells findings, sizes and sampling of every file', async () => {
    expect(await textOf(page, '#file-0')).toContain('40 lines, 2 × 16 samples');
    expect(await textOf(page, '#file-0')).toContain('0.16 s');
    const refused = await textOf(page, '#file-1');
    for (const word of ['refused', 'abnormal', 'not a number', '5:1', '<img src=x'])
      expect(refused).toContain(word);
  });

  test('the arrow keys step through the samples', async () => {
    await page.locator('#plot-0-1').focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft']) await page.keyboard.press(key);
    expect(await textOf(page, '#readout-0-1')).toContain('Sample 2 · mean');
    await page.keyboard.press('End');
    expect(await textOf(page, '#readout-0-1')).toContain('Sample 16 · mean');
  });

  test('nothing overflows at 400 and 1600 pixels, in either theme or on paper', async () => {
    for (const width of [400, 1600]) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, media: 'screen' });
        expect(await overflowPx(page)).toBeLessThanOrEqual(0);
      }
      // Plots follow their places.
      await page.waitForFunction(FITTING);
      await page.emulateMedia({ media: 'print' });
      expect(await overflowPx(page)).toBeLessThanOrEqual(0);
      await page.emulateMedia({ media: 'screen' });
    }
  });

  test('the theme button changes the page and changes it back', async () => {
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const before = await ground();
    await page.locator('#theme').click();
    expect(await ground()).not.toBe(before);
    await page.locator('#theme').click();
    expect(await ground()).toBe(before);
  });
});

const FITTING = `[...document.querySelectorAll('.plot')].every((plot) =>
  [...plot.querySelectorAll('canvas')].every((canvas) => canvas.clientWidth <= plot.clientWidth))`;
