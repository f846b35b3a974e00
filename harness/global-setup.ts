import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FullConfig } from '@playwright/test';
import { startBroker } from './broker/start.ts';
import { BROKER_VARIABLE, readSettings } from './settings.ts';

/** Starts the broker for the run, unless one runs already; what it returns ends it. */
export default async function globalSetup(config: FullConfig): Promise<(() => Promise<void>) | undefined> {
  const settings = readSettings();
  if (settings.broker !== undefined) return undefined;
  mkdirSync(settings.outDir, { recursive: true });
  // As Playwright does with its own results: what lies here is of one run.
  for (const name of ['evidence', 'broker'])
    rmSync(join(settings.outDir, name), { recursive: true, force: true });
  const broker = await startBroker(settings, config.workers);
  process.env[BROKER_VARIABLE] = broker.socket;
  return () => broker.close();
}
