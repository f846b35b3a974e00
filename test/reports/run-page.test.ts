import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { unpackCalls } from '../../src/record/calls.ts';
import type { RunRecord } from '../../src/record/run-record.ts';
import { unpackCallTimes } from '../../src/record/timeline.ts';
import { syntheticRun } from '../record/synthetic-run.ts';
import {
  chromiumPath,
  launchChromium,
  type OpenedReport,
  openReport,
  overflowAnywhere,
  plottedPoints,
  seriousFaults,
  textOf,
} from './browser.ts';
import { BROKEN, DIFFERENT, GOOD, HOSTILE, SILICON, TOLERATED } from './example-runs.ts';
import { LOWEST_CONTRAST, pixels, selectedPoints } from './plot-probes.ts';

const executable = chromiumPath();

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
    for (const run of [GOOD, DIFFERENT, TOLERATED, BROKEN, HOSTILE]) {
      const opened = await reading(run);
      expect(opened.requests).toEqual([opened.url]);
      expect(opened.complaints).toEqual([]);
    }
  });

  test('verdicts, evidence, stage, signal, both values and the likely cause stand in the first screen', async () => {
    const { page } = await reading(DIFFERENT);
    const bottomOf = async (selector: string) => {
      const box = await page.locator(selector).first().boundingBox();
      return box!.y + box!.height;
    };
    for (const selector of [
      '.band',
      '#equivalence',
      '#fitness',
      '.answers',
      '.values',
      '.cause',
      '.chain',
      '.look',
    ]) {
      expect(await bottomOf(selector), selector).toBeLessThanOrEqual(900);
    }
  });

  test('verdicts, reasons and evidence are those of the record', async () => {
    for (const run of [GOOD, DIFFERENT, BROKEN]) {
      const opened = await reading(run);
      for (const name of ['equivalence', 'fitness'] as const) {
        expect(await textOf(opened.page, `[data-verdict=${name}]`)).toBe(run.verdicts[name].verdict);
        expect(await textOf(opened.page, `[data-evidence=${name}]`)).toBe('virtual');
        const card = await textOf(opened.page, `#${name}`);
        // The card tells the first difference in words of its own: stage first, then the answer that shows it.
        const isTold = run.divergence !== null && name === 'equivalence';
        for (const reason of run.verdicts[name].reasons) {
          if (isTold && reason.startsWith('first difference at call')) continue;
          expect(card).toContain(reason);
        }
      }
    }
  });

  test('a virtual run can be taken for neither silicon nor cycles', async () => {
    const text = await textOf((await reading(GOOD)).page, 'body');
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

  test('the first difference is spelled out: stage, signal, element, both values, ULP, cause', async () => {
    const { page } = await reading(DIFFERENT);
    const { stage, signal, element, reference, target, ulp, cause, stages, file, line } =
      DIFFERENT.divergence!;
    const shown = (part: string) => textOf(page, `[data-divergence="${part}"]`);
    expect(await shown('stage')).toBe(stage!.name);
    expect(await shown('signal')).toBe(String(signal));
    expect(await shown('element')).toBe(element!.name);
    expect([await shown('reference'), await shown('reference-hex')]).toEqual([
      reference!.decimal,
      reference!.hex,
    ]);
    expect([await shown('target'), await shown('target-hex')]).toEqual([target!.decimal, target!.hex]);
    expect(await shown('ulp')).toBe(String(ulp));
    expect(await shown('cause')).toBe(cause);
    expect(await textOf(page, '.answers')).toContain(`${stage!.name} Signal ${signal} detect,`);
    expect(await textOf(page, '[data-mismatch=file]')).toBe(file);
    expect(await textOf(page, '[data-mismatch=line]')).toBe(String(line));
    expect(await page.locator('.chain li').count()).toBe(stages.length);
    expect(await textOf(page, '.chain .here')).toContain(stage!.name);
    expect(await page.locator('tr.here td.differs').count()).toBe(3);
  });

  test('the card of equivalence names signal and stage first, then the answer that shows it, with both sides by name', async () => {
    const { page } = await reading(DIFFERENT);
    const { signal, stage } = DIFFERENT.divergence!;
    const { reference, target } = DIFFERENT.comparison.firstOutside!;
    const card = await textOf(page, '#equivalence');
    expect(card).toContain('Is the virtual board (target) the same as the emulator (reference)?');
    expect(await textOf(page, '#equivalence .reasons li >> nth=0')).toMatch(
      new RegExp(`^signal ${signal} .* parts in ${stage!.name}$`),
    );
    expect(card).toMatch(
      new RegExp(
        `first answer that shows it: [a-z ]+, ${reference} on the emulator and ${target} on the virtual board`,
      ),
    );
  });

  test('where to look is said as a likelihood, with what the same knowledge before the call means', async () => {
    const { page } = await reading(DIFFERENT);
    const look = await textOf(page, '.look');
    expect(look).toMatch(/most likely build of the virtual board: compiler flags/);
    expect(look).toMatch(
      /the knowledge was the same on both sides \(digest [0-9a-f]{8}\), so the difference lies in/,
    );
    expect(await textOf(page, '.how')).toContain(
      '6 bisection steps, 7 restores of knowledge, 12 calls made again',
    );
  });

  test('fitness says whose figures it judges, and whether those of the reference keep the same limits', async () => {
    const { page } = await reading(DIFFERENT);
    expect(await textOf(page, '#fitness')).toContain('Figures of the virtual board (target)');
    const { confidence } = DIFFERENT.accuracy.reference;
    const verdict = confidence! < 0.99 ? 'misses it too' : 'reaches it';
    expect(await textOf(page, '[data-fitness=reference]')).toMatch(
      new RegExp(`^The emulator's own confidence, [\\d.]+ %, ${verdict}\\.$`),
    );
  });

  test('what passes by a tolerance is never called identical or the same, and says why it is allowed', async () => {
    const { page } = await reading(TOLERATED);
    expect(TOLERATED.verdicts.equivalence.verdict).toBe('PASS');
    const card = await textOf(page, '#equivalence');
    expect(card).toContain('TOLERANCE: OTHER LIBM');
    expect(card).toContain('its logarithm is another one');
    expect(card).not.toMatch(/identical|gave the same|✓ same/i);
    expect(await textOf(page, '#first-difference-title')).toBe('First difference, within the tolerance');
    expect(await textOf(page, 'body')).not.toMatch(/identical/i);
  });

  test('a broken run says so before anything else, and brings its console up', async () => {
    const opened = await reading(BROKEN);
    const top = async (selector: string) => (await opened.page.locator(selector).boundingBox())!.y;
    expect(await textOf(opened.page, '#failure')).toContain(BROKEN.failure!.text);
    expect(await top('#failure')).toBeLessThan(await top('#equivalence'));
    expect(await top('#console')).toBeLessThan(await top('#plot-similarity'));
    expect(await textOf(opened.page, '#console')).toContain('HARDFAULT pc=0x08001234');
  });

  test('every figure, hash, range, event and console line of the record is on the page', async () => {
    const { page } = await reading(GOOD);
    const figures = {
      signals: '120',
      'balanced-accuracy': '100 %',
      'per-learn': GOOD.perCall.learn!.median.toLocaleString('en-US'),
      'per-detect': GOOD.perCall.detect!.median.toLocaleString('en-US'),
    };
    for (const [id, text] of Object.entries(figures)) {
      expect(await textOf(page, `[data-figure=${id}]`)).toBe(text);
    }
    const bytes = {
      flash: '31,764 B',
      ram: '14,912 B',
      neai: '6,184 B',
      stack: '1,312 B',
      'library-flash': '7,516 B',
    };
    for (const [id, text] of Object.entries(bytes)) {
      expect(await textOf(page, `[data-footprint=${id}]`)).toBe(text);
    }
    for (const { call, stackBytes } of GOOD.footprint!.stackByCall) {
      expect(await textOf(page, `[data-stack=${call}]`)).toBe(`${stackBytes.toLocaleString('en-US')} B`);
    }
    for (const name of ['median', 'p99', 'max'] as const) {
      const value = GOOD.perCall.learn![name].toLocaleString('en-US');
      expect(await textOf(page, `[data-ticks=learn-${name}]`)).toBe(value);
    }
    await page.locator('summary').click();
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
      ...GOOD.timeline.events.map((event) => event.text),
      '1–60 (60 lines)',
      '61–80 (20 lines)',
      '921,600',
      '812,400',
    ];
    for (const fact of facts) expect(text).toContain(fact);
  });

  test('metrics, regimes, causes and travelling knowledge are those of the record', async () => {
    const { page } = await reading(GOOD);
    const { metrics, fitnessFacts, travel } = GOOD;
    expect(await textOf(page, '[data-metric=exactMatchRate]')).toBe('100 %');
    expect(await textOf(page, '[data-metric=flips]')).toBe(String(metrics!.flips.list.length));
    const upper = Number((await textOf(page, '[data-metric=upper95]')).replace(/[^\d.]/g, '')) / 100;
    expect(upper).toBeGreaterThanOrEqual(metrics!.flips.upper95!);
    expect(upper).toBeLessThan(metrics!.flips.upper95! + 1e-4);
    expect(await page.locator('[data-regime]').count()).toBe(fitnessFacts.regimes.length);
    for (const { kind, message, remedy } of fitnessFacts.causes) {
      expect(await textOf(page, '#fitness-facts')).toContain(`${kind}: ${message} ${remedy}`);
      expect(await textOf(page, '#fitness')).toContain(kind);
    }
    for (const { learnedOn, restoredOn, verdict, reason } of travel!.pairs) {
      const cell = await textOf(page, `[data-travel="${learnedOn} ${restoredOn}"]`);
      expect(cell).toContain(verdict);
      if (reason !== null) expect(cell).toContain(reason);
    }
    const { page: other } = await reading(DIFFERENT);
    const wrong = DIFFERENT.metrics!;
    expect(Number.parseFloat(await textOf(other, '[data-metric=maximumError]'))).toBe(wrong.maximumError);
    expect(Number.parseFloat(await textOf(other, '[data-metric=meanAbsoluteError]'))).toBeCloseTo(
      wrong.meanAbsoluteError!,
      2,
    );
    expect(await textOf(other, '#cost .ticks')).toContain('41,000 exceeded');
  });

  test('the plots hold every signal, curve and event of the record', async () => {
    for (const run of [GOOD, DIFFERENT]) {
      const { page } = await reading(run);
      const { calls, reference, target } = unpackCalls(run.calls);
      const detected = calls.flatMap((call, index) => (call.operation === 'detect' ? [{ call, index }] : []));
      const expected = (label: string, side: readonly { code: number }[]) =>
        detected.flatMap(({ call, index }) => (call.label === label ? [[index, side[index]!.code]] : []));
      const plotted = await plottedPoints(page, 'plot-similarity');
      for (const label of ['nominal', 'anomaly']) {
        expect(plotted[`${label}, emulator`]).toEqual(expected(label, reference));
        expect(plotted[`${label}, virtual board`]).toEqual(expected(label, target));
      }
      expect(plotted['learned']).toHaveLength(60);
      expect(plotted['differs']).toHaveLength(run.comparison.mismatches);
      const pairs = new Set(detected.map(({ index }) => `${reference[index]!.code},${target[index]!.code}`));
      const agreement = await plottedPoints(page, 'plot-agreement');
      expect(new Set(agreement['signals']!.map(String))).toEqual(pairs);
      const residual = await plottedPoints(page, 'plot-residual');
      expect([...residual['same']!, ...residual['apart']!].sort(([a], [b]) => a! - b!)).toEqual(
        detected.map(({ index }) => [index, target[index]!.code - reference[index]!.code]),
      );
      const histogram = (await plottedPoints(page, 'plot-histogram')) as unknown as { signals: number[] };
      expect(histogram.signals.reduce((sum, many) => sum + many, 0)).toBe(detected.length);
      const ticks = await plottedPoints(page, 'plot-ticks');
      expect([...ticks['learn']!, ...ticks['detect']!].map(([, value]) => value)).toEqual(
        target.flatMap((answer) => (answer.ticks === null ? [] : [answer.ticks])),
      );
      const thresholds = await plottedPoints(page, 'plot-thresholds');
      expect(thresholds['balanced accuracy, virtual board']!.map(([, value]) => value)).toEqual(
        run.metrics!.thresholds.target.balancedAccuracy.map((one) => (one === null ? null : one * 100)),
      );
      const timeline = await plottedPoints(page, 'plot-timeline');
      expect(timeline['events']!.map(([at]) => at)).toEqual(
        run.timeline.events.map(({ atSeconds }) => atSeconds),
      );
      expect(timeline['calls']!.map(([at]) => at)).toEqual(
        unpackCallTimes(run.timeline.calls!).map(({ startSeconds }) => startSeconds),
      );
    }
    const learning = await plottedPoints((await reading(GOOD)).page, 'plot-learning');
    expect(learning['confidence, virtual board']).toEqual([20, 40, 60].map((learns) => [learns, learns]));
  });

  test('the pointer names signal, file and line, and what is dragged over in one plot is marked in all', async () => {
    await using opened = await openReport(browser, DIFFERENT);
    const { page } = opened;
    const { target } = unpackCalls(DIFFERENT.calls);
    const pointAt = await pixels(page, 'plot-similarity', [[63, target[63]!.code]]);
    await page.mouse.move(...pointAt[0]!);
    const tip = page.getByText('Signal 63: data/motor/regular.csv line 63');
    await tip.waitFor({ timeout: 30_000 });
    const [from, to] = await pixels(page, 'plot-similarity', [
      [70.5, 60],
      [80.5, 100],
    ]);
    await page.mouse.move(...from!);
    await page.mouse.down();
    await page.mouse.move(...to!, { steps: 4 });
    await page.mouse.up();
    for (const plot of ['plot-similarity', 'plot-agreement', 'plot-residual']) {
      expect((await selectedPoints(page, plot, 'selected')).length, plot).toBe(10);
    }
    expect(await textOf(page, '#page-place')).toBe('1–10 of 10 selected');
    expect(await textOf(page, '#selection')).toMatch(/^10 selected, 6 of them differ · Signal 71:/);
    await page.locator('#clear-selection').click();
    expect(await selectedPoints(page, 'plot-residual', 'selected')).toEqual([]);
  });

  test('the keyboard walks through signals, selects, filters and scrubs the time', async () => {
    await using opened = await openReport(browser, DIFFERENT);
    const { page } = opened;
    const readout = () => textOf(page, '#selection');
    await page.locator('#plot-similarity').focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft']) await page.keyboard.press(key);
    expect(await readout()).toContain('Signal 2: data/motor/regular.csv line 2');
    await page.keyboard.press('End');
    expect(await readout()).toContain('Signal 120: data/motor/abnormal.csv line 40');
    await page.locator('#plot-residual').focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowLeft');
    expect(await readout()).toContain('4 selected');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Home');
    await page.locator('#next-difference').press('Enter');
    expect(await readout()).toContain('Signal 75: data/motor/regular.csv line 75');
    expect(await textOf(page, '#scrub-readout')).toContain('in call 75: detect of signal 75');

    await page.locator('#filters input[value=all]').press('ArrowRight');
    expect(await textOf(page, '#page-place')).toBe('1–50 of 74');
    const passing = Object.fromEntries(
      (await page.locator('#filters label').allInnerTexts()).map((text) => text.trim().split(/ (?=\S+$)/)),
    );
    expect(passing).toMatchObject({
      all: '120',
      match: '74',
      differs: '46',
      nominal: '20',
      anomaly: '40',
      learned: '60',
    });
    await page.locator('#filters input[value=anomaly]').check({ force: true });
    expect(await textOf(page, '#page-place')).toBe('1–40 of 40');
    expect(Object.keys(await plottedPoints(page, 'plot-similarity'))).not.toContain('nominal, emulator');

    await page.locator('#filters input[value=all]').check({ force: true });
    await page.locator('#scrub').focus();
    await page.locator('#next-event').press('Enter');
    await page.locator('#scrub').press('End');
    expect(await textOf(page, '#scrub-readout')).toMatch(/call 120: .*link: a unit was sent again/);
    expect((await selectedPoints(page, 'plot-residual', 'chosen'))[0]![0]).toBe(120);
  });

  test('names and console lines are text, whatever they contain', async () => {
    const opened = await reading(HOSTILE);
    expect(await opened.page.locator('img').count()).toBe(0);
    expect(await opened.page.locator('.console').allInnerTexts()).toEqual([HOSTILE.console.join('\n')]);
    await opened.page.locator('#next-signal').click();
    expect(await textOf(opened.page, '#selection')).toContain('</script><img src=x onerror="alert(3)">');
    expect(opened.complaints).toEqual([]);
  });

  test('light or dark, text stands out from its ground and axe finds no serious fault', async () => {
    for (const run of [DIFFERENT, GOOD, BROKEN]) {
      await using opened = await openReport(browser, run, { colorScheme: 'light' });
      const ground = () => opened.page.evaluate('getComputedStyle(document.body).backgroundColor');
      const light = await ground();
      expect(await opened.page.evaluate(LOWEST_CONTRAST)).toBeGreaterThanOrEqual(4.5);
      await opened.page.locator('#theme').click();
      expect(await ground()).not.toBe(light);
      expect(await opened.page.evaluate(LOWEST_CONTRAST)).toBeGreaterThanOrEqual(4.5);
      if (run === BROKEN) continue;
      expect(await seriousFaults(opened.page)).toEqual([]);
    }
  });

  test('nothing overflows at 400 and 1600 pixels, on screen or on paper', async () => {
    for (const run of [GOOD, DIFFERENT, BROKEN, HOSTILE]) {
      expect(await overflowAnywhere((await reading(run)).page)).toEqual([]);
    }
  });

  test('ten thousand signals make a page below three megabytes that still opens', async () => {
    const run = syntheticRun({ learn: 2000, nominal: 4000, anomaly: 4000, divergesAt: 7000 });
    await using opened = await openReport(browser, run);
    const bytes: number = await opened.page.evaluate('new Blob([document.documentElement.outerHTML]).size');
    expect(bytes).toBeLessThan(3_000_000);
    expect(await textOf(opened.page, '#page-place')).toBe('1–50 of 10000');
    expect(opened.complaints).toEqual([]);
  });
});
