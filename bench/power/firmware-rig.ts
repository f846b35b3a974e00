import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Board } from '../../src/boards/schema.ts';
import { readElf } from '../../src/host/elf.ts';
import { RecordSplitter } from '../../src/host/record-splitter.ts';
import { Client } from '../../src/protocol/client.ts';
import { MAX_RECORD_BYTES } from '../../src/protocol/frame.ts';
import type { Transport } from '../../src/protocol/transport.ts';
import { createBoard, type VirtualBoard } from '../../src/virtual/board.ts';

const PROBE_SERIAL = '0667FF485550755187123457';
const LINE_BAUD = 115_200;
/** Deadlines of the client run on the wall clock, and the machine may be busy with other things. */
const DEADLINE_FACTOR = 30;
/** Slices between two looks at what the host has to say. */
const SLICES_AT_ONCE = 16;

/**
 * Real firmware on a virtual board inside this process, without probe and debugger: an image lies in flash from the start,
 * the client talks over the modelled line, and the machine is driven step by step, so that a cut of power is seen at once.
 */
export class FirmwareRig {
  readonly board: VirtualBoard;
  readonly #folder = mkdtempSync(join(tmpdir(), 'neai-power-'));
  readonly #failures: unknown[] = [];
  #splitter: RecordSplitter | undefined;
  #client: Client | undefined;
  /** Text lines since the last power-on. */
  console: string[] = [];

  /** @param elf path of a firmware image of this board */
  constructor(facts: Board, elf: string) {
    this.board = createBoard({
      facts,
      probeSerial: PROBE_SERIAL,
      stateFolder: this.#folder,
      host: {
        speedBaud: () => LINE_BAUD,
        deliver: (bytes) => this.#splitter?.push(bytes),
        holdBack: () => {},
      },
      complained: () => {},
      failed: (failure) => this.#failures.push(failure),
    });
    const bytes = readFileSync(elf);
    for (const part of readElf(bytes, elf).segments.filter(({ fileBytes }) => fileBytes > 0)) {
      const content = bytes.subarray(part.offsetBytes, part.offsetBytes + part.fileBytes);
      this.board.chip.array.bytes.set(content, part.loadAddress - facts.flash.address);
    }
  }

  /** Supply off and on again, and a session opened. @throws what Client.open throws */
  async boot(): Promise<Client> {
    this.board.powerOff();
    this.#splitter?.close();
    await this.#client?.close();
    this.console = [];
    const transport = this.#transport();
    const client = new Client({
      transport,
      deadlineFactor: DEADLINE_FACTOR,
      onConsole: (line) => this.console.push(line),
    });
    this.#client = client;
    this.board.powerOn();
    await this.during(client.open());
    return client;
  }

  /** Lets the board run until `work` has ended. @returns what it gave; undefined when the supply was lost meanwhile */
  async during<T>(work: Promise<T>): Promise<T | undefined> {
    const { machine } = this.board;
    let ended = false;
    const end = (): void => {
      ended = true;
    };
    work.then(end, end);
    while (!ended) {
      for (let slice = 0; slice < SLICES_AT_ONCE && machine.powered && machine.runSlice(); slice++);
      if (this.#failures.length > 0) throw this.#failures[0];
      if (!machine.powered) {
        // Nobody will answer; what the client makes of that is not the question here.
        work.catch(() => undefined);
        return undefined;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    return work;
  }

  /** Flash and other rules that the firmware has broken since the last call. */
  violations(): string[] {
    const { complaints } = this.board;
    const broken = complaints.entries.filter(({ kind }) => kind !== 'note');
    complaints.clear();
    return broken.map(({ peripheral, text }) => `${peripheral}: ${text}`);
  }

  /** Memory as a debugger sees it. */
  memory(address: number, count: number): Uint8Array {
    return Uint8Array.from({ length: count }, (_, at) => {
      const byte = this.board.machine.bus.read(address + at, 1, 'debugger');
      if (byte === undefined) throw new Error(`nothing answers at 0x${(address + at).toString(16)}`);
      return byte;
    });
  }

  async close(): Promise<void> {
    await this.#client?.close();
    this.#splitter?.close();
    this.board.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #transport(): Transport {
    let onRecord: (record: Uint8Array) => void = () => undefined;
    let onNoise: (bytes: number) => void = () => undefined;
    const traffic = { bytesIn: 0 };
    this.#splitter = new RecordSplitter(
      MAX_RECORD_BYTES,
      (record) => {
        traffic.bytesIn += record.length + 1;
        onRecord(record);
      },
      (bytes) => onNoise(bytes),
    );
    return {
      traffic,
      write: async (bytes) => this.board.line.fromHost(bytes),
      onRecord: (listener) => {
        onRecord = listener;
      },
      onNoise: (listener) => {
        onNoise = listener;
      },
      onLost: () => undefined,
      setBaud: async () => undefined,
      close: async () => undefined,
    };
  }
}
