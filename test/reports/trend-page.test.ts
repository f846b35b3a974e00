import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeHistoryRecord } from '../../src/record/history-record.ts';
import { syntheticHistory } from '../record/synthetic-history.ts';
import {
  chromiumPath,
  launchChromium,
  type OpenedReport,
  openTrendPage,
  overflowAnywhere,
  seriousFaults,
  textOf,
} from './browser.ts';

const executable = chromiumPath();
const HISTORY = syntheticHistory();
let browser: Browser;
let opened: OpenedReport;

beforeAll(async () => {
  if (executable === null) return;
  browser = await launchChromium(executable);
  opened = await openTrendPage(browser, HISTORY, { colorScheme: 'light' });
});
afterAll(async () => {
  if (executable === null) return;
  await opened[Symbol.asyncDispose]();
  await browser.close();
});
beforeEach((context) => {
  if (executable === null) context.skip('no Chromium: install Debian\'s "chromium" or name one in CHROMIUM');
});

const ofSubject = (kind: string) => HISTORY.series.filter((series) => series.kind === kind);

describe('the page of a history', () => {
  test('opens from a disk, without a request or a complaint, from a record that can be written', () => {
    expect(() => encodeHistoryRecord(HISTORY)).not.toThrow();
    expect(opened.requests).toEqual([opened.url]);
    expect(opened.complaints).toEqual([]);
  });

  test('says first which alarms stand and since when what differs, in the first screen', async () => {
    const { page } = opened;
    const alarms = HISTORY.series.flatMap(({ figure, alarms: own }) =>
      own.map((one) => ({ figure, ...one })),
    );
    expect(await page.locator('[data-alarm]').count()).toBe(alarms.length);
    const shown = await textOf(page, '#alarms');
    for (const { figure, sentence, run } of alarms) {
      expect(shown).toContain(`${figure}: ${sentence}`);
      expect(shown).toContain(HISTORY.runs[run]!.id);
    }
    const [since] = HISTORY.since;
    const text = await textOf(page, '#since');
    for (const part of [
      since!.sentence,
      HISTORY.runs[since!.lastGood!]!.id,
      HISTORY.runs[since!.firstBad]!.id,
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toContain('commit, compiler');
    const box = await page.locator('#since').boundingBox();
    expect(box!.y + box!.height).toBeLessThanOrEqual(900);
  });

  test('every run is a cell that leads to its page; NOT RUN and broken off are as loud as a failure', async () => {
    const { page } = opened;
    const labels = await page
      .locator('#runs .cells .cell')
      .evaluateAll((cells) => cells.map((cell) => `${cell.className} ${cell.getAttribute('aria-label')}`));
    expect(labels).toHaveLength(HISTORY.runs.length);
    expect(labels.filter((label) => label.startsWith('cell fail'))).toHaveLength(
      HISTORY.runs.filter(({ equivalence }) => equivalence?.verdict === 'FAIL').length,
    );
    expect(
      labels.filter((label) => label.startsWith('cell notrun')).map((label) => label.split(': ')[1]),
    ).toEqual(['broken off', 'NOT RUN']);
    const pages = await page
      .locator('#runs a.cell')
      .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('href')));
    expect(pages.toSorted()).toEqual(HISTORY.runs.flatMap((run) => run.page ?? []).toSorted());
  });

  test('plots hold every value, change and alarm of the chosen subject, and a run is marked in all of them', async () => {
    const { page } = opened;
    const choose = (value: string) => page.locator('#subject').selectOption(value);
    await choose('0');
    const kind = (await textOf(page, '#subject option:checked')).includes('(silicon)')
      ? 'silicon'
      : 'virtual';
    for (const [value, which] of [
      ['0', kind],
      ['1', kind === 'virtual' ? 'silicon' : 'virtual'],
    ]) {
      await choose(value!);
      expect(await plotted()).toEqual(
        ofSubject(which!).map(({ figure, values, changePoints, alarms, ratchet }) => ({
          figure,
          values,
          lines: changePoints.length + (ratchet === null ? 0 : 1),
          alarms: alarms.length,
        })),
      );
    }
    await choose(kind === 'virtual' ? '0' : '1');
    await page.locator('#trend-plots .plot').first().focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    expect(await textOf(page, '#run-readout')).toContain(HISTORY.runs[1]!.id);
    expect(await page.evaluate(CHOSEN)).toEqual(ofSubject('virtual').map(({ values }) => [1, values[1]]));
  });

  test('two runs stand side by side with what got better or worse and what else was not the same', async () => {
    const { page } = opened;
    const row = (name: string) =>
      page
        .locator('#comparison tbody tr')
        .filter({ has: page.locator('th', { hasText: new RegExp(`^${name}$`) }) })
        .textContent();
    expect(await page.locator('#compare-a').inputValue()).toBe(String(HISTORY.compare![0]));
    expect(await row('score difference')).toMatch(/0 points\s*3 points\s*worse \+3 points/);
    expect(await row('equivalence')).toMatch(/PASS\s*FAIL\s*differs/);
    expect(await row('compiler')).toMatch(/gcc 12\.2\.1\s*gcc 13\.3\.1\s*changed/);
    expect(await row('flash time')).toContain('no step found');
    await page.locator('#compare-a').selectOption('0');
    expect(await row('flash')).toMatch(/14,776 B\s*14,912 B\s*worse \+136 B \(\+0\.920 %\)/);
    expect(await row('flash time')).toContain('worse');
  });

  test('a baseline tells its bar and every move with its reason', async () => {
    const text = await textOf(opened.page, '#baseline');
    for (const part of ['14,776 B, set first', '14,912 B, accepted by lab', 'time stamps in answers']) {
      expect(text).toContain(part);
    }
  });

  test('keeps within its window at 400 and 1600 pixels and on paper; axe finds no serious fault, light or dark', async () => {
    const { page } = opened;
    expect(await overflowAnywhere(page)).toEqual([]);
    expect(await seriousFaults(page)).toEqual([]);
    await page.locator('#theme').click();
    expect(await seriousFaults(page)).toEqual([]);
  });
});

const CHOSEN = `[...document.querySelectorAll('#trend-plots .plot')].map((plot) =>
  echarts.getInstanceByDom(plot).getOption().series.find(({ id }) => id === 'chosen').data[0])`;

function plotted(): Promise<object[]> {
  return opened.page.evaluate(`[...document.querySelectorAll('#trend-plots .plot')].map((plot) => {
    const [main] = echarts.getInstanceByDom(plot).getOption().series;
    return {
      figure: main.name,
      values: main.data.map(([, value]) => value),
      lines: main.markLine.data.length,
      alarms: main.markPoint.data.length,
    };
  })`);
}
