import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SerialPort } from 'serialport';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LineFault } from '../../src/virtual/wire/line-faults.ts';
import { openPty, type Pty } from '../../src/virtual/wire/pty.ts';
import { frameBits, UartSampler } from '../../src/virtual/wire/sampler.ts';
import { type Bench, openBench, openUsart, USART2 } from './bench.ts';

/** Bytes as a receiver with `ratio` of its own bits per sender bit reads them. */
function sampled(bytes: readonly number[], ratio: number) {
  const sampler = new UartSampler(8);
  const format = { baud: 1, dataBits: 8, stopBits: 1 };
  const frames = bytes.flatMap((byte) => frameBits(byte, format).flatMap((bit) => sampler.feed(bit, ratio)));
  return [...frames, ...sampler.feed(1, 20)];
}

describe('sampling a foreign waveform', () => {
  test('reads its own rate and up to 4 % off without an error', () => {
    for (const ratio of [1, 0.96, 1.04])
      expect(sampled([0x00, 0x55, 0xa7, 0xff], ratio)).toEqual(
        [0x00, 0x55, 0xa7, 0xff].map((data) => ({ data, framingError: false })),
      );
  });

  test('reads a slow sender as several bytes with framing errors', () => {
    const frames = sampled([0x41], 12);
    expect(frames.length).toBeGreaterThan(1);
    expect(frames.some(({ framingError }) => framingError)).toBe(true);
  });

  test('a spike shorter than half a bit is no start bit', () => {
    const sampler = new UartSampler(8);
    expect([...sampler.feed(0, 0.4), ...sampler.feed(1, 20)]).toEqual([]);
  });

  test('a line held low gives one frame with an error, not many', () => {
    const sampler = new UartSampler(8);
    expect([...sampler.feed(0, 100), ...sampler.feed(1, 20)]).toEqual([{ data: 0, framingError: true }]);
  });
});

describe('the line at a USART', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = openBench();
    openUsart(bench);
  });
  afterEach(() => bench.close());

  /** Sends bytes from the host and reads each as firmware would: [data, error flags]. */
  const received = (bytes: readonly number[]): [number, number][] => {
    bench.board.line.fromHost(Uint8Array.from(bytes));
    const seen: [number, number][] = [];
    for (let step = 0; step < 40 * bytes.length + 40; step++) {
      bench.passUs(10);
      const isr = bench.read(USART2.ISR);
      if ((isr & 0x2e) === 0) continue;
      seen.push([isr & 0x20 ? bench.read(USART2.RDR) : -1, isr & 0xe]);
      bench.write(USART2.ICR, 0xe);
    }
    return seen;
  };
  const withFault = (fault: Omit<LineFault, 'direction'>, bytes: readonly number[]) => {
    bench.board.line.addFault({ direction: 'to-board', ...fault });
    return received(bytes);
  };

  test('delivers what the host sent', () => {
    expect(received([1, 2, 250])).toEqual([
      [1, 0],
      [2, 0],
      [250, 0],
    ]);
  });

  test('drops, flips and inserts where it is told', () => {
    expect(withFault({ kind: 'drop', offset: 1 }, [1, 2, 3])).toEqual([
      [1, 0],
      [3, 0],
    ]);
    const [, flipped] = withFault({ kind: 'flip', offset: 1, seed: 9 }, [1, 2, 3]);
    expect([0x03, 0x00, 0x06, 0x0a, 0x12, 0x22, 0x42, 0x82]).toContain(flipped![0]);
    bench.board.line.addFault({ direction: 'to-board', kind: 'insert', seed: 0x5a });
    expect(received([7])).toEqual([
      [0x5a, 0],
      [7, 0],
    ]);
  });

  test('marks framing errors, noise, overrun and break as the registers show them', () => {
    expect(withFault({ kind: 'framing' }, [0x31])).toEqual([[0x31, 2]]);
    expect(withFault({ kind: 'noise' }, [0x31])).toEqual([[0x31, 4]]);
    expect(withFault({ kind: 'overrun' }, [0x31, 0x32])).toEqual([
      [-1, 8],
      [0x32, 0],
    ]);
    expect(withFault({ kind: 'break' }, [0x31])).toEqual([
      [0, 2],
      [0x31, 0],
    ]);
  });

  test('a rate hits a share of the bytes, the same ones for the same seed', () => {
    const run = () => {
      bench.board.line.clearFaults();
      return withFault(
        { kind: 'drop', rate: 0.25, seed: 5 },
        Array.from({ length: 100 }, (_, i) => i),
      ).map(([data]) => data);
    };
    const first = run();
    expect(first.length).toBeGreaterThan(55);
    expect(first.length).toBeLessThan(95);
    expect(run()).toEqual(first);
  });

  test('faults to the host change what the host reads', async () => {
    const send = (bytes: number[]): void => {
      for (const byte of bytes) {
        bench.write(USART2.TDR, byte);
        bench.passUs(100);
      }
    };
    bench.board.line.addFault({ direction: 'to-host', kind: 'drop', offset: 1 });
    bench.board.line.addFault({ direction: 'to-host', kind: 'framing', offset: 2 });
    send([1, 2, 3, 4]);
    expect(await bench.settled()).toEqual([1, 0, 4]);
  });

  test.each([9600, 57600, 110000, 119500, 230400])('a host at %i baud gives garbage at 115200', (baud) => {
    bench.host.baud = baud;
    const text = [...'hello, board'].map((letter) => letter.charCodeAt(0));
    const seen = received(text);
    expect(seen.map(([data]) => data)).not.toEqual(text);
    expect(seen.some(([, flags]) => (flags & 2) !== 0)).toBe(true);
  });

  test.each([112500, 115200, 118000])('a host at %i baud is understood at 115200', (baud) => {
    bench.host.baud = baud;
    expect(received([0x55, 0x00, 0xff])).toEqual([
      [0x55, 0],
      [0, 0],
      [0xff, 0],
    ]);
  });

  test('what the board says is garbage for a host at another speed', async () => {
    bench.host.baud = 57600;
    for (const letter of 'text') {
      bench.write(USART2.TDR, letter.charCodeAt(0));
      bench.passUs(87);
    }
    bench.passUs(200);
    const received = String.fromCharCode(...(await bench.settled()));
    expect(received).not.toContain('text');
    expect(bench.board.line.counts.garbled).toBe(4);
  });

  test('time on the line is counted per direction and as a union', () => {
    bench.board.line.fromHost(Uint8Array.of(1, 2, 3, 4));
    bench.passUs(400);
    bench.write(USART2.TDR, 1);
    bench.passUs(100);
    const { toBoardSeconds, toHostSeconds, lineSeconds, bytesToBoard, bytesToHost } = bench.board.line.counts;
    const byteSeconds = 10 / (16e6 / 139);
    expect(toBoardSeconds).toBeCloseTo(4 * byteSeconds, 9);
    expect(toHostSeconds).toBeCloseTo(byteSeconds, 9);
    expect(lineSeconds).toBeCloseTo(5 * byteSeconds, 9);
    expect([bytesToBoard, bytesToHost]).toEqual([4, 1]);
  });

  test('the host is held back while too much waits for the line', () => {
    bench.board.line.fromHost(new Uint8Array(5000));
    expect(bench.host.heldBack).toBe(true);
    bench.passUs(87 * 3500);
    expect(bench.host.heldBack).toBe(false);
  });
});

