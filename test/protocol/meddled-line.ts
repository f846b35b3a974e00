import { decodeFrame, type Frame, RECORD_END } from '../../src/protocol/frame.ts';
import type { Transport } from '../../src/protocol/transport.ts';

const pass = <T>(item: T): T[] => [item];

/** A line between this client and a board on which somebody sits: what passes, how often and when is up to him. */
export class MeddledLine implements Transport {
  readonly #line: Transport;
  #listener: (record: Uint8Array) => void = () => undefined;
  /** Each gives what becomes of one write of the client's, or of one record of the board's. */
  toBoard: (bytes: Uint8Array) => Uint8Array[] = pass;
  toHost: (record: Uint8Array) => Uint8Array[] = pass;

  constructor(line: Transport) {
    this.#line = line;
    line.onRecord((record) => {
      for (const each of this.toHost(record)) this.#listener(each);
    });
  }

  /** The line as it is. */
  leave(): void {
    this.toBoard = pass;
    this.toHost = pass;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (const each of this.toBoard(bytes)) await this.#line.write(each);
  }

  /** Bytes that were held back come now. */
  send(bytes: Uint8Array): Promise<void> {
    return this.#line.write(bytes);
  }

  /** A record that was held back comes now. */
  deliver(record: Uint8Array): void {
    this.#listener(record);
  }

  onRecord(listener: (record: Uint8Array) => void): void {
    this.#listener = listener;
  }

  onNoise(listener: (bytes: number) => void): void {
    this.#line.onNoise(listener);
  }

  onLost(listener: Parameters<Transport['onLost']>[0]): void {
    this.#line.onLost(listener);
  }

  get traffic(): Transport['traffic'] {
    return this.#line.traffic;
  }

  setBaud(baud: number): Promise<void> {
    return this.#line.setBaud(baud);
  }

  close(): Promise<void> {
    return this.#line.close();
  }
}

/** The answer or refusal that this record carries; undefined for anything else. */
export function answerIn(record: Uint8Array): Frame | undefined {
  const frame = decodeFrame(record);
  return typeof frame === 'object' && frame.kind === 'answer' ? frame : undefined;
}

/** Number of the request whose last unit these bytes of the client's are, the one its answer carries; undefined for others. */
export function requestEndedBy(bytes: Uint8Array): number | undefined {
  const from = bytes[0] === RECORD_END ? 1 : 0;
  const frame = decodeFrame(bytes.subarray(from, -1));
  return typeof frame === 'object' && frame.length === frame.payload.length ? frame.sequence : undefined;
}
