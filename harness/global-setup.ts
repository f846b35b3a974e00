import { mkdirSync } from 'node:fs';
import type { FullConfig } from '@playwright/test';
import { startBroker } from './broker/start.ts';
import { BROKER_VARIABLE, readSettings } from './settings.ts';

/** Starts the broker for the run, unless one runs already; what it returns ends it. */
export default async function globalSetup(config: FullConfig): Promise<(() => Promise<void>) | undefined> {
  const settings = readSettings();
  if (settings.broker !== undefined) return undefined;
  mkdirSync(settings.outDir, { recursive: true });
  const broker = await startBroker(settings, config.workers);
  process.env[BROKER_VARIABLE] = broker.socket;
  return () => broker.close();
}
