import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadBoard } from '../../src/boards/load.ts';
import { askControl } from '../../src/cli/control-client.ts';
import { attach } from '../../src/host/attach.ts';
import type { BoardSession } from '../../src/host/board.ts';
import { buildFirmware } from '../../src/host/build.ts';
import { startVirtualSlot, type VirtualSlot } from '../../src/host/virtual-slot.ts';
import type { Client } from '../../src/protocol/client.ts';
import { RAISED_BAUDS, raiseBaud, takeBaud } from '../../src/protocol/raise-baud.ts';
import { trivialLibrary } from '../host/trivial-library.ts';

/** Rates above the one after reset, on the line of a virtual board: a wrong rate is garbage there, as on a real one. */
const AXES = 3;
const BUFFER_SIZE = 32;
const RESET_RATE = 115_200;
/** A first value that keeps the library busy for longer than the board waits for a frame. */
const LONG_CALL = 7;
const board = loadBoard('nucleo-l432kc');
const LONGER_THAN = 2.1 * board.clock.coreHz;
/** A turn of the loop has six instructions or more; the answer tells how many there were. */
const TURNS = Math.ceil(LONGER_THAN / 5.8);

let home: string;
let virtual: VirtualSlot;
let session: BoardSession;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'neai-raised-'));
  const shape = { axes: AXES, bufferSize: BUFFER_SIZE };
  const onLearn = `if (data_input[0] == ${LONG_CALL}.0f) { for (volatile uint32_t i = 0; i < ${TURNS}u; i++) { } }`;
  const built = await buildFirmware(trivialLibrary({ ...shape, onLearn }), { board, shape, outDir: home });
  virtual = await startVirtualSlot(board);
  session = await attach(virtual.slot);
  await session.flash(built.elf);
});

afterEach(() => control({ do: 'serial-faults-clear' }));

afterAll(async () => {
  await session?.close();
  await virtual?.close();
  await rm(home, { recursive: true, force: true });
});

const control = (request: Record<string, unknown>) => askControl(virtual.slot.control!, request);

async function connect(): Promise<Client> {
  const client = await session.connect();
  await client.call('initialize', {});
  return client;
}

const learn = (client: Client, first = 0, timeoutMs = 60_000) => {
  const signal = new Float32Array(AXES * BUFFER_SIZE);
  signal[0] = first;
  return client.call('learn', { signal }, { timeoutMs });
};

/** The highest rate that is not above `baud`, of those that are tried and the one after reset. */
const rungBelow = (baud: number): number => [RESET_RATE, ...RAISED_BAUDS].findLast((rate) => rate < baud)!;

