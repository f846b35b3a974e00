import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBoard } from '../../src/boards/load.ts';
import { attach } from '../../src/host/attach.ts';
import { buildFirmware } from '../../src/host/build.ts';
import { startVirtualSlot } from '../../src/host/virtual-slot.ts';
import { type BoardPlace, type BoardRow, type PlannedRow, runRow } from './board-row.ts';
import { boundOfNone } from './bound.ts';
import { hashingLibrary } from './hashing-library.ts';

const BOARD = 'nucleo-l432kc';
const AXES = 3;
/** Samples an axis, and the length of a learn on the line: 63 and 639 bytes. */
const SHORT = 3;
const LONG = 51;
const FLIPS = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2];
const BYTE_KINDS = [
  'drop',
  'double',
  'insert',
  'replace',
  'gap',
  'zeros',
  'ones',
  'burst',
  'text',
  'framing',
] as const;

/** Requests of each row when a hundred thousand frames are asked for. Where hardly anything passes, few are tried. */
const SHORT_ROWS: readonly PlannedRow[] = [
  ...FLIPS.map((rate, i) => ({
    kind: 'flip' as const,
    rate,
    per: 'bit' as const,
    requests: [6000, 8000, 8000, 1600, 64][i]!,
  })),
  ...BYTE_KINDS.flatMap((kind) =>
    [1e-4, 1e-3, 1e-2].map((rate, i) => ({
      ...{ kind, rate, per: 'byte' as const },
      requests: [1500, 1000, 64][i]!,
    })),
  ),
  { kind: 'reset', rate: 1 / 40, per: 'request', requests: 480 },
];
const LONG_ROWS: readonly PlannedRow[] = [1e-6, 1e-5, 1e-4].map((rate) => ({
  ...{ kind: 'flip' as const, rate, per: 'bit' as const, requests: 500 },
}));
const PLANNED_FRAMES = 1e5;

export interface BoardCampaign {
  readonly seed: number;
  readonly rows: readonly BoardRow[];
  readonly frames: number;
  readonly damaged: number;
  readonly bound95: number | null;
  readonly failures: readonly string[];
}

export interface BoardCampaignOptions {
  /** Frames in both directions, about. */
  readonly frames: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** These faults alone; all when not given. */
  readonly kinds?: readonly string[];
  /** Called after each row. */
  readonly onRow?: (row: BoardRow) => void;
}

/**
 * Damage on both directions of the line of a virtual board at 921600 baud, with this project's client at the other end.
 * Whatever is answered must be what a board without faults would answer, and the board must never be in a state that
 * the requests sent to it cannot have brought about.
 */
export async function runBoardCampaign(options: BoardCampaignOptions): Promise<BoardCampaign> {
  const { frames, seed, signal } = options;
  const rows: BoardRow[] = [];
  for (const [bufferSize, planned] of [
    [SHORT, SHORT_ROWS],
    [LONG, LONG_ROWS],
  ] as const) {
    await withHashingBoard(bufferSize, signal, async (place) => {
      for (const row of planned.filter(({ kind }) => options.kinds?.includes(kind) ?? true)) {
        const requests = Math.max(8, Math.ceil((row.requests * frames) / PLANNED_FRAMES));
        const done = await runRow(place, { ...row, requests }, seed * 1000 + rows.length);
        rows.push(done);
        options.onRow?.(done);
      }
    });
  }
  const sum = (of: (row: BoardRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const damaged = sum((row) => row.damagedToBoard + row.damagedToHost);
  const wrong = sum((row) => row.corruptedExecuted + row.wrongAnswers);
  return {
    seed,
    rows,
    frames: sum((row) => row.framesToBoard + row.framesToHost),
    damaged,
    bound95: wrong > 0 ? null : boundOfNone(damaged),
    failures: rows.flatMap((row) => judge(row)),
  };
}

function judge(row: BoardRow): string[] {
  const name = `${row.kind} at ${row.rate} a ${row.per}, frames of ${row.frameBytes} bytes`;
  const failures: string[] = [];
  if (row.corruptedExecuted > 0)
    failures.push(`${name}: ${row.corruptedExecuted} corrupted commands executed`);
  if (row.wrongAnswers > 0) failures.push(`${name}: ${row.wrongAnswers} wrong answers accepted`);
  // Safety holds at every rate, progress where a line can be called one.
  const isShort = row.frameBytes < 100;
  const mustGoOn = row.kind === 'flip' && row.rate <= (isShort ? 1e-3 : 1e-4);
  if (mustGoOn && row.answered < 0.9 * row.requests)
    failures.push(`${name}: only ${row.answered} of ${row.requests} requests were answered`);
  return failures;
}

async function withHashingBoard(
  bufferSize: number,
  signal: AbortSignal,
  work: (place: BoardPlace) => Promise<void>,
): Promise<void> {
  const board = loadBoard(BOARD);
  const shape = { axes: AXES, bufferSize };
  const folder = mkdtempSync(join(tmpdir(), 'neai-campaign-'));
  try {
    const built = await buildFirmware(hashingLibrary(bufferSize), { board, shape, outDir: folder, signal });
    const virtual = await startVirtualSlot(board, { signal });
    try {
      const session = await attach(virtual.slot, { signal });
      try {
        await session.flash(built.elf, { signal });
        await work({ port: session.port, control: virtual.slot.control!, values: AXES * bufferSize, signal });
      } finally {
        await session.close();
      }
    } finally {
      await virtual.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
