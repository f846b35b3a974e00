import { realpathSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SerialPort } from 'serialport';
import { MAX_RECORD_BYTES } from '../protocol/frame.ts';
import type { Transport } from '../protocol/transport.ts';
import { type ErrorCode, NeaiError } from '../shared/errors.ts';
import { interruption, type Limits, timedOut, within } from './deadline.ts';
import { RecordSplitter } from './record-splitter.ts';

const OPEN_MS = 3_000;
/** A holder that has just ended may keep its lock this long: the kernel lets go with its last reference, not at once. */
const BUSY_MS = 1_000;
const WRITE_MS = 5_000;
const CLOSE_MS = 2_000;
const LOOK_AGAIN_MS = 25;
const PRESENCE_MS = 200;

/** Messages of node-serialport 13 (bindings-cpp, serialport_unix.cpp) as codes. */
const OPEN_FAILURES: readonly (readonly [RegExp, ErrorCode])[] = [
  [/cannot lock port|resource busy|resource temporarily unavailable/i, 'PORT_BUSY'],
  [/permission denied|access denied/i, 'PORT_ACCESS'],
  [/no such (?:file|device)|cannot find|not a (?:typewriter|tty)|input\/output error/i, 'PORT_NOT_FOUND'],
];

/**
 * The entry of a by-id folder (as udev makes `/dev/serial/by-id`) that carries a probe's serial number: the probe's
 * virtual COM port, found without asking any library to list ports. Waits for it, because a port that was unplugged or
 * power-cycled comes back a moment later.
 * @throws NeaiError PORT_NOT_FOUND when it has not appeared within the limits
 */
export async function findPort(folder: string, probeSerial: string, limits: Limits): Promise<string> {
  const deadline = performance.now() + limits.timeoutMs;
  for (;;) {
    const names = await readdir(folder).catch(() => [] as string[]);
    const carries = names.filter((name) => name.includes(`_${probeSerial}-`)).sort();
    if (carries[0] !== undefined) return join(folder, carries[0]);
    if (limits.signal?.aborted) throw interruption(limits.signal);
    if (performance.now() >= deadline)
      throw new NeaiError('PORT_NOT_FOUND', `no serial port of probe ${probeSerial} in ${folder}`, {
        asked: `an entry that contains _${probeSerial}-`,
        got: names.length === 0 ? 'an empty or missing folder' : names.join(', '),
      });
    await sleep(LOOK_AGAIN_MS);
  }
}

export interface SerialLineOptions {
  readonly path: string;
  readonly baud: number;
  readonly deadlineFactor: number;
  readonly signal?: AbortSignal | undefined;
  /** What is longer is noise; a frame's length unless said otherwise. */
  readonly longestRecordBytes?: number;
}

/** A board's serial port as the protocol's transport: records in, bytes out, typed errors, a deadline on every step. */
export class SerialLine implements Transport {
  readonly path: string;
  readonly #port: SerialPort;
  readonly #factor: number;
  readonly #splitter: RecordSplitter;
  #baud: number;
  #bytesIn = 0;
  #bytesOut = 0;
  #closing = false;
  #released: Promise<void> | undefined;
  #lostBy: NeaiError | undefined;
  readonly #presence: NodeJS.Timeout;
  #onRecord: (record: Uint8Array) => void = () => undefined;
  #onNoise: (bytes: number) => void = () => undefined;
  #onLost: (error: NeaiError) => void = () => undefined;

