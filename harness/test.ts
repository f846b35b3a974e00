import { resolve } from 'node:path';
import { test as base } from '@playwright/test';
import type { Library } from '../src/engine/index.ts';
import { NeaiError } from '../src/shared/errors.ts';
import { loadLibrary, loadLimits } from '../src/studio/load-library.ts';
import type { Board } from './board.ts';
import { BoardError } from './board-error.ts';
import { BrokerClient } from './broker/client.ts';
import { type Dataset, loadDataset } from './dataset.ts';
import { attachEvidence, lend, notRun } from './lend.ts';
import { Reference } from './reference.ts';
import { readSettings } from './settings.ts';

/** Chosen by a scenario with `test.use({ … })`. */
export interface ScenarioOptions {
  /** Folder with library.json, that file, or a bundle zip; relative to the folder of scenarios. */
  libraryPath: string;
  /** Folder with regular.csv and abnormal.csv; the library's own folder when not given. */
  datasetPath: string | undefined;
  /** Boards that the library is limited to, `this board` for the one of the run; when not given, those of its bundle. */
  limitedTo: readonly string[] | undefined;
}

/** What a scenario may know of the run. */
export interface Rack {
  /** Kind of board. */
  readonly board: string;
  /** Long forms are wanted (`neai test --long`). */
  readonly long: boolean;
}

interface Scenario extends ScenarioOptions {
  /** Boards that the library is limited to; none: all. */
  allowedBoards: readonly string[];
  /** The library that is flashed. */
  library: Library;
  /** The signals of its machine. */
  dataset: Dataset;
  /** The library in the emulator, fresh. */
  emulator: Reference;
  /** A board with the library, fresh from reset, borrowed for this scenario alone. */
  board: Board;
  /**
   * Borrows one more board, of another kind, with the same library; it is given back when the scenario ends, or begun anew
   * when the same kind is asked for again. NOT RUN where the rack has none. `authorised: false` hands over a board that the library is not made for, too.
   * @throws BoardError LIBRARY_NOT_AUTHORISED
   */
  lendBoard: (kind: string, options?: { readonly authorised?: boolean }) => Promise<Board>;
}

interface Worker {
  rack: Rack;
  /** Not for scenarios: the connection to the process that holds the boards. */
  broker: BrokerClient;
}

/** Building, flashing and waiting for a board that others have are not the scenario's own time. */
const BOARD_TIMEOUT_MS = 1_200_000;
const THIS_BOARD = 'this board';

export const test = base.extend<Scenario, Worker>({
  libraryPath: ['fixtures/pump-1x16', { option: true }],
  datasetPath: [undefined, { option: true }],
  limitedTo: [undefined, { option: true }],

  allowedBoards: async ({ limitedTo, libraryPath, rack }, use, testInfo) => {
    const names = limitedTo ?? (await loadLimits(resolve(testInfo.project.testDir, libraryPath)));
    await use(names.map((name) => (name === THIS_BOARD ? rack.board : name)));
  },

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
    async ({ broker, library, allowedBoards: limitedTo, rack }, use, testInfo) => {
      const wanted = { kind: rack.board, library, limitedTo, authorised: true };
      const { board, giveBack } = await lend(broker, wanted, testInfo);
      try {
        await use(board);
      } finally {
        attachEvidence(testInfo, await giveBack());
      }
    },
    { timeout: BOARD_TIMEOUT_MS },
  ],

  lendBoard: [
    async ({ library, allowedBoards: limitedTo }, use, testInfo) => {
      const { broker } = readSettings();
      const clients = new Map<string, BrokerClient>();
      const lent = new Map<string, () => Promise<void>>();
      await use(async (kind, { authorised = true } = {}) => {
        await lent.get(kind)?.();
        lent.delete(kind);
        // A board is lent to a connection: each further one has its own.
        const client = clients.get(kind) ?? (await BrokerClient.connect(broker!));
        clients.set(kind, client);
        const wanted = { kind, library, limitedTo, authorised, as: kind };
        const { board, giveBack } = await lend(client, wanted, testInfo).catch((error) =>
          error.code === 'RACK_SLOT_UNKNOWN'
            ? notRun(testInfo, `no slot of the rack holds a ${kind}`)
            : Promise.reject(error),
        );
        lent.set(kind, async () => attachEvidence(testInfo, await giveBack(), kind));
        return board;
      });
      for (const end of lent.values()) await end();
      for (const client of clients.values()) client.close();
    },
    { timeout: BOARD_TIMEOUT_MS },
  ],
});

/** Playwright prints an error's message: ours then says code, what was asked and got, and the remedy. */
function explain(error: unknown): never {
  throw error instanceof NeaiError ? new BoardError(error) : error;
}
