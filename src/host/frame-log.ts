import { appendFileSync } from 'node:fs';
import { recordText } from '../protocol/board-text.ts';
import { COMMAND_ROWS } from '../protocol/commands.ts';
import { decodeFrame, RECORD_END } from '../protocol/frame.ts';
import type { Transport } from '../protocol/transport.ts';
import type { NeaiError } from '../shared/errors.ts';

/** Lines kept back before they are written: one system call for many records. */
const BATCH_LINES = 200;

/**
 * Every record that crosses the line, both ways, one line each: microseconds since the log began, direction, what it
 * is, and its bytes as hexadecimal digits.
 */
export class FrameLog {
  readonly #file: string;
  readonly #startUs = nowUs();
  #pending: string[] = [];

  constructor(file: string) {
    this.#file = file;
    this.note(`begun ${new Date().toISOString()}; microseconds, direction, what, bytes`);
  }

  /** A transport that writes down what passes through it. */
  tap(line: Transport): Transport {
    const log = this;
    return {
      write(bytes: Uint8Array): Promise<void> {
        for (const record of splitRecords(bytes)) log.#record('>', record);
        return line.write(bytes);
      },
      onRecord(listener: (record: Uint8Array) => void): void {
        line.onRecord((record) => {
          log.#record('<', record);
          listener(record);
        });
      },
      onNoise(listener: (bytes: number) => void): void {
        line.onNoise((bytes) => {
          log.#add('<', `noise, ${bytes} bytes`);
          listener(bytes);
        });
      },
      onLost(listener: (error: NeaiError) => void): void {
        line.onLost((error) => {
          log.#add('!', `${error.code}: ${error.message}`);
          listener(error);
        });
      },
      get traffic() {
        return line.traffic;
      },
      setBaud(baud: number): Promise<void> {
        log.note(`own line rate ${baud} baud`);
        return line.setBaud(baud);
      },
      close: () => line.close(),
    };
  }

  /** A remark between the records: a reset, a fault that was put on the line. */
  note(text: string): void {
    this.#add('!', text);
  }

  flush(): void {
    if (this.#pending.length === 0) return;
    appendFileSync(this.#file, `${this.#pending.join('\n')}\n`);
    this.#pending = [];
  }

  #record(direction: '>' | '<', record: Uint8Array): void {
    this.#add(direction, `${describeRecord(record)} ${Buffer.from(record).toString('hex')}`);
  }

  #add(mark: '>' | '<' | '!', text: string): void {
    this.#pending.push(`${String(nowUs() - this.#startUs).padStart(12)} ${mark} ${text}`);
    if (this.#pending.length >= BATCH_LINES) this.flush();
  }
}

const nowUs = (): number => Math.round(performance.now() * 1000);

function splitRecords(bytes: Uint8Array): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(RECORD_END, start);
    const stop = end < 0 ? bytes.length : end;
    if (stop > start) records.push(bytes.subarray(start, stop));
    start = stop + 1;
  }
  return records;
}

function describeRecord(record: Uint8Array): string {
  const frame = decodeFrame(record);
  if (frame === 'text') return `text ${JSON.stringify(recordText(record) ?? '(not readable)')}`;
  if (typeof frame === 'string') return `damaged frame (${frame})`;
  const name = COMMAND_ROWS.find(({ id }) => id === frame.command)?.name ?? `command ${frame.command}`;
  const nonce = frame.nonce.toString(16).padStart(8, '0');
  return `${frame.kind} ${name} #${frame.sequence} session ${nonce} ${frame.payload.length}/${frame.length}`;
}
