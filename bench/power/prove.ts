import { loadBoard } from '../../src/boards/load.ts';
import { sectorsOf } from '../../src/boards/schema.ts';
import { type BackupOperations, type Cut, CutChain, type CutResult, MOMENTS, OUTCOMES } from './cuts.ts';
import { FirmwareRig } from './firmware-rig.ts';
import { sharedLibrary, wideLibrary } from './subjects.ts';

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

/** In front of each record (docs/knowledge.md). */
const STORE_MARK_BYTES = 16;
/** A cut in the middle of an erase, and of the last program, which decides: so many ways to leave bits behind. */
const SEEDS_WHERE_IT_MATTERS = 8;

/** Families of small pages, where a backup can need several. */
export const PAGED_FAMILIES = ['F0', 'F1', 'G0', 'L4', 'L5'] as const satisfies readonly FlashFamily[];

/** The shared library's backup takes one page; that of the wide one several, where pages are small. */
export type Width = 'one page' | 'several pages';

export interface Proof {
  readonly family: FlashFamily;
  readonly width: Width;
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

/**
 * Where a backup goes from page to page: every erase, the last program of each page and the first of the next, and the
 * mark. With `stride` every so many programs beside them.
 */
export function pageCuts(
  { erases, programs, programsPerPage, programsOfMark }: BackupOperations,
  seed: number,
  stride = Number.POSITIVE_INFINITY,
): Cut[] {
  const borders = Array.from({ length: erases - 1 }, (_, page) => (page + 1) * programsPerPage);
  const chosen = new Set([
    ...Array.from({ length: erases }, (_, erase) => erase),
    // The mark lies first in its page and is written last: all else is so much earlier.
    ...borders.flatMap((border) => [border - 1, border]).map((program) => erases + program - programsOfMark),
    erases + programs - 1,
  ]);
  for (let program = 0; program < programs; program += stride) chosen.add(erases + program);
  return [...chosen].flatMap((operation) =>
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
    readonly width?: Width;
  },
): Promise<Proof> {
  const { width = 'one page' } = options;
  const board = BOARD_OF_FAMILY[family];
  const facts = loadBoard(board);
  const subject = await (width === 'one page' ? sharedLibrary : wideLibrary)(facts, options.signal);
  const rig = new FirmwareRig(facts, subject.elf);
  try {
    const { knowledgeStore, flash } = facts;
    const page = sectorsOf(flash).find(({ address }) => address === knowledgeStore!.address)!;
    const chain = await CutChain.begin(rig, subject.nextSignal, {
      programsPerPage: page.bytes / flash.programBytes,
      programsOfMark: STORE_MARK_BYTES / flash.programBytes,
    });
    const cuts = cutsOf(chain.operations);
    const results: CutResult[] = [];
    for (const cut of cuts) {
      options.signal.throwIfAborted();
      results.push(await chain.cut(cut, options.sabotage));
      options.onProgress?.(results.length, cuts.length);
    }
    return { family, width, board, operations: chain.operations, results };
  } finally {
    await rig.close();
    subject.close();
  }
}

/**
 * The table of a proof: what boards came up with, by kind of operation and moment, and after how many of the cuts there
 * were torn words to stumble over.
 */
export function powerTable(proofs: readonly Proof[]): string[] {
  const head = ['family', 'knowledge', 'operation', 'moment', 'cuts', ...OUTCOMES, 'torn'];
  const rows = proofs.flatMap(({ family, width, operations, results }) =>
    (['erase', 'program'] as const).flatMap((kind) =>
      MOMENTS.map((moment) => {
        const of = results.filter((result) => result.kind === kind && result.moment === moment);
        const counts = OUTCOMES.map((outcome) => of.filter((result) => result.outcome === outcome).length);
        const all = kind === 'erase' ? operations.erases : operations.programs;
        const name = `${new Set(of.map(({ operation }) => operation)).size} of ${all} ${kind}s`;
        const torn = of.filter(({ tornWords }) => tornWords > 0).length;
        return [family, width, name, moment, of.length, ...counts, torn].map(String);
      }),
    ),
  );
  const table = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table.map((row) =>
    row
      .map((cell, column) => (column < 4 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  '),
  );
}

/** What did not hold, one line each; empty when the proof stands. */
export function powerTroubles(proofs: readonly Proof[]): string[] {
  return proofs.flatMap(({ family, width, results }) =>
    results.flatMap(({ operation, moment, seed, troubles }) =>
      troubles.map(
        (trouble) => `${family}, ${width}, operation ${operation}, ${moment} (seed ${seed}): ${trouble}`,
      ),
    ),
  );
}
