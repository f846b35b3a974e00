import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FirmwareCache } from '../../harness/broker/firmware-cache.ts';
import { loadBoard } from '../../src/boards/load.ts';
import { loadLibrary } from '../../src/studio/load-library.ts';
import { type BackupOperations, type Cut, CutChain, type CutResult, MOMENTS, OUTCOMES } from './cuts.ts';
import { FirmwareRig } from './firmware-rig.ts';

/** One board of each family: what stores knowledge differs by family alone. */
export const BOARD_OF_FAMILY = {
  F0: 'nucleo-f072rb',
  F1: 'nucleo-f103rb',
  F4: 'nucleo-f401re',
  F7: 'nucleo-f746zg',
  G0: 'nucleo-g071rb',
  L4: 'nucleo-l432kc',
  L5: 'nucleo-l552ze-q',
} as const;
export type FlashFamily = keyof typeof BOARD_OF_FAMILY;

const FIXTURE = resolve(import.meta.dirname, '../../scenarios/fixtures/gearbox-3x64');
/** A cut in the middle of an erase, and of the last program, which decides: so many ways to leave bits behind. */
const SEEDS_WHERE_IT_MATTERS = 8;

export interface Proof {
  readonly family: FlashFamily;
  readonly board: string;
  readonly operations: BackupOperations;
  readonly results: readonly CutResult[];
}

/** Every operation of a backup, before, in the middle of and after it. */
export function everyCut({ erases, programs }: BackupOperations, seed: number): Cut[] {
  const last = erases + programs - 1;
  return Array.from({ length: last + 1 }, (_, operation) => operation).flatMap((operation) =>
    MOMENTS.flatMap((moment) => {
      const matters = moment === 'during' && (operation < erases || operation === last);
      const seeds = matters ? SEEDS_WHERE_IT_MATTERS : 1;
      return Array.from({ length: seeds }, (_v, way) => ({
        operation,
        moment,
        seed: seed + operation + 1000 * way,
      }));
    }),
  );
}

/** The erase, the first program, one in the middle, and the last two: the mark that makes a record valid. */
export function fewCuts({ erases, programs }: BackupOperations, seed: number): Cut[] {
  const last = erases + programs - 1;
  return [0, erases, erases + (programs >> 1), last - 1, last].flatMap((operation) =>
    MOMENTS.map((moment) => ({ operation, moment, seed: seed + operation })),
  );
}

/** Cuts the power of a family's board at the operations that `cutsOf` chooses. */
export async function provePower(
  family: FlashFamily,
  cutsOf: (operations: BackupOperations) => Cut[],
  options: {
    readonly signal: AbortSignal;
    readonly onProgress?: (done: number, of: number) => void;
    /** See {@link CutChain.cut}. */
    readonly sabotage?: (rig: FirmwareRig) => void;
  },
): Promise<Proof> {
  const board = BOARD_OF_FAMILY[family];
  const library = await loadLibrary(FIXTURE);
  const firmware = await new FirmwareCache(options.signal).get(library, board);
  const rig = new FirmwareRig(loadBoard(board), firmware.elf);
  try {
    const chain = await CutChain.begin(rig, signalsInTurn());
    const cuts = cutsOf(chain.operations);
    const results: CutResult[] = [];
    for (const cut of cuts) {
      options.signal.throwIfAborted();
      results.push(await chain.cut(cut, options.sabotage));
      options.onProgress?.(results.length, cuts.length);
    }
    return { family, board, operations: chain.operations, results };
  } finally {
    await rig.close();
  }
}

/** The lines of the fixture's regular signals, over and over. */
function signalsInTurn(): () => Float32Array {
  const lines = readFileSync(join(FIXTURE, 'regular.csv'), 'utf8').trim().split('\n');
  const signals = lines.map((line) => Float32Array.from(line.split(' '), Number));
  let next = 0;
  return () => signals[next++ % signals.length]!;
}

/**
 * The table of a proof: what boards came up with, by kind of operation and moment, and after how many of the cuts there
 * were torn words to stumble over.
 */
export function powerTable(proofs: readonly Proof[]): string[] {
  const head = ['family', 'operation', 'moment', 'cuts', ...OUTCOMES, 'torn'];
  const rows = proofs.flatMap(({ family, operations, results }) =>
    (['erase', 'program'] as const).flatMap((kind) =>
      MOMENTS.map((moment) => {
        const of = results.filter((result) => result.kind === kind && result.moment === moment);
        const counts = OUTCOMES.map((outcome) => of.filter((result) => result.outcome === outcome).length);
        const all = kind === 'erase' ? operations.erases : operations.programs;
        const name = `${new Set(of.map(({ operation }) => operation)).size} of ${all} ${kind}s`;
        const torn = of.filter(({ tornWords }) => tornWords > 0).length;
        return [family, name, moment, of.length, ...counts, torn].map(String);
      }),
    ),
  );
  const table = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table.map((row) =>
    row
      .map((cell, column) => (column < 3 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  '),
  );
}

/** What did not hold, one line each; empty when the proof stands. */
export function powerTroubles(proofs: readonly Proof[]): string[] {
  return proofs.flatMap(({ family, results }) =>
    results.flatMap(({ operation, moment, seed, troubles }) =>
      troubles.map((trouble) => `${family}, operation ${operation}, ${moment} (seed ${seed}): ${trouble}`),
    ),
  );
}