  private constructor(port: SerialPort, options: SerialLineOptions) {
    this.#port = port;
    this.path = options.path;
    this.#baud = options.baud;
    this.#factor = options.deadlineFactor;
    this.#splitter = new RecordSplitter(
      options.longestRecordBytes ?? MAX_RECORD_BYTES,
      (record) => this.#onRecord(record),
      (bytes) => this.#onNoise(bytes),
    );
    port.on('data', (chunk: Buffer) => {
      this.#bytesIn += chunk.length;
      this.#splitter.push(chunk);
    });
    // After a hang-up node-serialport reads zero bytes for ever and reports nothing: whether the device is still there
    // has to be asked for.
    const device = realpathSync(options.path);
    const inode = inodeOf(device);
    this.#presence = setInterval(() => {
      if (inodeOf(device) !== inode) this.#lose('the device has gone');
    }, PRESENCE_MS).unref();
    port.on('close', (reason: Error | null) => this.#lose(reason?.message ?? 'closed'));
    port.on('error', (error: Error) => this.#lose(error.message));
  }

  /** @throws NeaiError PORT_NOT_FOUND, PORT_BUSY, PORT_ACCESS, PORT_TIMEOUT, PORT_CLOSED */
  static async open(options: SerialLineOptions): Promise<SerialLine> {
    const deadline = performance.now() + BUSY_MS * options.deadlineFactor;
    for (;;) {
      try {
        return await SerialLine.#openNow(options);
      } catch (error) {
        const isBusy = error instanceof NeaiError && error.code === 'PORT_BUSY';
        if (!isBusy || performance.now() >= deadline) throw error;
      }
      await sleep(LOOK_AGAIN_MS);
    }
  }

  static async #openNow(options: SerialLineOptions): Promise<SerialLine> {
    const { path, baud: baudRate, signal } = options;
    const timeoutMs = OPEN_MS * options.deadlineFactor;
    const port = new SerialPort({ path, baudRate, autoOpen: false });
    const opened = new Promise<void>((resolve, reject) =>
      port.open((error) => {
        if (!error) return resolve();
        const code = OPEN_FAILURES.find(([pattern]) => pattern.test(error.message))?.[1] ?? 'PORT_CLOSED';
        reject(new NeaiError(code, `cannot open ${path}`, { got: error.message, cause: error }));
      }),
    );
    try {
      await within(opened, { timeoutMs, signal }, () =>
        timedOut('PORT_TIMEOUT', `opening ${path}`, timeoutMs),
      );
    } catch (error) {
      // A port that opens after nobody waits for it any more would stay locked.
      opened.then(
        () => port.close(),
        () => undefined,
      );
      throw error;
    }
    return new SerialLine(port, options);
  }

  get baud(): number {
    return this.#baud;
  }

  /** Bytes since the port was opened. */
  get traffic(): { readonly bytesIn: number; readonly bytesOut: number } {
    return { bytesIn: this.#bytesIn, bytesOut: this.#bytesOut };
  }

  onRecord(listener: (record: Uint8Array) => void): void {
    this.#onRecord = listener;
  }

  onNoise(listener: (bytes: number) => void): void {
    this.#onNoise = listener;
  }

  onLost(listener: (error: NeaiError) => void): void {
    this.#onLost = listener;
  }

  write(bytes: Uint8Array): Promise<void> {
    this.#bytesOut += bytes.length;
    // serialport keeps the buffer until the system took it; the caller may reuse its own.
    return this.#bounded('sending', WRITE_MS, (done) => this.#port.write(Buffer.from(bytes), done));
  }

  async setBaud(baud: number): Promise<void> {
    await this.#bounded('changing the baud rate', OPEN_MS, (done) =>
      this.#port.update({ baudRate: baud }, done),
    );
    this.#baud = baud;
    // What came at another rate is no beginning of what comes at this one: the banner of a board that was reset, say.
    this.#splitter.drop();
  }

  /** The board behind the line cannot be used any more: what waits for it ends with this error. */
  fail(error: NeaiError): void {
    this.#loseBy(error);
  }

  /**
   * Resolves when the port is free again, also for whoever calls second. Never throws: after an unplug the system may
   * never answer a close, and then the port is simply let go.
   */
  async close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      this.#splitter.close();
    }
    await this.#letGo();
  }

  #letGo(): Promise<void> {
    this.#released ??= this.#release();
    return this.#released;
  }

  async #release(): Promise<void> {
    clearInterval(this.#presence);
    if (!this.#port.isOpen) return;
    const closed = new Promise<void>((resolve) => this.#port.close(() => resolve()));
    await within(closed, { timeoutMs: CLOSE_MS }, () => timedOut('PORT_TIMEOUT', 'closing', CLOSE_MS)).catch(
      () => this.#port.destroy(),
    );
  }

  #bounded(
    what: string,
    baseMs: number,
    start: (done: (error?: Error | null) => void) => void,
  ): Promise<void> {
    if (this.#lostBy) return Promise.reject(this.#lostBy);
    const timeoutMs = baseMs * this.#factor;
    const work = new Promise<void>((resolve, reject) =>
      start((error) => {
        if (!error) return resolve();
        reject(
          this.#lostBy ??
            new NeaiError('PORT_CLOSED', `${what} on ${this.path} failed`, { got: error.message }),
        );
      }),
    );
    return within(work, { timeoutMs }, () => timedOut('PORT_TIMEOUT', `${what} on ${this.path}`, timeoutMs));
  }

  #lose(got: string): void {
    this.#loseBy(new NeaiError('PORT_CLOSED', `${this.path} went away`, { got }));
  }

  #loseBy(error: NeaiError): void {
    if (this.#closing || this.#lostBy) return;
    this.#lostBy = error;
    this.#splitter.close();
    void this.#letGo();
    this.#onLost(this.#lostBy);
  }
}

/** Tells a device node from a later one under the same name; undefined when there is none. */
function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
