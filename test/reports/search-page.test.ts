import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SearchRecord } from '../../src/record/search-record.ts';
import {
  chromiumPath,
  launchChromium,
  type OpenedReport,
  openSearchPage,
  overflowPx,
  plottedPoints,
  seriousFaults,
  textOf,
} from './browser.ts';
import { coupledSearch, goodSearch, poorSearch, uncalibratedSearch } from './search-records.ts';

const executable = chromiumPath();
const GOOD = goodSearch();
const POOR = poorSearch();
const UNCALIBRATED = uncalibratedSearch();
const COUPLED = coupledSearch();
const ALL = [GOOD, POOR, UNCALIBRATED, COUPLED];

let browser: Browser;
/** Pages that tests only read, opened once each: opening is what costs the time here. */
const readOnly = new Map<SearchRecord, Promise<OpenedReport>>();

function reading(record: SearchRecord): Promise<OpenedReport> {
  const opened = readOnly.get(record) ?? openSearchPage(browser, record);
  readOnly.set(record, opened);
  return opened;
}

beforeAll(async () => {
  if (executable !== null) browser = await launchChromium(executable);
});
afterAll(async () => {
  for (const opened of readOnly.values()) await (await opened)[Symbol.asyncDispose]();
  if (executable !== null) await browser.close();
});
beforeEach((context) => {
  if (executable === null) context.skip('no Chromium: install Debian\'s "chromium" or name one in CHROMIUM');
});

/** A fraction as the page cuts it. */
const percent = (fraction: number | null, decimals: number): string =>
  fraction === null
    ? 'not shown'
    : `${Number((Math.floor(fraction * 100 * 10 ** decimals + 1e-6) / 10 ** decimals).toFixed(decimals))} %`;

