import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { syntheticDuel, syntheticRuns } from '../record/synthetic-duel.ts';
import { chromiumPath, launchChromium, openDuelPage, overflowPx, textOf } from './browser.ts';

const executable = chromiumPath();
/** A name as a careless or hostile user may have it. */
const HOSTILE = `<img src=x onerror=alert(1)>${'long-name-'.repeat(12)}.csv`;

let browser: Browser;
beforeAll(async () => {
  if (executable !== null) browser = await launchChromium(executable);
});
afterAll(() => browser?.close());
beforeEach((context) => {
  if (executable === null) context.skip('no Chromium: install Debian\'s "chromium" or name one in CHROMIUM');
});

function hostileDuel() {
  const runs = syntheticRuns();
  const renamed = (run: typeof runs.ours) => ({
    ...run,
    dataset: { files: run.dataset.files.map((file, i) => (i === 0 ? { ...file, path: HOSTILE } : file)) },
  });
  return syntheticDuel(
    { ours: renamed(runs.ours), vendor: renamed(runs.vendor) },
    { known: ['its metadata says </script><b>nothing</b>'] },
  );
}

describe('the page of a duel', () => {
  test('tells every figure of both, who is better, and what is needed to read it fairly', async () => {
    const duel = hostileDuel();
    await using opened = await openDuelPage(browser, duel);
    const { page, requests, complaints, url } = opened;
    expect(requests).toEqual([url]);
    expect(complaints).toEqual([]);
    expect(await page.locator('img, b').count()).toBe(0);
    const figures = await textOf(page, '#figures');
    for (const words of ['100 %', '90 %', 'instructions', 'ours alone was right on 4', '3.0 times less']) {
      expect(figures).toContain(words);
    }
    const winners = await page
      .locator('#figures tr[data-winner]')
      .evaluateAll((rows) =>
        rows.map((row) => [row.getAttribute('data-winner'), [...row.querySelectorAll('.won')].length]),
      );
    expect(winners).toEqual(
      duel.rows.map(({ winner }) => [winner, winner === 'tie' || winner === null ? 0 : 1]),
    );
    expect(await textOf(page, '.band')).toContain('no sign-off of silicon');
    expect(await textOf(page, '.remarks')).toContain('</script><b>nothing</b>');
    expect(await textOf(page, '#partings')).toContain('4 of 60 signals');
    expect(await textOf(page, '#partings')).toContain('60, anomaly');
    expect(await page.locator('svg circle').count()).toBe(60);
  });

  test('does not overflow at 400 and 1600 pixels nor on paper', async () => {
    await using opened = await openDuelPage(browser, hostileDuel());
    const { page } = opened;
    for (const width of [400, 1600]) {
      await page.setViewportSize({ width, height: 900 });
      for (const media of ['screen', 'print'] as const) {
        await page.emulateMedia({ media });
        expect(await overflowPx(page)).toBeLessThanOrEqual(0);
      }
    }
  });
});
