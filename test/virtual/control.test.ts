import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listBoards } from '../../src/boards/load.ts';
import { answerLine } from '../../src/virtual/control.ts';
import { missingBlocks } from '../../src/virtual/families/not-modelled.ts';
import { type Bench, openBench, openUsart, unlockFlash } from './bench.ts';
import { askControl, newFolder, removeFolder, startBoard } from './process.ts';

describe('requests', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = openBench();
  });
  afterEach(() => bench.close());
  const ask = (request: object) =>
    answerLine(JSON.stringify(request), { board: bench.board, identity: { board: 'nucleo-l432kc' } });

  test('hello says who it is and what it does not model', async () => {
    const answer = await ask({ do: 'hello' });
    expect(answer).toMatchObject({ ok: true, board: 'nucleo-l432kc' });
    expect(answer['modelled']).toContain('USART2');
    expect((answer['notModelled'] as string[]).join()).toContain('RTC calendar');
  });

  test.each(listBoards())('hello of %s tells of its own chip, and denies nothing that it has', async (id) => {
    const other = openBench(undefined, id);
    try {
      const { family } = other.board.facts;
      const answer = await answerLine('{"do":"hello"}', { board: other.board, identity: {} });
      const modelled = answer['modelled'] as string[];
      expect(modelled.filter((name) => missingBlocks(family).includes(name))).toEqual([]);
      const denied = (answer['notModelled'] as string[]).join();
      expect(denied.includes('ECC')).toBe(other.board.facts.flash.ecc);
      expect(denied.includes('DMA streams')).toBe(other.board.facts.dma.kind === 'streams');
      expect(denied.includes('RTC calendar')).toBe(modelled.includes('RTC'));
    } finally {
      other.close();
    }
  });

  test('time tells virtual time, instructions and the line', async () => {
    openUsart(bench);
    bench.board.line.fromHost(Uint8Array.of(1));
    bench.passUs(100);
    expect(await ask({ do: 'time' })).toMatchObject({
      ok: true,
      power: 'on',
      core: 'halted',
      coreClockHz: 16e6,
      bytesToBoard: 1,
      lineSeconds: expect.closeTo(87e-6, 6),
    });
  });

  test('power goes off and on', async () => {
    expect(await ask({ do: 'power', state: 'off' })).toEqual({ ok: true, power: 'off' });
    expect(await ask({ do: 'time' })).toMatchObject({ power: 'off' });
    expect(await ask({ do: 'power', state: 'on' })).toEqual({ ok: true, power: 'on' });
  });

  test('a power cut is armed for an operation of the future, and flash counts tell what was done', async () => {
    expect(await ask({ do: 'cut-power-at-flash-op', operation: 'erase', moment: 'after', skip: 1 })).toEqual({
      ok: true,
    });
    unlockFlash(bench);
    for (const page of [0, 1]) {
      bench.write(0x40022014, 2 | (page << 3) | (1 << 16));
      bench.passUs(23_000);
    }
    expect(bench.board.machine.powered).toBe(false);
    expect(await ask({ do: 'flash-counts' })).toMatchObject({ erases: 2, programs: 0, tornWords: [] });
  });

  test('serial faults are taken, and taken back', async () => {
    openUsart(bench);
    await ask({ do: 'serial-fault', direction: 'to-board', kind: 'drop', count: 5 });
    await ask({ do: 'serial-faults-clear' });
    await ask({ do: 'serial-fault', direction: 'to-board', kind: 'drop' });
    bench.board.line.fromHost(Uint8Array.of(1, 2));
    bench.passUs(200);
    expect(await ask({ do: 'time' })).toMatchObject({ faultsApplied: { toBoard: 1, toHost: 0 } });
    expect(bench.read(0x40004424)).toBe(2);
  });

  test('complaints are listed with their count and can be cleared', async () => {
    bench.read(0x40012400);
    bench.read(0x40012400);
    const { complaints } = (await ask({ do: 'complaints', clear: true })) as unknown as {
      complaints: object[];
    };
    expect(complaints).toMatchObject([{ kind: 'unmodelled', address: 0x40012400, times: 2 }]);
    expect(await ask({ do: 'complaints' })).toMatchObject({ complaints: [] });
  });

  test.each([
    ['{', 'not JSON'],
    ['{"do":"fly"}', 'do: '],
    ['{"do":"advance","ms":-1}', 'ms: '],
    ['{"do":"serial-fault","direction":"up","kind":"drop"}', 'direction: '],
    ['{"do":"power","state":"off","now":true}', 'now'],
  ])('%s is refused with what is wrong', async (line, reason) => {
    const answer = await answerLine(line, { board: bench.board, identity: {} });
    expect(answer.ok).toBe(false);
    expect(answer['error']).toContain(reason);
  });
});

describe('the process', () => {
  const SERIAL = '0667FF303030303030303031';
  let folder: string;
  beforeEach(() => {
    folder = newFolder();
  });
  afterEach(() => removeFolder(folder));

  test('says one line, answers in order, ends with its input and leaves nothing but its flash', async () => {
    const board = await startBoard(folder, SERIAL);
    expect(board).toMatchObject({ ready: true, board: 'nucleo-l432kc', probeSerial: SERIAL });
    expect(readdirSync(board.portFolder)).toEqual([`usb-STMicroelectronics_STM32_STLink_${SERIAL}-if02`]);
    expect(await board.control({ do: 'hello' })).toMatchObject({
      ok: true,
      probeSerial: SERIAL,
      pid: board.pid,
    });
    expect(await askControl(board.controlSocket, 'nonsense')).toMatchObject({ ok: false });
    expect(await board.stop()).toBe(0);
    expect(readdirSync(board.portFolder)).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(['by-id', 'flash.bin']);
  });

  test('two boards have two identities, and one folder takes one board', async () => {
    const first = await startBoard(folder, SERIAL);
    const second = await startBoard(join(folder, 'second'), SERIAL.replace('31', '32'));
    expect(second.uniqueId).not.toBe(first.uniqueId);
    expect(second.stlinkPort).not.toBe(first.stlinkPort);
    await expect(startBoard(folder, SERIAL)).rejects.toThrow('VIRTUAL_STATE');
    await Promise.all([first.stop(), second.stop()]);
  });

  test('ends when its parent is killed', async () => {
    const script = `
      const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ${JSON.stringify([
        join(import.meta.dirname, '../../src/virtual/main.ts'),
        '--board',
        'nucleo-l432kc',
        '--probe-serial',
        SERIAL,
        '--dir',
        folder,
      ])}, { stdio: ['pipe', 'inherit', 'inherit'] });
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [chunk] = await once(parent.stdout, 'data');
    const { pid, controlSocket } = JSON.parse(String(chunk)) as { pid: number; controlSocket: string };
    parent.kill('SIGKILL');
    await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 20_000 }).toBe(false);
    expect(existsSync(controlSocket)).toBe(false);
  });
});
