import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decodeClassSearchRecord, encodeClassSearchRecord } from '../../src/record/codec.ts';
import {
  chromiumPath,
  launchChromium,
  openClassPage,
  overflowPx,
  plottedPoints,
  seriousFaults,
} from './browser.ts';
import { classSearch } from './class-records.ts';

const executable = chromiumPath();
const RECORD = classSearch();

let browser: Browser;
beforeAll(async () => {
  if (executable !== null) browser = await launchChromium(executable);
});
afterAll(async () => {
  if (executable !== null) await browser.close();
});
beforeEach((context) => {
  if (executable === null) context.skip('no Chromium: install Debian\'s "chromium" or name one in CHROMIUM');
});

describe('the page of a search for a classifier', () => {
  test('opens without a complaint, shows every count of the confusion and draws every candidate', async () => {
    await using opened = await openClassPage(browser, RECORD);
    const { page } = opened;
    expect(opened.requests).toEqual([opened.url]);
    expect(opened.complaints).toEqual([]);
    for (const part of ['crossValidated', 'heldOut'] as const) {
      for (const [truth, row] of RECORD[part].confusion.entries()) {
        for (const [told, lines] of row.entries()) {
          const cell = page.locator(`[data-confusion="${part}-${truth}-${told}"]`);
          expect(await cell.textContent()).toBe(String(lines));
        }
      }
    }
    expect(await page.locator('#classes tbody tr:nth-child(2) td:last-child').textContent()).toBe(
      'bearing & race (8)',
    );
    expect(await page.locator('h1').textContent()).toContain('3 classes, 3 axes × 64 samples');
    expect(await page.locator('.headline strong').textContent()).toBe('Balanced accuracy below 90 %');
    const { candidates: dots } = await plottedPoints(page, 'plot-evolution');
    expect(dots).toHaveLength(RECORD.candidates.index.length);
    const { winner } = await plottedPoints(page, 'plot-candidates');
    expect(winner).toEqual([[900, 87, 20]]);
  });

  test('has no serious fault for assistive technology, and nothing overflows', async () => {
    await using opened = await openClassPage(browser, RECORD);
    for (const width of [400, 1600]) {
      await opened.page.setViewportSize({ width, height: 900 });
      expect(await overflowPx(opened.page)).toBeLessThanOrEqual(0);
    }
    for (const colorScheme of ['light', 'dark'] as const) {
      await opened.page.emulateMedia({ colorScheme });
      expect(await seriousFaults(opened.page)).toEqual([]);
    }
  });
});

test('its record comes back as it was, and is refused when it contradicts itself', () => {
  expect(decodeClassSearchRecord(encodeClassSearchRecord(RECORD), 'f')).toEqual(RECORD);
  const short = { ...RECORD, heldOut: { ...RECORD.heldOut, confusion: [[1]] } };
  expect(() => encodeClassSearchRecord(short)).toThrow('contradicts its own schema');
});