describe('the page of a search', () => {
  test('opens from a disk without asking for anything else and without a complaint', async () => {
    for (const record of ALL) {
      const opened = await reading(record);
      expect(opened.requests).toEqual([opened.url]);
      expect(opened.complaints).toEqual([]);
    }
  });

  test('nothing overflows at 400 and 1600 pixels, in either theme or on paper', async () => {
    for (const record of [POOR, COUPLED]) {
      await using opened = await openSearchPage(browser, record, { viewport: { width: 400, height: 800 } });
      for (const width of [400, 1600]) {
        await opened.page.setViewportSize({ width, height: 900 });
        for (const colorScheme of ['light', 'dark'] as const) {
          await opened.page.emulateMedia({ colorScheme, media: 'screen' });
          expect(await overflowPx(opened.page)).toBeLessThanOrEqual(0);
        }
        await opened.page.emulateMedia({ media: 'print' });
        expect(await overflowPx(opened.page)).toBeLessThanOrEqual(0);
      }
    }
  });

  test('result, causes, all plots and the confusion stand in the first screen', async () => {
    for (const record of [GOOD, POOR, UNCALIBRATED]) {
      const { page } = await reading(record);
      for (const selector of ['#headline', '.top > :nth-child(2)', '.board > :last-child']) {
        const box = await page.locator(selector).boundingBox();
        expect(box!.y + box!.height, selector).toBeLessThanOrEqual(900);
      }
      expect(await page.locator('.board > *').count()).toBe(6);
    }
  });

  test('a serious fault for people who do not see or do not use a mouse is found nowhere', async () => {
    for (const [record, themes] of [
      [POOR, ['light', 'dark']],
      [UNCALIBRATED, ['light']],
      [COUPLED, ['dark']],
    ] as const) {
      // the page's own policy lets no foreign script in: the reader of faults is let in past it
      await using opened = await openSearchPage(browser, record, { bypassCSP: true });
      for (const colorScheme of themes) {
        await opened.page.emulateMedia({ colorScheme });
        expect(await seriousFaults(opened.page)).toEqual([]);
      }
    }
  });

  test('the word says the first indicator that is not as it should be', async () => {
    const word = async (record: SearchRecord) => textOf((await reading(record)).page, '[data-headline]');
    expect(await word(GOOD)).toBe('Well above 90 %');
    expect(await word(POOR)).toBe('Balanced accuracy below 90 %');
    expect(await word(UNCALIBRATED)).toBe('Threshold uncalibrated');
    expect(await textOf((await reading(UNCALIBRATED)).page, '.band')).toMatch(/threshold uncalibrated/i);
    expect(await (await reading(GOOD)).page.locator('.band').count()).toBe(0);
  });

  test('the indicators are those of the record, of several couples the worst one’s', async () => {
    for (const record of ALL) {
      const { page } = await reading(record);
      for (const part of ['crossValidated', 'heldOut'] as const) {
        for (const name of ['balancedAccuracy', 'confidence', 'areaUnderCurve'] as const) {
          const figures = record.couples.map((couple) => couple[part][name]).filter((one) => one !== null);
          const shown = page.locator(`[data-figure=${part}-${name}]`);
          if (record === UNCALIBRATED) expect(await shown.count()).toBe(0);
          else expect(await shown.textContent()).toBe(percent(Math.min(...figures), 1));
        }
      }
      const { winner } = record;
      expect(await textOf(page, '[data-figure=ram]')).toBe(`${winner.ramBytes.toLocaleString('en-US')} B`);
      expect(await textOf(page, '[data-figure=minimum]')).toBe(String(winner.minimumLearningIterations));
      expect(await textOf(page, '[data-winner]')).toBe(winner.text);
      expect(await textOf(page, '[data-why]')).toBe(winner.why);
    }
  });

  test('the confusion is that of the record', async () => {
    for (const record of [GOOD, POOR, COUPLED]) {
      const { page } = await reading(record);
      for (const part of ['crossValidated', 'heldOut'] as const) {
        const { confusion } = record[part];
        const cell = (name: string) => textOf(page, `[data-confusion=${part}-${name}]`);
        expect(await cell('regular-nominal')).toBe(String(confusion.regularNominal));
        expect(await cell('regular-anomaly')).toBe(String(confusion.regularAnomaly));
        expect(await cell('abnormal-nominal')).toBe(String(confusion.abnormalNominal));
        expect(await cell('abnormal-anomaly')).toBe(String(confusion.abnormalAnomaly));
      }
    }
  });

  test('every cause stands there with its figures and its remedy, and none where none applies', async () => {
    const { page } = await reading(POOR);
    expect(POOR.causes.length).toBeGreaterThan(2);
    expect(await page.locator('[data-cause]').allInnerTexts()).toEqual(POOR.causes.map(({ kind }) => kind));
    const text = await textOf(page, '#causes');
    for (const { message, remedy } of POOR.causes) {
      expect(text).toContain(message);
      expect(text).toContain(remedy);
    }
    expect(await (await reading(GOOD)).page.locator('#causes, .causes').count()).toBe(0);
  });

  test('the plot of similarity holds every line of the record, by label and part', async () => {
    for (const record of [GOOD, COUPLED, UNCALIBRATED]) {
      const plotted = await plottedPoints((await reading(record)).page, 'plot-similarity');
      const { signals } = record;
      for (const [letter, label] of [
        ['r', 'regular'],
        ['a', 'abnormal'],
      ]) {
        for (const [part, words] of [
          ['s', 'cross-validated'],
          ['h', 'held out'],
        ]) {
          const expected = signals.similarity.flatMap((similarity, i) =>
            signals.label[i] === letter && signals.part[i] === part ? [[i + 1, similarity]] : [],
          );
          expect(plotted[`${label}, ${words}`]).toEqual(expected);
        }
      }
    }
  });

  test('regular is blue, abnormal is red, and the threshold is a dashed line at 90', async () => {
    const { page } = await reading(GOOD);
    const look: { colours: string[]; threshold: number; dashes: string } = await page.evaluate(`(() => {
      const { series } = echarts.getInstanceByDom(document.getElementById('plot-similarity')).getOption();
      const of = (name) => series.find((one) => one.name === name).itemStyle.color;
      const [line] = series.map((one) => one.markLine).filter(Boolean);
      return { colours: [of('regular, held out'), of('abnormal, held out')],
        threshold: line.data[0].yAxis, dashes: line.lineStyle.type };
    })()`);
    const [regular, abnormal] = look.colours.map((hex) =>
      hex.match(/[0-9a-f]{2}/g)!.map((two) => parseInt(two, 16)),
    );
    expect(regular![2]).toBe(Math.max(...regular!));
    expect(abnormal![0]).toBe(Math.max(...abnormal!));
    expect(look).toMatchObject({ threshold: 90, dashes: 'dashed' });
  });

  test('evolution, learning, thresholds and candidates draw what is in the record', async () => {
    const { page } = await reading(POOR);
    const { candidates, learning, heldOut, pareto } = POOR;
    const evolution = await plottedPoints(page, 'plot-evolution');
    expect(evolution['RAM']).toEqual(
      candidates.best.map((best, i) => [candidates.index[i]! + 1, candidates.ramBytes[best]]),
    );
    expect(evolution['confidence']!.map(([, value]) => value)).toEqual(
      candidates.best.map((best) => candidates.confidence[best]! * 100),
    );
    const curve = await plottedPoints(page, 'plot-learning');
    expect(curve['balanced accuracy']).toEqual(
      learning[0]!.points.map((point) => point.balancedAccuracy * 100),
    );
    expect(curve['confidence']).toEqual(learning[0]!.points.map((point) => point.confidence * 100));
    const thresholds = await plottedPoints(page, 'plot-thresholds');
    expect(thresholds['balanced, held out']).toEqual(
      heldOut.thresholds.balancedAccuracy.map((fraction, i) => [i + 1, fraction! * 100]),
    );
    const scatter = await plottedPoints(page, 'plot-candidates');
    expect(scatter['front']!.map(([, , position]) => position)).toEqual(pareto);
    expect(scatter['winner']!.map(([bytes]) => bytes)).toEqual([POOR.winner.ramBytes]);
  });

  test('regimes have curves of their own, and couples are chosen from a list', async () => {
    await using opened = await openSearchPage(browser, COUPLED);
    const { page } = opened;
    const [fan, pump] = COUPLED.learning;
    const first = await plottedPoints(page, 'plot-learning');
    for (const { name, points } of fan!.regimes) {
      expect(first[name]).toEqual(points.map((point) => point.balancedAccuracy * 100));
    }
    await page.locator('#learning-couple').selectOption({ label: 'pump' });
    const second = await plottedPoints(page, 'plot-learning');
    expect(second['confidence']).toEqual(pump!.points.map((point) => point.confidence * 100));
    expect(second['slow.csv']).toBeUndefined();
  });

  test('files stand there with hash, parts and lines', async () => {
    for (const record of [GOOD, COUPLED]) {
      const text = await textOf((await reading(record)).page, '#files');
      for (const { name, sha256, selection, heldOut } of record.files) {
        expect(text).toContain(name);
        expect(text).toContain(sha256);
        for (const { lines, range } of [selection, heldOut]) {
          if (range !== null) expect(text).toContain(`${range[0]}–${range[1]} (${lines} lines)`);
        }
      }
    }
  });

  test('the pointer over a point names file and line', async () => {
    await using opened = await openSearchPage(browser, GOOD);
    const { page } = opened;
    const at: [number, number] = await page.evaluate(`(() => {
      const plot = document.getElementById('plot-similarity');
      const chart = echarts.getInstanceByDom(plot);
      const [number, height] = chart.getOption().series[3].data.at(-1);
      const [x, y] = chart.convertToPixel('grid', [number, height]);
      const box = plot.getBoundingClientRect();
      return [box.x + x, box.y + y];
    })()`);
    await page.mouse.move(...at);
    const tip = page.getByText('abnormal.csv line 120');
    await tip.waitFor({ timeout: 30_000 });
    expect(await tip.isVisible()).toBe(true);
  });

  test('the arrow keys walk through the lines and through every other plot', async () => {
    await using opened = await openSearchPage(browser, GOOD);
    const { page } = opened;
    await page.locator('#plot-similarity').focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft']) await page.keyboard.press(key);
    expect(await textOf(page, '#selection')).toMatch(
      /^regular\.csv line 2 · regular, cross-validated · similarity /,
    );
    await page.keyboard.press('End');
    expect(await textOf(page, '#selection')).toContain('abnormal.csv line 120');
    for (const [plot, words] of [
      ['evolution', 'After 1 candidates the best is candidate 1'],
      ['learning', `After ${GOOD.learning[0]!.points[0]!.learns} learns`],
      ['thresholds', 'Threshold 1'],
      ['candidates', 'bytes of RAM'],
    ]) {
      await page.locator(`#plot-${plot}`).focus();
      await page.keyboard.press('ArrowRight');
      const tip = page.locator(`#plot-${plot}`).getByText(words!).first();
      await tip.waitFor({ timeout: 30_000 });
      expect(await tip.isVisible(), plot).toBe(true);
    }
  });

  test('the filter leaves what it says in the plot and in the table', async () => {
    await using opened = await openSearchPage(browser, POOR);
    const { page } = opened;
    const { signals } = POOR;
    const wrong = signals.similarity.filter((one, i) => one >= 90 !== (signals.label[i] === 'r')).length;
    expect(wrong).toBeGreaterThan(0);
    await page.locator('#filter').selectOption('misjudged');
    expect(await textOf(page, '#shown-count')).toBe(`${wrong} of ${signals.line.length} lines`);
    expect(await page.locator('#line-table tbody tr.differs').count()).toBe(Math.min(50, wrong));
    const plotted = Object.values(await plottedPoints(page, 'plot-similarity')).flat();
    expect(plotted).toHaveLength(wrong);
  });

  test('names are text, whatever they contain', async () => {
    const { page } = await reading(COUPLED);
    expect(await page.locator('img').count()).toBe(0);
    expect(await textOf(page, '#couples')).toContain('fan <img src=x onerror=alert(1)>');
    expect(await textOf(page, '#files')).toContain('<!--<script>&amp;"long-name-');
  });

  test('the theme button turns page and plots dark and back', async () => {
    await using opened = await openSearchPage(browser, GOOD, { colorScheme: 'light' });
    const ground = () => opened.page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await opened.page.locator('#theme').click();
    expect(await ground()).not.toBe(light);
    await opened.page.locator('#theme').click();
    expect(await ground()).toBe(light);
  });
});
