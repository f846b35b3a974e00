import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadBoard } from '../../src/boards/load.ts';
import { askControl } from '../../src/cli/control-client.ts';
import { attach } from '../../src/host/attach.ts';
import type { BoardSession } from '../../src/host/board.ts';
import { buildFirmware } from '../../src/host/build.ts';
import { startVirtualSlot, type VirtualSlot } from '../../src/host/virtual-slot.ts';
import { parseBoardText } from '../../src/protocol/board-text.ts';
import type { Client } from '../../src/protocol/client.ts';
import { raiseBaud } from '../../src/protocol/raise-baud.ts';
import { AXES, BUFFER_SIZE, MISCHIEF, mischiefLibrary, mischievousSignal, UNMAPPED } from './mischief.ts';

/** CFSR as each core has it; ARMv6-M has none. */
const UNDEFINED = { cfsr: 0x0001_0000 };
const PRECISE = { cfsr: 0x0000_8200, bfar: UNMAPPED };

describe.each([
  ['nucleo-f072rb', {}, {}],
  ['nucleo-f103rb', UNDEFINED, PRECISE],
  ['nucleo-l432kc', UNDEFINED, PRECISE],
  ['nucleo-l552ze-q', UNDEFINED, PRECISE],
] as const)(
  'on the virtual %s a failure in mid-session is seen in the exchange it happens in',
  (id, undefinedRegisters, preciseRegisters) => {
    const board = loadBoard(id);
    const home = mkdtempSync(join(tmpdir(), 'neai-faults-'));
    let virtual: VirtualSlot;
    let session: BoardSession;

    beforeAll(async () => {
      const shape = { axes: AXES, bufferSize: BUFFER_SIZE };
      const { elf } = await buildFirmware(mischiefLibrary(), { board, shape, outDir: home });
      virtual = await startVirtualSlot(board);
      session = await attach(virtual.slot);
      await session.flash(elf);
    });

    afterAll(async () => {
      await session?.close();
      await virtual?.close();
      rmSync(home, { recursive: true, force: true });
    });

    async function connect(): Promise<Client> {
      const client = await session.connect();
      await client.call('initialize', {});
      return client;
    }

    const failure = (client: Client, kind: keyof typeof MISCHIEF) =>
      client.call('learn', { signal: mischievousSignal(MISCHIEF[kind]) }, { timeoutMs: 60_000 }).then(
        () => {
          throw new Error('the board has learned');
        },
        (error) => error,
      );

    it.each([
      ['undefinedInstruction', undefinedRegisters],
      ['unmappedRead', preciseRegisters],
    ] as const)('a HardFault by %s, with function, registers and command', async (kind, registers) => {
      const client = await connect();
      // Once at a raised rate: the report comes at the rate at which the board fell.
      if (id === 'nucleo-l432kc' && kind === 'unmappedRead') await raiseBaud(client, { mostBaud: 921_600 });
      const { bootCounter } = client.hello;
      const error = await failure(client, kind);
      expect(error).toMatchObject({ code: 'BOARD_FAULT', command: 'learn', outcome: 'unknown' });
      expect(error.message).toMatch(
        /^learn: the firmware faulted: HardFault at mischief\+0x[0-9a-f]+ \(0x08[0-9a-f]{6}\), link register in \w+\+0x[0-9a-f]+ \(0x08[0-9a-f]{6}\), during learn/,
      );
      const report = parseBoardText(error.details.got);
      expect(report).toMatchObject({ kind: 'panic', fault: 'HardFault', command: 'learn', registers });
      expect(await client.settle()).toMatchObject({ bootedAgain: true });
      expect(client.hello).toMatchObject({ bootCounter: bootCounter + 1, resetCause: 'software' });
    });

    it('a stack overflow, which leaves no place to name', async () => {
      const client = await connect();
      const error = await failure(client, 'endlessRecursion');
      expect(error).toMatchObject({ code: 'BOARD_FAULT', outcome: 'unknown' });
      expect(error.message).toContain('the firmware faulted: HardFault-stack-overflow');
      expect(error.message).toContain('during learn');
      expect(await client.settle()).toMatchObject({ bootedAgain: true });
    });

    it('a watchdog, by its name', async () => {
      const client = await connect();
      const error = await failure(client, 'watchdog');
      expect(error).toMatchObject({ code: 'BOARD_RESET_IN_SESSION', outcome: 'unknown' });
      expect(error.message).toContain('the board was reset (watchdog)');
      expect(await client.settle()).toMatchObject({ bootedAgain: true });
      expect(client.hello.resetCause).toBe('watchdog');
    });

    it('a reset while nobody asked, by the request that comes next', async () => {
      const client = await connect();
      const { promise: printed, resolve } = Promise.withResolvers<void>();
      const before = session.console.length;
      const watch = setInterval(() => session.console.length > before && resolve(), 20);
      await askControl(virtual.slot.control!, { do: 'reset' });
      await printed.finally(() => clearInterval(watch));
      await expect(client.call('get_status', {})).rejects.toMatchObject({
        code: 'BOARD_RESET_IN_SESSION',
        message: 'get_status: the board was reset (pin)',
        outcome: 'not-executed',
      });
    });
  },
);
