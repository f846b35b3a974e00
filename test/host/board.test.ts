import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BoardSession } from '../../src/host/board.ts';
import { buildFirmware } from '../../src/host/build.ts';
import type { VirtualSlot } from '../../src/host/virtual-slot.ts';
import { board, control, flashCounts, Rig } from './rig.ts';
import { trivialLibrary } from './trivial-library.ts';

const rig = new Rig();
const [AXES, BUFFER] = [3, 64];
const signal = (value: number): Float32Array => new Float32Array(AXES * BUFFER).fill(value);
/** Two images that differ in their library's id. */
const libraryIds = ['0123456789abcdef01234567', 'fedcba987654321001234567'];
let elfs: string[];
let boards: VirtualSlot[];
let sessions: BoardSession[];

beforeAll(async () => {
  const shape = { axes: AXES, bufferSize: BUFFER };
  elfs = [];
  for (const [index, id] of libraryIds.entries()) {
    const plan = trivialLibrary(shape).map((file) => ({
      ...file,
      content: typeof file.content === 'string' ? file.content.replace(libraryIds[0]!, id) : file.content,
    }));
    elfs.push((await buildFirmware(plan, { board, shape, outDir: `${rig.folder}/fw-${index}` })).elf);
  }
  boards = await Promise.all([rig.virtual(), rig.virtual()]);
  sessions = await Promise.all(boards.map(({ slot }) => rig.attach({ ...slot, deadlineFactor: 2 })));
});
afterAll(() => rig.close());

describe('two boards in one rack', () => {
  it('are flashed and driven at the same time and never mixed up', async () => {
    await Promise.all(sessions.map((session, index) => session.flash(elfs[index]!)));
    const clients = await Promise.all(sessions.map((session) => session.connect()));
    expect(clients.map((client) => client.hello.libraryId)).toEqual(libraryIds);
    expect(new Set(sessions.map((session) => session.identity.uniqueId)).size).toBe(2);

    const learns = [7, 12];
    const last = await Promise.all(
      clients.map(async (client, index) => {
        await client.call('initialize', {});
        let counter = 0;
        for (let n = 0; n < learns[index]!; n++)
          counter = (await client.call('learn', { signal: signal(n) })).learnCounter;
        return counter;
      }),
    );
    expect(last).toEqual(learns);
    for (const [index, session] of sessions.entries())
      expect(session.console.join('\n')).toContain(libraryIds[index]);
  });

  it('keep their flash untouched when the same images come again', async () => {
    const before = await Promise.all(boards.map(({ slot }) => flashCounts(slot)));
    const results = await Promise.all(sessions.map((session, index) => session.flash(elfs[index]!)));
    expect(results.map((result) => result.skipped)).toEqual([true, true]);
    expect(await Promise.all(boards.map(({ slot }) => flashCounts(slot)))).toEqual(before);
  });

  it('are told apart by their chips when the ports are swapped', async () => {
    const [first, second] = boards;
    const swapped = {
      ...first!.slot,
      portFolder: rig.portFolder(first!.slot.probeSerial, sessions[1]!.port),
    };
    await sessions[0]!.close();
    await sessions[1]!.close();
    const session = await rig.attach({ ...swapped, deadlineFactor: 1 });
    const other = await rig.attach(second!.slot);
    await other.resetRun();
    await expect(session.connect()).rejects.toMatchObject({
      code: 'PROTOCOL_MISMATCH',
      message: expect.stringContaining('uniqueId'),
    });
    await session.close();
    await other.close();
    sessions = await Promise.all(boards.map(({ slot }) => rig.attach({ ...slot, deadlineFactor: 2 })));
  });
});

describe('a bad line', () => {
  it('damages frames in both directions, and every learn is still executed exactly once', async () => {
    const { slot } = boards[0]!;
    const client = await sessions[0]!.connect();
    await client.call('initialize', {});
    for (const direction of ['to-board', 'to-host'])
      await control(slot, { do: 'serial-fault', direction, kind: 'flip', rate: 0.0005, count: 40, seed: 3 });
    for (let n = 1; n <= 30; n++)
      expect((await client.call('learn', { signal: signal(n) })).learnCounter).toBe(n);
    await control(slot, { do: 'serial-faults-clear' });
    expect(client.counts.unitsRepeated).toBeGreaterThan(0);
    expect(client.counts.sessions).toBe(1);
  });

  it('with the wrong baud rate is told as garbled', async () => {
    const { slot } = boards[0]!;
    await sessions[0]!.close();
    const session = await rig.attach({ ...slot, deadlineFactor: 1 });
    await expect(session.connect({ baud: 9600 })).rejects.toMatchObject({
      code: 'BOARD_GARBLED',
      exitStatus: 3,
    });
    await expect(session.connect()).resolves.toBeDefined();
    await session.close();
  });
});

describe('an OpenOCD that dies', () => {
  it('while nothing is asked of it ends the run with its own code, at once', async () => {
    const session = await rig.attach({ ...boards[0]!.slot, deadlineFactor: 1 });
    const client = await session.connect();
    process.kill(session.openOcdPid, 'SIGKILL');
    const learnOn = async (): Promise<void> => {
      for (;;) await client.call('learn', { signal: signal(1) });
    };
    await expect(learnOn()).rejects.toMatchObject({ code: 'OPENOCD_DIED', exitStatus: 3 });
    await session.close();
  });
});
