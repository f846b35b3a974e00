import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { readSettings } from './harness/settings.ts';

const { outDir, long } = readSettings();

/** Scenarios: the runner of Playwright without any browser. `neai test` calls it with this file. */
export default defineConfig({
  testDir: 'scenarios',
  testMatch: '*.scenario.ts',
  globalSetup: './harness/global-setup.ts',
  outputDir: join(outDir, 'results'),
  timeout: long ? 7_200_000 : 120_000,
  workers: 1,
  reporter: [
    ['list'],
    // Before the others: it adds the evidence of workers that died, which they then show.
    ['./harness/reporters/verdict.ts'],
    ['html', { outputFolder: join(outDir, 'html'), open: 'never' }],
    ['junit', { outputFile: join(outDir, 'junit.xml') }],
    ['./harness/reporters/ctrf.ts'],
  ],
});
