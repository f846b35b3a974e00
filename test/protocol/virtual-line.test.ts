import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadBoard } from '../../src/boards/load.ts';
import { askControl } from '../../src/cli/control-client.ts';
import { attach } from '../../src/host/attach.ts';
import type { BoardSession } from '../../src/host/board.ts';
import { buildFirmware } from '../../src/host/build.ts';
import { SerialLine } from '../../src/host/serial-port.ts';
import { startVirtualSlot, type VirtualSlot } from '../../src/host/virtual-slot.ts';
import { Client } from '../../src/protocol/client.ts';
import { trivialLibrary } from '../host/trivial-library.ts';

/** The firmware as it is flashed, on a virtual board, over its virtual serial line. */
const AXES = 3;
const BUFFER_SIZE = 128;
const board = loadBoard('nucleo-l432kc');
let home: string;
let virtual: VirtualSlot;
let session: BoardSession;
const opened: Client[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'neai-line-'));
  const shape = { axes: AXES, bufferSize: BUFFER_SIZE };
  const built = await buildFirmware(trivialLibrary(shape), { board, shape, outDir: home });
  virtual = await startVirtualSlot(board);
  session = await attach(virtual.slot);
  await session.flash(built.elf);
});

afterEach(async () => {
  await askControl(virtual.slot.control!, { do: 'serial-faults-clear' });
  await Promise.all(opened.splice(0).map((client) => client.close()));
});

afterAll(async () => {
  await session?.close();
  await virtual?.close();
  await rm(home, { recursive: true, force: true });
});

async function connect(baud = 115_200): Promise<Client> {
  const { deadlineFactor } = virtual.slot;
  const client = new Client({
    packSamples: false, // faults are placed by the bytes of a signal as it is
    transport: await SerialLine.open({ path: session.port, baud, deadlineFactor }),
    deadlineFactor,
  });
  opened.push(client);
  return client;
}

const signal = (first: number): Float32Array => {
  const values = new Float32Array(AXES * BUFFER_SIZE);
  values[0] = first;
  return values;
};

/** A board that is initialised and has learned nothing, and the digest it has after learning signal(1). */
async function learned(): Promise<{ client: Client; digest: number }> {
  const client = await connect();
  await client.open();
  await client.call('initialize', {});
  const { digest } = await client.call('learn', { signal: signal(1) });
  await client.call('initialize', {});
  return { client, digest };
}

const fault = (kind: string, more: object): Promise<unknown> =>
  askControl(virtual.slot.control!, { do: 'serial-fault', direction: 'to-board', kind, ...more });

describe('over the serial line of a virtual board', () => {
  it.each([57_600, 230_400])(
    'a host at %i baud hears that there is a board, and that the rates differ',
    async (baud) => {
      const client = await connect(baud);
      await expect(client.open({ timeoutMs: 3000 })).rejects.toMatchObject({ code: 'BOARD_GARBLED' });
    },
  );

  it.each(['drop', 'flip', 'insert', 'overrun'])(
    'a fault of kind %s in the middle of a signal costs a repetition and nothing else',
    async (kind) => {
      const { client, digest } = await learned();
      await fault(kind, { offset: 700 });
      expect(await client.call('learn', { signal: signal(1) })).toMatchObject({
        code: 1,
        learnCounter: 1,
        digest,
      });
      expect(client.counts.unitsRepeated).toBeGreaterThan(0);
      expect(await client.call('learn', { signal: signal(2) })).toMatchObject({ learnCounter: 2 });
    },
  );

  it('a break between two bytes costs nothing: a frame without a stop bit never reaches the DMA', async () => {
    const { client, digest } = await learned();
    const before = await client.call('stats', {});
    await fault('break', { offset: 700 });
    expect(await client.call('learn', { signal: signal(1) })).toMatchObject({
      code: 1,
      learnCounter: 1,
      digest,
    });
    expect(client.counts.unitsRepeated).toBe(0);
    expect((await client.call('stats', {})).framingErrors).toBe(before.framingErrors + 1);
  });

  it.each([
    ['framing', 'framingErrors'],
    ['noise', 'noiseErrors'],
    ['overrun', 'overrunErrors'],
  ] as const)('the board counts a %s error of its receiver and goes on', async (kind, count) => {
    const { client, digest } = await learned();
    const before = await client.call('stats', {});
    await fault(kind, { offset: 300 });
    expect(await client.call('learn', { signal: signal(1) })).toMatchObject({
      code: 1,
      learnCounter: 1,
      digest,
    });
    expect((await client.call('stats', {}))[count]).toBe(before[count] + 1);
  });

  it('answers that are damaged again and again end in an error of their own, and the outcome is settled', async () => {
    const client = await connect();
    await client.open();
    await client.call('initialize', {});
    await fault('flip', { direction: 'to-host', rate: 0.2 });
    const withoutAnswer = client.call('learn', { signal: signal(1) }, { timeoutMs: 3000 });
    await expect(withoutAnswer).rejects.toMatchObject({ code: 'PROTOCOL_BAD_CRC', outcome: 'unknown' });
    await askControl(virtual.slot.control!, { do: 'serial-faults-clear' });
    expect(await client.settle()).toMatchObject({
      bootedAgain: false,
      after: { learnCounter: 1 },
      requests: [{ command: 'learn', outcome: 'executed' }],
    });
  });
});