describe('the line rate', () => {
  it('climbs to the highest rate that the clock makes and the line carries', async () => {
    const client = await connect();
    const { bootCounter } = client.hello;
    expect(await raiseBaud(client)).toBe(2_000_000);
    expect(client.baud).toBe(2_000_000);
    expect(await learn(client)).toMatchObject({ code: 1, learnCounter: 1 });
    expect(await raiseBaud(client, { mostBaud: 921_600 })).toBe(2_000_000);
    // One session all the way: nothing had to be opened again.
    expect(client.counts).toMatchObject({ sessions: 1, unitsRepeated: 0 });
    expect((await client.open()).bootCounter).toBe(bootCounter);
  });

  it.each([
    [undefined, 115_200],
    ['115200', 115_200],
    ['460800', 460_800],
    ['negotiate', 2_000_000],
  ] as const)('is taken to where it is wished: %s', async (wished, baud) => {
    const client = await connect();
    expect(await takeBaud(client, wished)).toBe(baud);
    expect(client.baud).toBe(baud);
    expect(await learn(client)).toMatchObject({ code: 1, learnCounter: 1 });
  });

  it.each([230_400, 460_800, 921_600])('stops at %d when it is told to', async (mostBaud) => {
    const client = await connect();
    expect(await raiseBaud(client, { mostBaud })).toBe(mostBaud);
    expect(await learn(client)).toMatchObject({ code: 1, learnCounter: 1 });
    expect((await client.call('stats', {})).baudFallbacks).toBe(0);
  });

  // 80 MHz by 40.5 is two rates, each 1.2 % away.
  it('stays where it is when asked for one that the clock does not make within 1 %', async () => {
    const client = await connect();
    await expect(client.setBaud(1_975_308)).rejects.toMatchObject({ refusal: 'out_of_range' });
    expect(client.baud).toBe(RESET_RATE);
    expect(await learn(client)).toMatchObject({ learnCounter: 1 });
  });

  it.each(RAISED_BAUDS)('falls back from %d when the line carries nothing there', async (baud) => {
    const client = await connect();
    await learn(client);
    await control({
      ...{ do: 'serial-fault', direction: 'to-board', kind: 'drop', rate: 1 },
      aboveBaud: 1.1 * rungBelow(baud), // a board makes its rates as its clock divides
    });
    expect(await raiseBaud(client)).toBe(rungBelow(baud));
    // The same board, with what it had learned, and it counts what it gave up.
    expect(await learn(client)).toMatchObject({ code: 1, learnCounter: 2 });
    expect((await client.call('stats', {})).baudFallbacks).toBe(1);
  });

  it.each(['to-board', 'to-host'])(
    'falls back from a rate that damages one byte in fifty %s',
    async (direction) => {
      const client = await connect();
      await control({ do: 'serial-fault', direction, kind: 'flip', rate: 0.02, seed: 5, aboveBaud: 500_000 });
      expect(await raiseBaud(client)).toBe(460_800);
      expect(await learn(client)).toMatchObject({ code: 1, learnCounter: 1 });
    },
  );

  it('is the one after reset again when the answer that agrees on another one is lost', async () => {
    const client = await connect();
    await control({ do: 'serial-fault', direction: 'to-host', kind: 'drop', count: 10 });
    expect(await raiseBaud(client)).toBe(RESET_RATE);
    expect(await learn(client)).toMatchObject({ code: 1, learnCounter: 1 });
    expect(await raiseBaud(client)).toBe(2_000_000);
  });

  it('falls back after two seconds of the own time of the board without a valid frame, and is found there', async () => {
    const client = await connect();
    await learn(client);
    expect(await raiseBaud(client, { mostBaud: 921_600 })).toBe(921_600);
    await control({ do: 'serial-fault', direction: 'to-board', kind: 'drop', rate: 1 });
    await control({ do: 'advance', ms: 1500 });
    await control({ do: 'advance', ms: 1500 });
    await control({ do: 'serial-faults-clear' });
    await expect(client.call('get_status', {}, { timeoutMs: 1500 })).rejects.toMatchObject({
      outcome: 'not-executed',
    });
    expect(await client.open()).toMatchObject({ baud: RESET_RATE });
    expect(await client.call('stats', {})).toMatchObject({ baudFallbacks: 1 });
    expect(await learn(client)).toMatchObject({ learnCounter: 2 });
  });

  it('stays raised while a call takes longer than that', async () => {
    const client = await connect();
    expect(await raiseBaud(client, { mostBaud: 921_600 })).toBe(921_600);
    const { code, ticks } = await learn(client, LONG_CALL);
    expect(code).toBe(1);
    expect(ticks).toBeGreaterThan(LONGER_THAN);
    expect(client.baud).toBe(921_600);
    expect(await client.call('stats', {})).toMatchObject({ baudFallbacks: 0 });
  });

  it('is that after reset at once for a board that a probe has reset: nothing is lost to its banner', async () => {
    const client = await connect();
    const { bootCounter } = client.hello;
    await takeBaud(client, '921600');
    await session.resetRun();
    expect((await client.openAfterReset()).bootCounter).toBe(bootCounter + 1);
    const { sessions, unitsRepeated, unitsRepeatedInVain } = client.counts;
    expect([client.baud, sessions, unitsRepeated - unitsRepeatedInVain]).toEqual([RESET_RATE, 2, 0]);
  });

  it('is no hiding place for a reset: it is seen by the request that meets it, and the outcome is settled', async () => {
    const client = await connect();
    await learn(client);
    expect(await raiseBaud(client, { mostBaud: 921_600 })).toBe(921_600);
    await control({ do: 'reset' });
    await expect(learn(client, 0, 1500)).rejects.toMatchObject({
      code: 'BOARD_RESET_IN_SESSION',
      outcome: 'unknown',
    });
    expect(client.baud).toBe(RESET_RATE);
    expect(await client.settle()).toMatchObject({
      bootedAgain: true,
      requests: [{ command: 'learn', outcome: 'state-lost' }],
    });
    expect(client.hello.resetCause).toBe('pin');
  });
});
