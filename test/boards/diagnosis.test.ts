import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emitBoard } from '../../src/boards/emit-board.ts';
import { loadBoard } from '../../src/boards/load.ts';
import type { Board } from '../../src/boards/schema.ts';
import { attach } from '../../src/host/attach.ts';
import type { BoardSession } from '../../src/host/board.ts';
import { buildFirmware } from '../../src/host/build.ts';
import { writePlan } from '../../src/host/compile.ts';
import { startVirtualSlot, type VirtualSlot } from '../../src/host/virtual-slot.ts';
import { trivialLibrary } from '../host/trivial-library.ts';

/** Firmware that was compiled with one fact of its board wrong, on a board that is as it should be. */
const truth = loadBoard('nucleo-l432kc');
const SHAPE = { axes: 1, bufferSize: 8 };
const pll = truth.clock.pll!;

const PLANTED: readonly (readonly [cause: string, planted: Board, seen: RegExp])[] = [
  // 16 MHz / 2 × 90 is beyond what the PLL makes: it never locks.
  ['no-clock', withClock({ pll: { ...pll, multiply: 90 } }), /no-clock-pll-lock/],
  [
    'wrong-clock',
    withClock({ pll: { ...pll, divideCore: 4 } }),
    /about 4[01]?(\.\d)? MHz|about 39(\.\d)? MHz/,
  ],
  ['wrong-baud', withUart({ defaultBaud: 38_400 }), /38[34]\d\d by a divider/],
  ['wrong-tx-pin', withUart({ tx: { pin: 'PA9', alternateFunction: 7 } }), /PA2 as USART2_TX.*: analog/],
  [
    'wrong-rx-pin',
    withUart({ rx: { pin: 'PA3', alternateFunction: 7 } }),
    /PA15 as USART2_RX.*: alternate function 0/,
  ],
  ['no-dma-receive', withDma('receive', 3), /channel 6 to receive, request 2 wanted: request 3/],
  ['no-dma-send', withDma('transmit', 3), /no-dma-sending/],
];

function withClock(change: Partial<Board['clock']>): Board {
  return { ...truth, clock: { ...truth.clock, ...change } };
}
function withUart(change: Partial<Board['uart']>): Board {
  return { ...truth, uart: { ...truth.uart, ...change } };
}
function withDma(which: 'receive' | 'transmit', request: number): Board {
  return { ...truth, dma: { ...truth.dma, [which]: { ...truth.dma[which], request } } };
}

const home = mkdtempSync(join(tmpdir(), 'neai-diagnosis-'));
let virtual: VirtualSlot;
let session: BoardSession;

beforeAll(async () => {
  virtual = await startVirtualSlot(truth, { deadlineFactor: 1.5 });
  session = await attach(virtual.slot);
});

afterAll(async () => {
  await session?.close();
  await virtual?.close();
  rmSync(home, { recursive: true, force: true });
});

/** All of them every night (scripts/nightly-link.ts); in between those that nothing but a look through the probe tells. */
const isLong = process.env['NEAI_DIAGNOSIS_LONG'] === '1';
const SHORT = ['wrong-clock', 'wrong-rx-pin', 'no-dma-receive'];
const planted = PLANTED.filter(([cause]) => isLong || SHORT.includes(cause));

describe('a board that does not come up', () => {
  it.each(planted)('for want of one fact is told by name: %s', async (cause, wrong, seen) => {
    const folder = join(home, cause);
    const files = emitBoard(wrong).map(({ path, content }) => ({
      path: path.replace('firmware/generated/', ''),
      content,
    }));
    await writePlan(files, folder);
    const { elf } = await buildFirmware(trivialLibrary(SHAPE), {
      board: truth,
      shape: SHAPE,
      outDir: folder,
      variables: { NEAI_GENERATED_DIR: folder },
    });
    await session.flash(elf);
    const error = await session.connect().catch((thrown) => thrown);
    expect(error.message, error.details?.evidence).toMatch(new RegExp(`: ${cause}$`));
    expect(error.exitStatus).toBe(3);
    expect(error.details.evidence).toMatch(seen);
    // The first thing that is wrong, and everything before it as it should be.
    const lines = (error.details.evidence as string).split('\n');
    expect(lines.find((line) => line.startsWith('WRONG'))).toMatch(seen);
  });
});
