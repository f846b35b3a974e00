import { join } from 'node:path';
import type { TestInfo } from '@playwright/test';
import type { Library } from '../src/engine/index.ts';
import { Board } from './board.ts';
import type { BrokerClient } from './broker/client.ts';
import type { Ended, Ending } from './broker/methods.ts';
import { evidenceFolder } from './evidence-folder.ts';
import { readSettings } from './settings.ts';

const LONGEST_REAL_WAIT_MS = 600_000;

/** What a scenario borrows a board for. */
export interface Wanted {
  /** Kind of board. */
  readonly kind: string;
  readonly library: Library;
  /** Boards that the library is limited to; none: all. */
  readonly limitedTo: readonly string[];
  /** False: the library may be limited to other boards. */
  readonly authorised: boolean;
  /** Of several boards in one scenario: which, for its evidence; the scenario's own has none. */
  readonly as?: string;
}

/** A borrowed board, and the way to give it back. */
export interface Lent {
  readonly board: Board;
  readonly giveBack: () => Promise<Ended>;
}

/** Borrows a board from the broker and begins the scenario on it. @throws BoardError; the board is given back then */
export async function lend(broker: BrokerClient, wanted: Wanted, testInfo: TestInfo): Promise<Lent> {
  const { slotWaitMs, longWaits } = readSettings();
  const { kind, library, limitedTo, authorised } = wanted;
  const slot = await broker.ask('borrow', {
    worker: testInfo.parallelIndex,
    board: kind,
    waitMs: slotWaitMs,
  });
  const giveBack = async (): Promise<Ended> => {
    const ended = await broker.ask('end', { ending: endingOf(testInfo) });
    await broker.ask('giveBack', {});
    return ended;
  };
  try {
    const scenario = scenarioFacts(testInfo, wanted.as);
    const { hello } = await broker.ask('begin', { scenario, library, limitedTo, authorised });
    const board = new Board({
      broker,
      slot,
      hello,
      warn: (description) => testInfo.annotations.push({ type: 'warning', description }),
      notRun: (reason) => notRun(testInfo, reason),
      longestRealWaitMs: longWaits ? Number.POSITIVE_INFINITY : LONGEST_REAL_WAIT_MS,
    });
    return { board, giveBack };
  } catch (error) {
    attachEvidence(testInfo, await giveBack(), wanted.as);
    throw error;
  }
}

/** Ends the scenario as NOT RUN. */
export function notRun(testInfo: TestInfo, reason: string): never {
  testInfo.skip(true, reason);
  throw new Error('a skipped scenario does not go on');
}

/** Files of the scenario's own board go into the reports; those of further boards lie in their folder, and go there too when it fails. */
export function attachEvidence(testInfo: TestInfo, { files }: Ended, as?: string): void {
  if (as === undefined) {
    testInfo.attachments.push(...files.map(({ name, path, contentType }) => ({ name, path, contentType })));
    return;
  }
  if (endingOf(testInfo) !== 'failed') return;
  const readable = files.filter(({ contentType }) => contentType.startsWith('text/'));
  for (const { name, path, contentType } of readable)
    testInfo.attachments.push({ name: `${as}: ${name}`, path, contentType });
}

function scenarioFacts(
  testInfo: TestInfo,
  as: string | undefined,
): { attempt: string; title: string; evidenceDir: string } {
  const { testId: id, title, retry, titlePath } = testInfo;
  const folder = evidenceFolder(readSettings().outDir, { id, title, retry });
  const evidenceDir = as === undefined ? folder : join(folder, as);
  const attempt = [id, retry, ...(as === undefined ? [] : [as])].join('-');
  return { attempt, title: titlePath.slice(1).join(' › '), evidenceDir };
}

function endingOf(testInfo: TestInfo): Ending {
  if (testInfo.status === 'skipped') return 'skipped';
  return testInfo.status === testInfo.expectedStatus && testInfo.errors.length === 0 ? 'passed' : 'failed';
}
