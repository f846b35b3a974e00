import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SerialPort } from 'serialport';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/shared/random.ts';
import {
  type BoardProcess,
  compile,
  holdProbe,
  newFolder,
  openocd,
  removeFolder,
  startBoard,
} from './process.ts';

const run = promisify(execFile);
const SERIAL = '0667FF303030303030303031';

let folder: string;
let board: BoardProcess;
beforeAll(async () => {
  folder = newFolder();
  board = await startBoard(folder, SERIAL);
});
afterAll(async () => {
  await board.stop();
  removeFolder(folder);
});

const program = (file: string, rest = 'verify reset exit') =>
  openocd(board.stlinkPort, SERIAL, `program ${file} ${rest}`);

/** A port that collects; `until` waits for so many bytes or fails. */
async function openPort(baudRate: number) {
  const port = new SerialPort({ path: board.port, baudRate, autoOpen: false });
  const chunks: Buffer[] = [];
  port.on('data', (chunk: Buffer) => chunks.push(chunk));
  port.open();
  await once(port, 'open');
  await new Promise((resolve) => port.flush(resolve));
  return {
    write: (bytes: Uint8Array) => port.write(bytes),
    bytes: () => Buffer.concat(chunks),
    forget: () => chunks.splice(0),
    async until(count: number, deadlineMs = 40_000): Promise<Buffer> {
      const signal = AbortSignal.timeout(deadlineMs);
      while (Buffer.concat(chunks).length < count) await once(port, 'data', { signal });
      return Buffer.concat(chunks);
    },
    close: () => new Promise((resolve) => port.close(resolve)),
  };
}

describe('OpenOCD', () => {
  test('programs, verifies and resets a blank chip, and one that holds a program', async () => {
    const elf = await compile(folder, 'echo');
    for (const _ of ['blank', 'programmed']) {
      const { text, status } = await program(elf);
      expect(text).toContain('** Verified OK **');
      expect(status).toBe(0);
    }
    expect(await board.control({ do: 'flash-counts' })).toMatchObject({ erases: 2 });
    expect(await board.control({ do: 'complaints' })).toMatchObject({ complaints: [] });
  });

  test('programs 64 KB of noise over whatever the chip was doing', async () => {
    const file = join(folder, 'noise.bin');
    const random = seededRandom(64);
    writeFileSync(
      file,
      Uint8Array.from({ length: 65536 }, () => random.below(256)),
    );
    for (const _ of ['over a program', 'over noise that is no program']) {
      const { text, seconds } = await program(file, '0x08000000 verify reset exit');
      expect(text).toContain('** Verified OK **');
      expect(seconds).toBeLessThan(30);
    }
    expect(readFileSync(join(folder, 'flash.bin')).subarray(0, 65536)).toEqual(readFileSync(file));
  });

  test('programs through the debug port directly too, as other boards of the family do', async () => {
    const elf = await compile(folder, 'echo');
    const { stdout, stderr } = await run('openocd', [
      ...['-f', 'interface/stlink-dap.cfg', '-c', `st-link backend tcp ${board.stlinkPort}`],
      ...['-c', `adapter serial ${SERIAL}`, '-c', 'transport select dapdirect_swd'],
      ...['-f', 'target/stm32l4x.cfg', '-c', 'reset_config srst_only srst_nogate'],
      ...['-c', 'gdb_port disabled; tcl_port disabled; telnet_port disabled'],
      ...['-c', `program ${elf} verify reset exit`],
    ]);
    expect(stdout + stderr).toContain('** Verified OK **');
  });

  test('finds no probe under another serial number', async () => {
    const { text, status } = await openocd(board.stlinkPort, SERIAL.replace('31', '32'), 'init; exit');
    expect(text).toContain('serial mismatch');
    expect(status).not.toBe(0);
  });

  test('is refused while another one has the probe', async () => {
    const first = holdProbe(board.stlinkPort, SERIAL);
    try {
      await first.taken;
      const { text, status } = await openocd(board.stlinkPort, SERIAL, 'init; exit');
      expect(text).toContain('already used');
      expect(status).not.toBe(0);
    } finally {
      await first.release();
    }
    expect((await openocd(board.stlinkPort, SERIAL, 'init; exit')).status).toBe(0);
  });
});

