import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/compare/judge.ts';
import { unpackCalls } from '../../src/record/calls.ts';
import type { RunRecord } from '../../src/record/run-record.ts';
import { syntheticRun } from '../record/synthetic-run.ts';
import {
  chromiumPath,
  launchChromium,
  type OpenedReport,
  openReport,
  overflowPx,
  plottedPoints,
  textOf,
} from './browser.ts';

const executable = chromiumPath();
const SILICON = { kind: 'silicon', uniqueId: '0034002d3137510c39383538' } as const;
const GOOD = syntheticRun();
const DIFFERENT = syntheticRun({
  divergesAt: 25,
  limits: { ...DEFAULT_LIMITS, confidence: 0.99, flashBytes: 30_000, ramBytes: 20_000 },
});
const BROKEN = syntheticRun({ unanswered: 30, console: ['boot', 'HARDFAULT pc=0x08001234'] });
/** Names and lines as a careless or hostile user may have them. */
const HOSTILE = (() => {
  const run = syntheticRun({
    console: ['</script><script>alert(1)</script>', '<img src=x onerror=alert(2)>', '&amp;'],
  });
  run.dataset.files[0]!.path = `</script><img src=x onerror="alert(3)">${'long-name-'.repeat(30)}.csv`;
  return run;
})();

let browser: Browser;
/** Pages that tests only read, opened once each: opening is what costs the time here. */
const readOnly = new Map<RunRecord, Promise<OpenedReport>>();

