import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StlinkProbe } from '../../src/virtual/stlink/probe.ts';
import { type StlinkServer, startStlinkServer } from '../../src/virtual/stlink/server.ts';
import { type Bench, openBench } from './bench.ts';

const SERIALS = ['066AFF111111111111111111', '066BFF222222222222222222'] as const;

/** A client of the server that knows how long each answer is. */
class Client {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #wanted: { readonly length: number; readonly take: (answer: Buffer) => void } | undefined;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      const wanted = this.#wanted;
      if (!wanted || this.#received.length < wanted.length) return;
      this.#wanted = undefined;
      const answer = this.#received;
      this.#received = Buffer.alloc(0);
      wanted.take(answer);
    });
  }

  ask(request: readonly number[] | Buffer, answerBytes: number): Promise<Buffer> {
    return new Promise((take) => {
      this.#wanted = { length: answerBytes, take };
      this.#socket.write(Buffer.from(request as number[]));
    });
  }

  async open(index: number): Promise<{ readonly status: number; readonly id: number }> {
    const info = await this.ask([2, index, 0, 0, 41, 0, 0, 0], 45);
    const answer = await this.ask([3, 0, 0, 0, ...info.subarray(4, 8)], 8);
    return { status: answer.readUInt32LE(0), id: answer.readUInt32LE(4) };
  }

  async isUsed(index: number): Promise<boolean> {
    return (await this.ask([2, index, 0, 0, 41, 0, 0, 0], 45))[44] === 1;
  }

  /** A USB command that reads. */
  async read(id: number, command: readonly number[], sizeBytes: number): Promise<Buffer> {
    return (await this.ask(usb(id, command, 1, sizeBytes), 4 + sizeBytes)).subarray(4);
  }

  /** A USB command that sends data. */
  async write(id: number, command: readonly number[], data: readonly number[]): Promise<void> {
    await this.ask(Buffer.concat([usb(id, command, 0, data.length), Buffer.from(data)]), 4);
  }

  closed(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.once('close', () => resolve());
      this.#socket.on('error', () => {});
    });
  }

  send(bytes: readonly number[]): void {
    this.#socket.write(Buffer.from(bytes));
  }

  close(): Promise<void> {
    if (this.#socket.closed) return Promise.resolve();
    const closed = this.closed();
    this.#socket.destroy();
    return closed;
  }
}

function usb(id: number, command: readonly number[], direction: 0 | 1, sizeBytes: number): Buffer {
  const request = Buffer.alloc(32);
  request[0] = 5;
  request.writeUInt32LE(id, 4);
  request.set(command, 8);
  request[24] = direction;
  request.writeUInt32LE(sizeBytes, 28);
  return request;
}

const le32 = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);

let bench: Bench;
let server: StlinkServer;
let client: Client;
beforeEach(async () => {
  bench = openBench();
  server = await startStlinkServer(
    SERIALS.map((serial) => ({ serial, probe: new StlinkProbe(bench.board.machine) })),
  );
  client = new Client(server.port);
});
afterEach(async () => {
  await client.close();
  await server.close();
  bench.close();
});

describe('ST-LINK server', () => {
  test('lists every probe with its serial number', async () => {
    expect((await client.ask([6, 1, 0, 0], 16)).readUInt32LE(0)).toBe(3);
    expect((await client.ask([0, 0], 4)).readUInt32LE(0)).toBe(1);
    expect((await client.ask([1], 4)).readUInt32LE(0)).toBe(2);
    for (const [index, serial] of SERIALS.entries()) {
      const info = await client.ask([2, index, 0, 0, 41, 0, 0, 0], 45);
      expect(info.toString('latin1', 8, 40).replaceAll('\0', '')).toBe(serial);
      expect([info.readUInt16LE(40), info.readUInt16LE(42)]).toEqual([0x0483, 0x374b]);
    }
    expect((await client.ask([2, 9, 0, 0, 41, 0, 0, 0], 45)).readUInt32LE(0)).toBe(0x1002);
  });

  test('gives a probe to one client at a time, and takes it back when that one goes away', async () => {
    const { status, id } = await client.open(1);
    expect(status).toBe(1);
    expect(id).not.toBe(0);
    const other = new Client(server.port);
    expect(await other.isUsed(1)).toBe(true);
    expect(await other.isUsed(0)).toBe(false);
    expect((await other.open(1)).status).toBe(0x1003);
    expect((await other.ask(usb(id, [0xf5], 1, 2), 6)).readUInt32LE(0)).toBe(0x1002); // not its connection
    await client.close();
    client = new Client(server.port);
    expect((await client.ask([4, 0, 0, 0, ...le32(id)], 4)).readUInt32LE(0)).toBe(0x1002);
    expect((await other.open(1)).status).toBe(1);
    await other.close();
  });

  test('understands requests cut and glued at any place', async () => {
    const { id } = await client.open(0);
    const twice = Buffer.concat([usb(id, [0xf1], 1, 6), usb(id, [0xf1], 1, 6)]);
    client.send([...twice.subarray(0, 40)]);
    const answers = await client.ask(twice.subarray(40), 20);
    expect(answers.subarray(4, 10)).toEqual(answers.subarray(14, 20));
  });

  test('hangs up on what is not its protocol', async () => {
    const closed = client.closed();
    client.send([0x47, 0x45, 0x54]);
    await closed;
  });
});