describe('the pty', () => {
  const SERIAL = '0667FF485550755187123456';
  let folder: string;
  let pty: Pty;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'neai-pty-'));
    pty = openPty(folder, SERIAL);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    pty.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const open = (baudRate: number): Promise<SerialPort> =>
    new Promise((resolve, reject) => {
      const port: SerialPort = new SerialPort({ path: pty.link, baudRate }, (error) =>
        error ? reject(error) : resolve(port),
      );
    });
  const close = (port: SerialPort): Promise<void> => new Promise((resolve) => port.close(() => resolve()));

  test("is found under the probe's serial number and is raw from the start", async () => {
    expect(pty.link).toBe(join(folder, `usb-STMicroelectronics_STM32_STLink_${SERIAL}-if02`));
    expect(readlinkSync(pty.link)).toBe(pty.path);
    const port = await open(115200);
    const bytes = Buffer.from([0x00, 0x03, 0x0a, 0x0d, 0x11, 0x13, 0x7f, 0xff]);
    const atBoard = new Promise<Uint8Array>((resolve) => pty.onData(resolve));
    port.write(bytes);
    expect(Buffer.from(await atBoard)).toEqual(bytes);
    const atClient = new Promise<Buffer>((resolve) => port.once('data', resolve));
    pty.host.deliver(bytes);
    expect(await atClient).toEqual(bytes);
    await close(port);
  });

  test.each([9600, 115200, 1_234_567])('tells the speed of its client: %i', async (baudRate) => {
    const port = await open(baudRate);
    expect(pty.host.speedBaud()).toBe(baudRate);
    await close(port);
  });

  test('tells the speed that its client has set before it wrote, however short a time before', async () => {
    const port = await open(115_200);
    vi.spyOn(performance, 'now').mockReturnValue(performance.now()); // all of it within one moment
    expect(pty.host.speedBaud()).toBe(115_200);
    const speedAtBytes = new Promise<number>((resolve) => pty.onData(() => resolve(pty.host.speedBaud())));
    await new Promise((resolve) => port.update({ baudRate: 2_000_000 }, resolve));
    port.write(Buffer.of(0x55));
    expect(await speedAtBytes).toBe(2_000_000);
    await close(port);
  });

  test('a client that never reads stops nobody; what does not fit is thrown away and counted', () => {
    const block = new Uint8Array(65536);
    for (let index = 0; index < 16; index++) pty.host.deliver(block);
    expect(pty.discardedBytes).toBeGreaterThan(0);
  });
});
