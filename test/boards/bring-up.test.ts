import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadBoard } from '../../src/boards/load.ts';
import { askControl } from '../../src/cli/control-client.ts';
import { attach } from '../../src/host/attach.ts';
import type { BoardSession } from '../../src/host/board.ts';
import { type BuiltFirmware, buildFirmware } from '../../src/host/build.ts';
import { startVirtualSlot, type VirtualSlot } from '../../src/host/virtual-slot.ts';
import type { Client } from '../../src/protocol/client.ts';
import { AXES, BUFFER_SIZE, MISCHIEF, mischiefLibrary, mischievousSignal } from './mischief.ts';

const board = loadBoard('nucleo-l432kc');
const home = mkdtempSync(join(tmpdir(), 'neai-bring-up-'));
let built: BuiltFirmware;
let virtual: VirtualSlot;
let session: BoardSession;

beforeAll(async () => {
  const shape = { axes: AXES, bufferSize: BUFFER_SIZE };
  built = await buildFirmware(mischiefLibrary(), { board, shape, outDir: home });
  virtual = await startVirtualSlot(board);
  session = await attach(virtual.slot);
  await session.flash(built.elf);
});

afterAll(async () => {
  await session?.close();
  await virtual?.close();
  rmSync(home, { recursive: true, force: true });
});

const learn = (client: Client, kind: number) => client.call('learn', { signal: mischievousSignal(kind) });

describe('the firmware on the virtual NUCLEO-L432KC', () => {
  it('says who it is, from the registers of the chip and the symbols of its image', async () => {
    const client = await session.connect();
    const { hello } = client;
    expect(Buffer.from(hello.firmwareHash).toString('hex')).toBe(built.buildId);
    const words = [0, 4, 8].map((at) =>
      Buffer.from(hello.uniqueId).readUInt32LE(at).toString(16).padStart(8, '0'),
    );
    expect(words.join('').toUpperCase()).toBe(session.identity.uniqueId);
    expect(hello.deviceId & 0xfff).toBe(board.identity.deviceId);
    expect(hello).toMatchObject({
      boardId: board.id,
      coreClockHz: board.clock.coreHz,
      knowledgeAddress: built.neai.address,
      knowledgeBytes: built.neai.bytes,
      windowBytes: board.ram.receiveRingBytes - 1,
      axes: AXES,
      bufferSize: BUFFER_SIZE,
    });
    expect(hello.inputSamples).toBeGreaterThan(4096);
  });

  it('counts its boots over every reset and knows the reason of each; power starts the count at 1', async () => {
    const client = await session.connect();
    const { bootCounter } = client.hello;
    // OpenOCD's "reset run" with the stock file pulls NRST.
    expect(client.hello.resetCause).toBe('pin');
    const bySoftware = await client.reset();
    expect(bySoftware).toMatchObject({ bootCounter: bootCounter + 1, resetCause: 'software' });
    await askControl(virtual.slot.control!, { do: 'reset' });
    expect(await client.open()).toMatchObject({ bootCounter: bootCounter + 2, resetCause: 'pin' });
    await askControl(virtual.slot.control!, { do: 'power', state: 'off' });
    await askControl(virtual.slot.control!, { do: 'power', state: 'on' });
    expect(await client.open()).toMatchObject({ bootCounter: 1, resetCause: 'power-on' });
  });

  it('counts ticks in a call and tells how deep its stack has been', async () => {
    const client = await session.connect();
    await client.call('initialize', {});
    const { code, learnCounter, ticks } = await learn(client, MISCHIEF.none);
    expect({ code, learnCounter }).toEqual({ code: 1, learnCounter: 1 });
    expect(ticks).toBeGreaterThan(5);
    expect(ticks).toBeLessThan(500);
    const { stackBytes } = await client.call('stats', {});
    expect(stackBytes).toBeGreaterThan(200);
    expect(stackBytes).toBeLessThan(board.ram.stackBytes / 2);
  });

  it('executes next to nothing while nobody asks, and its time goes on', async () => {
    const client = await session.connect();
    await client.call('ping', {});
    const time = async () => {
      const { virtualSeconds, instructions } = await askControl(virtual.slot.control!, { do: 'time' });
      return { seconds: Number(virtualSeconds), instructions: Number(instructions) };
    };
    const before = await time();
    await expect
      .poll(async () => (await time()).seconds - before.seconds, { timeout: 20_000 })
      .toBeGreaterThan(0.3);
    expect((await time()).instructions - before.instructions).toBeLessThan(5_000);
    await client.call('ping', {});
  });

  it.each([230_400, 460_800, 921_600, 2_000_000])(
    'works at %d baud, and goes back to 115200 by reset',
    async (baud) => {
      const client = await session.connect();
      await client.call('initialize', {});
      expect(await client.setBaud(baud)).toBe(baud);
      for (let count = 1; count <= 5; count++) {
        expect(await learn(client, MISCHIEF.none)).toMatchObject({ code: 1, learnCounter: count });
      }
      expect(await client.reset()).toMatchObject({ baud: 115_200 });
    },
  );

  it.each([
    ['framing', 'framingErrors'],
    ['noise', 'noiseErrors'],
    ['overrun', 'overrunErrors'],
  ] as const)('survives a %s error, counts it, and answers on', async (kind, counter) => {
    const client = await session.connect();
    await askControl(virtual.slot.control!, { do: 'serial-fault', direction: 'to-board', kind });
    expect((await client.call('get_status', {})).code).toBe(0);
    expect((await client.call('stats', {}))[counter]).toBe(1);
  });
});