describe('a program on USART2', () => {
  const echoes = async (baudRate: number, ...flags: string[]) => {
    expect((await program(await compile(folder, 'echo', ...flags))).text).toContain('** Verified OK **');
    const port = await openPort(baudRate);
    await board.control({ do: 'reset' });
    return port;
  };

  test('greets and echoes by polling at 115200 baud', async () => {
    const port = await echoes(115200);
    expect(String(await port.until(5))).toBe('echo\n');
    port.forget();
    const text = Buffer.from('any byte: \0\x03\x0a\x0d\x11\x13\xff', 'latin1');
    port.write(text);
    expect(await port.until(text.length)).toEqual(text);
    await port.close();
  });

  test('echoes 4 KB through a DMA ring without losing a byte, in the time the line takes', async () => {
    const port = await echoes(115200, '-DMODE=1');
    await port.until(5);
    port.forget();
    const random = seededRandom(1);
    const data = Uint8Array.from({ length: 4096 }, () => random.below(256));
    const before = await board.control({ do: 'time' });
    port.write(data);
    expect(await port.until(data.length)).toEqual(Buffer.from(data));
    const after = await board.control({ do: 'time' });
    const lineSeconds = Number(after['lineSeconds']) - Number(before['lineSeconds']);
    expect(lineSeconds).toBeGreaterThan(40960 / 115200);
    expect(lineSeconds).toBeLessThan(1.05 * (40960 / 115200));
    await port.close();
  });

  test('hears framing errors from a host at another speed, and its answers are garbage there', async () => {
    const port = await echoes(9600);
    try {
      const garbled = async (): Promise<number> => Number((await board.control({ do: 'time' }))['garbled']);
      const before = await garbled();
      port.write(Buffer.from('hello'));
      // Five bytes from the host, and what the program answered to its errors.
      await expect.poll(async () => (await garbled()) - before, { timeout: 20_000 }).toBeGreaterThan(8);
      expect(String(port.bytes())).not.toMatch(/echo|hello/);
    } finally {
      await port.close();
    }
  });

  test('keeps its program over a power cycle and a new process, and loses its RAM', async () => {
    const port = await echoes(115200);
    await port.until(5);
    port.forget();
    await board.control({ do: 'power', state: 'off' });
    const { unheard } = await board.control({ do: 'time' });
    port.write(Buffer.from('x'));
    await expect
      .poll(async () => (await board.control({ do: 'time' }))['unheard'], { timeout: 10_000, interval: 5 })
      .toBe(Number(unheard) + 1);
    await board.control({ do: 'power', state: 'on' });
    expect(String(await port.until(5))).toBe('echo\n');
    await port.close();
    await board.stop();
    board = await startBoard(folder, SERIAL);
    const again = await openPort(115200);
    await board.control({ do: 'reset' });
    // The greeting after power-on may have been cut by the reset.
    await expect.poll(() => String(again.bytes()), { timeout: 20_000 }).toMatch(/echo\n$/);
    await again.close();
    expect(await board.control({ do: 'flash-counts' })).toMatchObject({ erases: 0, programs: 0 });
  });
});

describe('a program that writes flash', () => {
  const PAGE = 0x4000;
  const words = async (address: number, count: number): Promise<number[]> => {
    const { text } = await openocd(
      board.stlinkPort,
      SERIAL,
      'init',
      'halt',
      `echo "words: [read_memory 0x${address.toString(16)} 32 ${count}]"`,
      'resume',
      'exit',
    );
    return text
      .match(/words: (.*)/)![1]!
      .trim()
      .split(' ')
      .map(Number);
  };

  test('erases and programs a page at the pace of the data sheet', async () => {
    const { text } = await program(await compile(folder, 'self-flash'), 'verify exit');
    expect(text).toContain('** Verified OK **');
    const before = await board.control({ do: 'time' });
    await board.control({ do: 'reset' });
    await board.control({ do: 'advance', ms: 60 });
    const after = await board.control({ do: 'time' });
    expect(await words(0x20000100, 3)).toEqual([1, 256, 0]);
    expect(Number(after['virtualSeconds']) - Number(before['virtualSeconds'])).toBeGreaterThan(
      0.02202 + 256 * 81.69e-6,
    );
    const page = readFileSync(join(folder, 'flash.bin')).subarray(PAGE, PAGE + 2048);
    for (let at = 0; at < 2048; at += 8)
      expect([page.readUInt32LE(at), page.readUInt32LE(at + 4)]).toEqual([at, ~at >>> 0]);
  });

  test('a power cut in the middle of its erase tears the page; reading it at the next start is an NMI', async () => {
    await board.control({ do: 'cut-power-at-flash-op', operation: 'erase', moment: 'during', seed: 5 });
    await board.control({ do: 'reset' });
    await board.control({ do: 'advance', ms: 60 });
    const counts = await board.control({ do: 'flash-counts' });
    expect(counts['tornWords']).toHaveLength(256);
    expect(await board.control({ do: 'time' })).toMatchObject({ power: 'off' });
    await board.control({ do: 'power', state: 'on' });
    await board.control({ do: 'advance', ms: 60 });
    const [erased, done, nmis] = await words(0x20000100, 3);
    expect([erased, done]).toEqual([1, 256]);
    expect(nmis).toBe(1);
    expect(await board.control({ do: 'flash-counts' })).toMatchObject({ tornWords: [] });
  });
});
