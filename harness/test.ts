import { resolve } from 'node:path';
import { test as base, type TestInfo } from '@playwright/test';
import type { Library } from '../src/engine/index.ts';
import { NeaiError } from '../src/shared/errors.ts';
import { loadLibrary } from '../src/studio/load-library.ts';
import { Board } from './board.ts';
import { BoardError } from './board-error.ts';
import { BrokerClient } from './broker/client.ts';
import type { Ended, Ending } from './broker/methods.ts';
import { type Dataset, loadDataset } from './dataset.ts';
import { evidenceFolder } from './evidence-folder.ts';
import { Reference } from './reference.ts';
import { readSettings } from './settings.ts';

/** Chosen by a scenario with `test.use({ … })`. */
export interface ScenarioOptions {
  /** Folder with library.json, that file, or a bundle zip; relative to the folder of scenarios. */
  libraryPath: string;
  /** Folder with regular.csv and abnormal.csv; the library's own folder when not given. */
  datasetPath: string | undefined;
}

/** What a scenario may know of the run. */
export interface Rack {
  /** Kind of board. */
  readonly board: string;
  /** Long forms are wanted (`neai test --long`). */
  readonly long: boolean;
}

interface Scenario extends ScenarioOptions {
  /** The library that is flashed. */
  library: Library;
  /** The signals of its machine. */
  dataset: Dataset;
  /** The library in the emulator, fresh. */
  emulator: Reference;
  /** A board with the library, fresh from reset, borrowed for this scenario alone. */
  board: Board;
}

interface Worker {
  rack: Rack;
  /** Not for scenarios: the connection to the process that holds the boards. */
  broker: BrokerClient;
}

/** Building, flashing and waiting for a board that others have are not the scenario's own time. */
const BOARD_TIMEOUT_MS = 1_200_000;
const LONGEST_REAL_WAIT_MS = 600_000;

export const test = base.extend<Scenario, Worker>({
  libraryPath: ['fixtures/pump-1x16', { option: true }],
  datasetPath: [undefined, { option: true }],

  library: async ({ libraryPath }, use, testInfo) => {
    await use(await loadLibrary(resolve(testInfo.project.testDir, libraryPath)).catch(explain));
  },

  dataset: async ({ datasetPath, libraryPath, library }, use, testInfo) => {
    const folder = resolve(testInfo.project.testDir, datasetPath ?? libraryPath);
    await use(await loadDataset(folder, library).catch(explain));
  },

  emulator: async ({ library }, use) => {
    await use(new Reference(library));
  },

  rack: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are wanted from this pattern
    async ({}, use) => {
      const { board, long } = readSettings();
      await use({ board, long });
    },
    { scope: 'worker' },
  ],

  broker: [
    // biome-ignore lint/correctness/noEmptyPattern: as above
    async ({}, use) => {
      const { broker } = readSettings();
      if (broker === undefined)
        throw new BoardError(
          new NeaiError('BROKER_LOST', 'no process holds boards for this run', {
            remedy: 'Run scenarios with neai test, or keep globalSetup in the Playwright configuration.',
          }),
        );
      const client = await BrokerClient.connect(broker);
      await use(client);
      client.close();
    },
    { scope: 'worker' },
  ],

  board: [
    async ({ broker, library, rack }, use, testInfo) => {
      const { slotWaitMs, longWaits } = readSettings();
      const worker = testInfo.parallelIndex;
      const slot = await broker.ask('borrow', { worker, board: rack.board, waitMs: slotWaitMs });
      try {
        const { hello } = await broker.ask('begin', { scenario: scenarioFacts(testInfo), library });
        const board = new Board({
          broker,
          slot,
          hello,
          warn: (description) => testInfo.annotations.push({ type: 'warning', description }),
          notRun: (reason) => notRun(testInfo, reason),
          longestRealWaitMs: longWaits ? Number.POSITIVE_INFINITY : LONGEST_REAL_WAIT_MS,
        });
        await use(board);
      } finally {
        const ended = await broker.ask('end', { ending: endingOf(testInfo) });
        await broker.ask('giveBack', {});
        attachEvidence(testInfo, ended);
      }
    },
    { timeout: BOARD_TIMEOUT_MS },
  ],
});

/** Playwright prints an error's message: ours then says code, what was asked and got, and the remedy. */
function explain(error: unknown): never {
  throw error instanceof NeaiError ? new BoardError(error) : error;
}

function notRun(testInfo: TestInfo, reason: string): never {
  testInfo.skip(true, reason);
  throw new Error('a skipped scenario does not go on');
}

function scenarioFacts(testInfo: TestInfo): { attempt: string; title: string; evidenceDir: string } {
  const { testId: id, title, retry, titlePath } = testInfo;
  const evidenceDir = evidenceFolder(readSettings().outDir, { id, title, retry });
  return { attempt: `${id}-${retry}`, title: titlePath.slice(1).join(' › '), evidenceDir };
}

function endingOf(testInfo: TestInfo): Ending {
  if (testInfo.status === 'skipped') return 'skipped';
  return testInfo.status === testInfo.expectedStatus && testInfo.errors.length === 0 ? 'passed' : 'failed';
}

function attachEvidence(testInfo: TestInfo, { files }: Ended): void {
  testInfo.attachments.push(...files.map(({ name, path, contentType }) => ({ name, path, contentType })));
}
