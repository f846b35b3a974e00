import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BoardSession } from '../../src/host/board.ts';
import type { Slot } from '../../src/host/rack.ts';
import { FLASH, idleProgram } from './elf-image.ts';
import { childrenEnd, isAlive } from './processes.ts';
import { control, flashCounts, Rig } from './rig.ts';
import { freshSerial } from './serials.ts';

const rig = new Rig();
let slot: Slot;
beforeAll(async () => {
  ({ slot } = await rig.virtual());
});
afterAll(() => rig.close());

describe('taking a board', () => {
  it('proves who it is, keeps others out meanwhile, and gives it back', async () => {
    const evidenceDir = `${rig.folder}/evidence`;
    const session = await rig.attach(slot, { evidenceDir });
    expect(session.identity).toMatchObject({
      probeSerial: slot.probeSerial,
      deviceId: 0x435,
      flashKilobytes: 256,
      uniqueId: expect.stringMatching(/^[0-9A-F]{24}$/),
    });
    expect(session.port).toContain(slot.probeSerial);
    await expect(rig.attach({ ...slot, name: 'the-same-probe' })).rejects.toMatchObject({
      code: 'SLOT_BUSY',
    });
    await session.close();
    expect(isAlive(session.openOcdPid)).toBe(false);
    await (await rig.attach(slot)).close();
    expect(readFileSync(`${evidenceDir}/openocd-${slot.name}.log`, 'utf8')).toContain(
      'read_memory 0xe0042000',
    );
  });

  it.each<[string, (serial: string) => Partial<Slot>, string]>([
    [
      'there is a probe, but with another serial number',
      (probeSerial) => ({ probeSerial, portFolder: rig.portFolder(probeSerial, '/dev/null') }),
      'PROBE_SERIAL_MISMATCH',
    ],
    ['no port carries the probe’s serial number', (probeSerial) => ({ probeSerial }), 'PORT_NOT_FOUND'],
    ['no probe is there', () => ({ adapter: ['hla_stlink_backend tcp 1'] }), 'PROBE_NOT_FOUND'],
    ['the chip has another unique id', () => ({ uniqueId: '0'.repeat(24) }), 'IDENTITY_MISMATCH'],
    ['an adapter argument is nonsense', () => ({ adapter: ['no_such_command 1'] }), 'OPENOCD_START_FAILED'],
    ['the board is unknown', () => ({ board: 'nucleo-z999' }), 'BOARD_UNKNOWN'],
  ])('is refused when %s: nothing is erased, nothing is left locked', async (_what, change, code) => {
    const before = await flashCounts(slot);
    const wrong = { ...slot, deadlineFactor: 1, ...change(freshSerial()) };
    await expect(rig.attach(wrong)).rejects.toMatchObject({ code });
    expect(await flashCounts(slot)).toEqual(before);
    await (await rig.attach(slot)).close();
  });

  it('can be called off', async () => {
    await expect(rig.attach(slot, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'INTERRUPTED',
      exitStatus: 130,
    });
    await (await rig.attach(slot)).close();
  });
});

describe('a board that falls silent', () => {
  let session: BoardSession;
  beforeAll(async () => {
    session = await rig.attach({ ...slot, deadlineFactor: 1 });
  });
  afterAll(() => session.close());

  it('is told as silent when its firmware says nothing, with program counter and fault registers', async () => {
    await session.flash(rig.elf({ address: FLASH, bytes: idleProgram(2048) }));
    await expect(session.connect()).rejects.toMatchObject({
      code: 'BOARD_SILENT',
      details: { evidence: expect.stringContaining('pc 0x08000010') },
    });
  });

  it('is told as faulted when its core is locked up', async () => {
    const program = idleProgram(2048, 7);
    // The reset vector points at an undefined instruction, and so does the fault vector.
    new DataView(program.buffer).setUint16(0x10, 0xde00, true);
    await session.flash(rig.elf({ address: FLASH, bytes: program }));
    await expect(session.connect()).rejects.toMatchObject({ code: 'BOARD_FAULT', exitStatus: 3 });
  });
});

describe('what breaks in the middle of flashing', () => {
  const image = idleProgram(40 * 1024, 9);

  it('an OpenOCD that is killed has its own code, and the next run repairs the flash', async () => {
    const session = await rig.attach(slot);
    const elf = rig.elf({ address: FLASH, bytes: image });
    const flashing = session.flash(elf);
    const killed = expect(flashing).rejects.toMatchObject({ code: 'OPENOCD_DIED', exitStatus: 3 });
    await expect
      .poll(() => session.transcript, { timeout: 20_000, interval: 5 })
      .toContain('flash write_image');
    process.kill(session.openOcdPid, 'SIGKILL');
    await killed;
    expect(session.codeRanSinceReset).toBe(true);
    await session.close();

    const next = await rig.attach(slot);
    await expect(next.flash(elf)).resolves.toMatchObject({ skipped: false });
    await expect(next.flash(elf)).resolves.toMatchObject({ skipped: true });
    await next.close();
  });

  it('an interruption ends OpenOCD and gives the board back, and the next run repairs the flash', async () => {
    const session = await rig.attach(slot);
    const controller = new AbortController();
    const elf = rig.elf({ address: FLASH, bytes: idleProgram(40 * 1024, 10) });
    const called = expect(session.flash(elf, { signal: controller.signal })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    await expect
      .poll(() => session.transcript, { timeout: 20_000, interval: 5 })
      .toContain('flash write_image');
    controller.abort();
    await called;
    await session.close();
    await childrenEnd([session.openOcdPid], 5000);

    const next = await rig.attach(slot);
    await expect(next.flash(elf)).resolves.toMatchObject({ skipped: false });
    await next.close();
  });

  it('a board whose power fails is told as a failure of the rack, and can be flashed afterwards', async () => {
    const session = await rig.attach({ ...slot, deadlineFactor: 1 });
    const elf = rig.elf({ address: FLASH, bytes: idleProgram(8 * 1024, 11) });
    await control(slot, { do: 'cut-power-at-flash-op', operation: 'program', moment: 'during', skip: 300 });
    const failure = await session.flash(elf).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      exitStatus: 3,
      code: expect.stringMatching(/^(FLASH|TARGET|PROBE|MEMORY|OPENOCD_TIMEOUT)/),
    });
    await session.close();
    await control(slot, { do: 'power', state: 'on' });

    const next = await rig.attach(slot);
    await expect(next.flash(elf)).resolves.toMatchObject({ skipped: false });
    await next.close();
  });
});

describe('a board whose process ends', () => {
  it('is told by the port and by the probe, each with its own code', async () => {
    const virtual = await rig.virtual();
    const session = await rig.attach({ ...virtual.slot, deadlineFactor: 1 });
    const line = await session.openLine();
    const lost = new Promise((resolve) => line.onLost(resolve));
    process.kill(virtual.pid, 'SIGKILL');
    await expect(lost).resolves.toMatchObject({ code: 'PORT_CLOSED' });
    await expect(session.readMemory(0x2000_0000, 64)).rejects.toMatchObject({ code: 'PROBE_LOST' });
    await session.close();
  });
});
