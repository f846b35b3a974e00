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
import { parseBoardText } from '../../src/protocol/board-text.ts';
import type { Client } from '../../src/protocol/client.ts';
import { trivialLibrary } from '../host/trivial-library.ts';

const board = loadBoard('nucleo-l432kc');
const AXES = 3;
const BUFFER_SIZE = 8;
/** First value of a signal, and what it makes this library do. */
const MISCHIEF = { none: 0, undefinedInstruction: 1, unmappedRead: 2, endlessRecursion: 3 };
const UNMAPPED = 0x3000_0000;

const mischief = `
static volatile uint32_t depth;
static uint32_t dig(uint32_t level);
static uint32_t dig(uint32_t level)
{
    volatile uint32_t room[16];
    room[level % 16u] = level;
    depth = level;
    return level == 0xFFFFFFFFu ? 0u : dig(level + 1u) + room[level % 16u];
}
void mischief(float kind) __attribute__((noinline));
void mischief(float kind)
{
    if (kind == 1.0f) {
        __asm__ volatile("udf #0");
    }
    if (kind == 2.0f) {
        (void)*(volatile uint32_t *)${UNMAPPED}u;
    }
    if (kind == 3.0f) {
        (void)dig(0);
    }
}`;

const home = mkdtempSync(join(tmpdir(), 'neai-bring-up-'));
let built: BuiltFirmware;
let virtual: VirtualSlot;
let session: BoardSession;

beforeAll(async () => {
  const plan = trivialLibrary({
    axes: AXES,
    bufferSize: BUFFER_SIZE,
    onLearn: 'mischief(data_input[0]);',
    extra: mischief,
  });
  const shape = { axes: AXES, bufferSize: BUFFER_SIZE };
  built = await buildFirmware(plan, { board, shape, outDir: home });
  virtual = await startVirtualSlot(board);
  session = await attach(virtual.slot);
  await session.flash(built.elf);
});

afterAll(async () => {
  await session?.close();
  await virtual?.close();
  rmSync(home, { recursive: true, force: true });
});

const signal = (kind: number): Float32Array => {
  const values = new Float32Array(AXES * BUFFER_SIZE);
  values[0] = kind;
  return values;
};

const learn = (client: Client, kind: number) => client.call('learn', { signal: signal(kind) });

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

  it.each([
    ['undefinedInstruction', 'HardFault', { cfsr: 0x0001_0000 }],
    ['unmappedRead', 'HardFault', { cfsr: 0x0000_8200, bfar: UNMAPPED }],
    ['endlessRecursion', 'HardFault-stack-overflow', {}],
  ] as const)('reports a fault by %s with its registers, and boots again', async (kind, fault, registers) => {
    const client = await session.connect();
    await client.call('initialize', {});
    const { bootCounter } = client.hello;
    const failure = await learn(client, MISCHIEF[kind]).catch((error) => error);
    expect(failure).toMatchObject({ code: 'BOARD_FAULT' });
    const report = parseBoardText(failure.details.got);
    expect(report).toMatchObject({ kind: 'panic', fault, command: 'learn', registers });
    if (report?.kind === 'panic' && fault === 'HardFault') {
      const pc = report.registers['pc']!;
      const home = built.symbols.find(
        ({ address, bytes }) => (address & ~1) <= pc && pc < (address & ~1) + bytes,
      );
      expect(home?.name).toBe('mischief');
    }
    const again = await client.open();
    expect(again).toMatchObject({ bootCounter: bootCounter + 1, resetCause: 'software' });
  });
});
