import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { readSettings } from './harness/settings.ts';

const here = import.meta.dirname;
const { outDir, long } = readSettings();

/** Scenarios: the runner of Playwright without any browser. `neai test` calls it with this file. */
export default defineConfig({
  testDir: join(here, 'scenarios'),
  testMatch: '*.scenario.ts',
  globalSetup: join(here, 'harness/global-setup.ts'),
  outputDir: join(outDir, 'results'),
  timeout: long ? 7_200_000 : 120_000,
  workers: 1,
  reporter: [
    // Before and after the list: what it prints of a failure is the message, not one block for every file of evidence.
    [join(here, 'harness/reporters/attachments.ts')],
    ['list'],
    [join(here, 'harness/reporters/history.ts')],
    // Before the others: it adds the evidence of workers that died, which they then show.
    [join(here, 'harness/reporters/verdict.ts')],
    ['html', { outputFolder: join(outDir, 'html'), open: 'never' }],
    ['junit', { outputFile: join(outDir, 'junit.xml') }],
    [join(here, 'harness/reporters/ctrf.ts')],
  ],
});
