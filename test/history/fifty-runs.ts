import { createHash } from 'node:crypto';
import { openHistory } from '../../src/history/database.ts';
import { importRun } from '../../src/history/import-record.ts';
import { readRecordedRun } from '../../src/history/recorded-run.ts';
import type { RunRecord } from '../../src/record/run-record.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { formatRunId } from '../../src/shared/run-id.ts';
import { syntheticRun } from '../record/synthetic-run.ts';

/** What happens in the history, by run from 0: nothing else does but noise of 1 % in times. */
export const STORY = {
  runs: 50,
  /** A new compiler: more instructions a learn, and a larger image. */
  compiler: 20,
  instructionsMore: 12,
  bytesMore: 124,
  /** Another OpenOCD: flashing takes 8 % longer. */
  slowFlash: 30,
  /** Another firmware: the target loses a learn, from this call on everything differs. */
  diverges: 36,
  divergesAtCall: 41,
  /** The rack fails in runs of the very thing that passes in others. */
  rackFails: [12, 26],
} as const;

export const LIBRARY = '5e1c0f9a77d24b3381c6aa02';

/** Every second run has a new commit. */
export const commitOf = (run: number): string =>
  createHash('sha1')
    .update(`commit ${run >> 1}`)
    .digest('hex');

export const idOf = (run: number): string =>
  formatRunId({ startedAt: startOf(run), name: 'nightly', host: 'bench', number: run + 1 });

const startOf = (run: number): Date => new Date(Date.UTC(2026, 8, 1 + run, 2, 0, 0));

/** Fifty nights of one comparison on one virtual board: the same seed, the same history. */
export function fiftyRuns(seed = 50): RunRecord[] {
  const random = seededRandom(seed);
  const noise = (): number => Math.exp(0.01 * random.normal());
  return Array.from({ length: STORY.runs }, (_, run) => {
    const fails = (STORY.rackFails as readonly number[]).includes(run);
    const record = syntheticRun({
      ...(run >= STORY.diverges ? { divergesAt: STORY.divergesAtCall } : {}),
      ...(fails ? { unanswered: 30 } : {}),
    });
    const isNewCompiler = run >= STORY.compiler;
    const more = isNewCompiler ? STORY.instructionsMore : 0;
    const { learn } = record.perCall;
    const flashSeconds = 1.84 * noise() * (run >= STORY.slowFlash ? 1.08 : 1);
    return {
      ...record,
      runId: idOf(run),
      startedAt: startOf(run).toISOString(),
      endedAt: new Date(startOf(run).getTime() + 72_000).toISOString(),
      command: 'neai compare --library motor --name nightly --board nucleo-l432kc',
      tools: {
        ...record.tools,
        compiler: `arm-none-eabi-gcc ${isNewCompiler ? '13.2.1' : '12.2.1'}`,
        openocd: run >= STORY.slowFlash ? '0.12.1' : '0.12.0',
      },
      firmware: {
        ...record.firmware!,
        buildId: run >= STORY.diverges ? 'f3' : isNewCompiler ? 'f2' : 'f1',
      },
      perCall: { ...record.perCall, learn: learn && { ...learn, median: learn.median + more } },
      footprint: record.footprint && {
        ...record.footprint,
        flashBytes: record.footprint.flashBytes + (isNewCompiler ? STORY.bytesMore : 0),
      },
      link: record.link && { ...record.link, seconds: record.link.seconds * noise() },
      flash: record.flash && { ...record.flash, seconds: flashSeconds },
    };
  });
}

/** Writes them into a history. */
export function writeFiftyRuns(file: string): void {
  const database = openHistory(file);
  for (const [run, record] of fiftyRuns().entries()) {
    importRun(database, readRecordedRun(record, record.runId), { folder: null, commit: commitOf(run) });
  }
  database.close();
}