function reading(run: RunRecord): Promise<OpenedReport> {
  const opened = readOnly.get(run) ?? openReport(browser, run);
  readOnly.set(run, opened);
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

describe('the page of a run', () => {
  test('opens from a disk without asking for anything else and without a complaint', async () => {
    for (const run of [GOOD, DIFFERENT, BROKEN, HOSTILE]) {
      const opened = await reading(run);
      expect(opened.requests).toEqual([opened.url]);
      expect(opened.complaints).toEqual([]);
    }
  });

  test('nothing overflows at 400 and 1600 pixels, in either theme or on paper', async () => {
    for (const run of [GOOD, DIFFERENT, BROKEN, HOSTILE]) {
      await using opened = await openReport(browser, run, { viewport: { width: 400, height: 800 } });
      const { page } = opened;
      for (const width of [400, 1600, 400]) {
        await page.setViewportSize({ width, height: 800 });
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme, media: 'screen' });
          expect(await overflowPx(page)).toBeLessThanOrEqual(0);
        }
        await page.emulateMedia({ media: 'print' });
        expect(await overflowPx(page)).toBeLessThanOrEqual(0);
      }
    }
  });

  test('both verdicts, their evidence and the first difference stand in the first screen', async () => {
    const opened = await reading(DIFFERENT);
    for (const selector of ['.band', '#equivalence', '#fitness', '#first-difference', '.figures']) {
      const box = await opened.page.locator(selector).boundingBox();
      expect(box!.y + box!.height, selector).toBeLessThanOrEqual(900);
    }
  });

  test('verdicts, reasons and evidence are those of the record', async () => {
    for (const run of [GOOD, DIFFERENT, BROKEN]) {
      const opened = await reading(run);
      for (const name of ['equivalence', 'fitness'] as const) {
        expect(await textOf(opened.page, `[data-verdict=${name}]`)).toBe(run.verdicts[name].verdict);
        expect(await textOf(opened.page, `[data-evidence=${name}]`)).toBe('virtual');
        const card = await textOf(opened.page, `#${name}`);
        for (const reason of run.verdicts[name].reasons) expect(card).toContain(reason);
      }
    }
  });

  test('a virtual run can be taken for neither silicon nor cycles', async () => {
    const opened = await reading(GOOD);
    const text = await textOf(opened.page, 'body');
    expect(text).toMatch(/VIRTUAL BOARD – no sign-off of silicon/i);
    expect(text).not.toMatch(/cycles/i);
    expect(text).toContain('instructions per learn');
  });

  test('a run on silicon names the chip and counts cycles', async () => {
    await using opened = await openReport(browser, syntheticRun({ evidence: SILICON }));
    const text = await textOf(opened.page, 'body');
    expect(await textOf(opened.page, '[data-evidence=equivalence]')).toBe(`silicon ${SILICON.uniqueId}`);
    expect(text).toContain('cycles per learn');
    expect(text).not.toMatch(/virtual|instructions/i);
  });

  test('the first difference shows call, file, line and both values', async () => {
    const opened = await reading(DIFFERENT);
    const mismatch = DIFFERENT.comparison.firstMismatch!;
    for (const field of ['call', 'file', 'line', 'reference', 'target'] as const) {
      expect(await textOf(opened.page, `[data-mismatch=${field}]`)).toBe(String(mismatch[field]));
    }
    expect(await opened.page.locator('tr.here td.differs').count()).toBe(2);
  });

  test('a broken run says so before anything else, and brings its console up', async () => {
    const opened = await reading(BROKEN);
    const top = async (selector: string) => (await opened.page.locator(selector).boundingBox())!.y;
    expect(await textOf(opened.page, '#failure')).toContain(BROKEN.failure!.text);
    expect(await top('#failure')).toBeLessThan(await top('#equivalence'));
    expect(await top('#console')).toBeLessThan(await top('#plot-similarity'));
    expect(await textOf(opened.page, '#console')).toContain('HARDFAULT pc=0x08001234');
  });

  test('every figure, hash, range and console line of the record is on the page', async () => {
    const opened = await reading(GOOD);
    const { page } = opened;
    const figure = (id: string) => textOf(page, `[data-figure=${id}]`);
    expect(await figure('signals')).toBe('120');
    expect(await figure('balanced-accuracy')).toBe('100 %');
    expect(await figure('per-learn')).toBe(GOOD.perCall.learn!.median.toLocaleString('en-US'));
    expect(await figure('per-detect')).toBe(GOOD.perCall.detect!.median.toLocaleString('en-US'));
    for (const [id, bytes] of [
      ['flash', '31,764 B'],
      ['ram', '14,912 B'],
      ['neai', '6,184 B'],
      ['stack', '1,312 B'],
    ]) {
      expect(await textOf(page, `[data-footprint=${id}]`)).toBe(bytes);
    }
    const text = await textOf(page, 'main');
    const { library, firmware, board, tools, dataset } = GOOD;
    const facts = [
      library.id,
      library.sha256,
      firmware!.elfSha256,
      firmware!.buildId,
      board!.probeSerial!,
      board!.deviceId!,
      GOOD.evidence.uniqueId!,
      tools.openocd!,
      tools.compiler!,
      ...dataset.files.flatMap((file) => [file.path, file.sha256]),
      ...GOOD.console,
      ...GOOD.timings.map((step) => step.step),
      '1–60 (60 lines)',
      '61–80 (20 lines)',
      '921,600',
      '812,400',
    ];
    for (const fact of facts) expect(text).toContain(fact);
  });

  test('the plots hold the similarity of every signal on both sides', async () => {
    for (const run of [GOOD, DIFFERENT]) {
      const opened = await reading(run);
      const { calls, reference, target } = unpackCalls(run.calls);
      const detected = calls.flatMap((call, index) => (call.operation === 'detect' ? [{ call, index }] : []));
      const expected = (label: string, side: readonly { code: number }[]) =>
        detected.flatMap(({ call, index }, at) =>
          call.label === label ? [[at + 1, side[index]!.code]] : [],
        );
      const plotted = await plottedPoints(opened.page, 'plot-similarity');
      for (const label of ['nominal', 'anomaly']) {
        expect(plotted[`${label}, emulator`]).toEqual(expected(label, reference));
        expect(plotted[`${label}, virtual board`]).toEqual(expected(label, target));
      }
      const pairs = new Set(detected.map(({ index }) => `${reference[index]!.code},${target[index]!.code}`));
      const agreement = await plottedPoints(opened.page, 'plot-agreement');
      expect(new Set(agreement['signals']!.map(String))).toEqual(pairs);
      const ticks = await plottedPoints(opened.page, 'plot-ticks');
      expect([...ticks['learn']!, ...ticks['detect']!].map(([, value]) => value)).toEqual(
        target.flatMap((answer) => (answer.ticks === null ? [] : [answer.ticks])),
      );
    }
  });

  test('the pointer over a point names signal, file and line', async () => {
    await using opened = await openReport(browser, GOOD);
    const { page } = opened;
    const at: [number, number] = await page.evaluate(`(() => {
      const plot = document.getElementById('plot-similarity');
      plot.scrollIntoView({ block: 'center' });
      const [, height] = echarts.getInstanceByDom(plot).getOption().series[0].data[2];
      const [x, y] = echarts.getInstanceByDom(plot).convertToPixel('grid', [3, height]);
      const box = plot.getBoundingClientRect();
      return [box.x + x, box.y + y];
    })()`);
    await page.mouse.move(...at);
    const tip = page.getByText('Signal 3: data/motor/regular.csv line 63');
    await tip.waitFor({ timeout: 5000 });
    expect(await tip.isVisible()).toBe(true);
  });

  test('the arrow keys walk through the signals, and a button leads to the next difference', async () => {
    await using opened = await openReport(browser, DIFFERENT);
    const { page } = opened;
    await page.locator('#plot-similarity').focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft']) await page.keyboard.press(key);
    expect(await textOf(page, '#selection')).toContain('Signal 2: data/motor/regular.csv line 62');
    await page.keyboard.press('End');
    expect(await textOf(page, '#selection')).toContain('Signal 60: data/motor/abnormal.csv line 40');
    await page.locator('#next-difference').press('Enter');
    expect(await textOf(page, '#selection')).toContain('Signal 1: data/motor/regular.csv line 61');
  });

  test('the filter leaves what it says in plots and table', async () => {
    await using opened = await openReport(browser, GOOD);
    await opened.page.locator('#filter').selectOption('anomaly');
    expect(await textOf(opened.page, '#shown-count')).toBe('40 of 60 signals');
    expect(await opened.page.locator('#signals tbody tr').count()).toBe(40);
    expect(Object.keys(await plottedPoints(opened.page, 'plot-similarity'))).not.toContain(
      'nominal, emulator',
    );
    await opened.page.locator('#filter').selectOption('differs');
    expect(await textOf(opened.page, '#page-place')).toBe('no signal');
  });

  test('names and console lines are text, whatever they contain', async () => {
    await using opened = await openReport(browser, HOSTILE);
    expect(await opened.page.locator('img').count()).toBe(0);
    expect(await opened.page.locator('.console').allInnerTexts()).toEqual([HOSTILE.console.join('\n')]);
    await opened.page.locator('#next-signal').click();
    expect(await textOf(opened.page, '#selection')).toContain('</script><img src=x onerror="alert(3)">');
    expect(opened.complaints).toEqual([]);
  });

  test('text stands out from its ground in both themes', async () => {
    for (const run of [DIFFERENT, BROKEN]) {
      await using opened = await openReport(browser, run);
      for (const colorScheme of ['light', 'dark'] as const) {
        await opened.page.emulateMedia({ colorScheme });
        expect(await opened.page.evaluate(LOWEST_CONTRAST)).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  test('the theme button turns page and plots dark and back', async () => {
    await using opened = await openReport(browser, GOOD, { colorScheme: 'light' });
    const ground = () => opened.page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await opened.page.locator('#theme').click();
    expect(await ground()).not.toBe(light);
    await opened.page.locator('#theme').click();
    expect(await ground()).toBe(light);
  });

  test('ten thousand signals make a page below three megabytes that still opens', async () => {
    const run = syntheticRun({ learn: 2000, nominal: 4000, anomaly: 4000, divergesAt: 7000 });
    await using opened = await openReport(browser, run);
    const bytes: number = await opened.page.evaluate('new Blob([document.documentElement.outerHTML]).size');
    expect(bytes).toBeLessThan(3_000_000);
    expect(await textOf(opened.page, '#shown-count')).toBe('8000 of 8000 signals');
    expect(opened.complaints).toEqual([]);
  });
});

/** Smallest contrast ratio (WCAG 2.2, 1.4.3) of visible text against the nearest opaque ground. */
const LOWEST_CONTRAST = `(() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      const stripes = style.backgroundImage.match(/rgb\\([^)]*\\)/g);
      if (stripes) return stripes.at(-1);
      if ((channels(style.backgroundColor)[3] ?? 1) > 0) return style.backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  };
  let lowest = 21;
  const walker = document.createTreeWalker(document.querySelector('main').parentElement, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() === '' || !element.checkVisibility() || element.closest('script,style,button:disabled')) continue;
    const [a, b] = [getComputedStyle(element).color, ground(element)].map((c) => luminance(channels(c)));
    lowest = Math.min(lowest, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
  }
  return lowest;
})()`;