describe('ST-LINK commands', () => {
  let id: number;
  beforeEach(async () => {
    ({ id } = await client.open(0));
  });
  const lastStatus = async (): Promise<{ readonly status: number; readonly address: number }> => {
    const answer = await client.read(id, [0xf2, 0x3e], 12);
    return { status: answer[0]!, address: answer.readUInt32LE(4) };
  };

  test('say firmware V2J40M27, 3.27 V and the debug port of a Cortex-M4', async () => {
    expect([...(await client.read(id, [0xf1], 6))]).toEqual([0x2a, 0x1b, 0x83, 0x04, 0x4b, 0x37]);
    const voltage = await client.read(id, [0xf7], 8);
    expect((2 * voltage.readUInt32LE(4) * 1.2) / voltage.readUInt32LE(0)).toBeCloseTo(3.27, 2);
    expect((await client.read(id, [0xf2, 0x31], 12)).readUInt32LE(4)).toBe(0x2ba01477);
    expect((await client.read(id, [0xf5], 2))[0]).toBe(1);
    await client.read(id, [0xf2, 0x30, 0xa3], 2);
    expect((await client.read(id, [0xf5], 2))[0]).toBe(2);
  });

  test('write and read memory in words, halfwords and bytes', async () => {
    await client.write(id, [0xf2, 0x08, ...le32(0x20000000), 8, 0], [1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await lastStatus()).toEqual({ status: 0x80, address: 0 });
    await client.write(id, [0xf2, 0x0d, ...le32(0x20000001), 1, 0], [0xaa]);
    await client.write(id, [0xf2, 0x48, ...le32(0x20000004), 2, 0], [0xbb, 0xcc]);
    expect([...(await client.read(id, [0xf2, 0x07, ...le32(0x20000000), 8, 0], 8))]).toEqual([
      1, 0xaa, 3, 4, 0xbb, 0xcc, 7, 8,
    ]);
    expect((await client.read(id, [0xf2, 0x0c, ...le32(0x20000001), 1, 0], 2))[0]).toBe(0xaa);
    expect((await client.read(id, [0xf2, 0x47, ...le32(0x1fff75e0), 2, 0], 2)).readUInt16LE(0)).toBe(256);
  });

  test('tell a fault with its address, after the access only', async () => {
    const data = await client.read(id, [0xf2, 0x07, ...le32(0x2000fffc), 8, 0], 8);
    expect(data).toHaveLength(8);
    expect(await lastStatus()).toEqual({ status: 0x11, address: 0x20010000 });
    await client.read(id, [0xf2, 0x07, ...le32(0x20000000), 4, 0], 4);
    expect(await lastStatus()).toEqual({ status: 0x80, address: 0 });
  });

  test('read and write core registers', async () => {
    await client.read(id, [0xf2, 0x34, 3, ...le32(0xcafebabe)], 2);
    expect((await client.read(id, [0xf2, 0x33, 3], 8)).readUInt32LE(4)).toBe(0xcafebabe);
  });

  test('reach the same memory through debug port and access port registers', async () => {
    const ap = (register: number) => [0, 0, register, 0];
    const dp = (register: number) => [0xff, 0xff, register, 0];
    await client.read(id, [0xf2, 0x46, ...dp(4), ...le32(0x50000000)], 2);
    expect((await client.read(id, [0xf2, 0x45, ...dp(4)], 8)).readUInt32LE(4)).toBe(0xf0000000);
    expect((await client.read(id, [0xf2, 0x45, ...ap(0xfc)], 8)).readUInt32LE(4)).toBe(0x24770011);
    await client.read(id, [0xf2, 0x46, ...ap(0), ...le32(0x23000052)], 2); // words, increment
    await client.read(id, [0xf2, 0x46, ...ap(4), ...le32(0x20000010)], 2);
    await client.read(id, [0xf2, 0x46, ...ap(0xc), ...le32(11)], 2);
    await client.read(id, [0xf2, 0x46, ...ap(0xc), ...le32(22)], 2);
    expect([bench.read(0x20000010), bench.read(0x20000014)]).toEqual([11, 22]);
    expect((await client.read(id, [0xf2, 0x45, ...ap(4)], 8)).readUInt32LE(4)).toBe(0x20000018);
    expect((await client.read(id, [0xf2, 0x45, ...ap(0x14)], 8)).readUInt32LE(4)).toBe(22);
  });

  test('a chip without supply answers faults and 0 V', async () => {
    bench.board.powerOff();
    expect((await client.read(id, [0xf2, 0x30, 0xa3], 2))[0]).toBe(0x81);
    expect((await client.read(id, [0xf7], 8)).readUInt32LE(4)).toBe(0);
  });
});
