import { ReadlineParser } from '@serialport/parser-readline';

const RECORD_END = 0x0a;

/**
 * Bytes in, records out, split at '\n' by the readline parser. The parser keeps an unfinished record without limit, so
 * a guard stands before it: a record that grows beyond `maxRecordBytes` is ended there, its remaining bytes are held
 * back until the next '\n', and all of it counts as noise.
 */
export class RecordSplitter {
  #parser: ReadlineParser;
  readonly #maxRecordBytes: number;
  readonly #onRecord: (record: Uint8Array) => void;
  readonly #onNoise: (bytes: number) => void;
  /** Bytes of the record that has not ended yet; those beyond the limit are counted but not passed on. */
  #openBytes = 0;

  constructor(
    maxRecordBytes: number,
    onRecord: (record: Uint8Array) => void,
    onNoise: (bytes: number) => void,
  ) {
    this.#maxRecordBytes = maxRecordBytes;
    this.#onRecord = onRecord;
    this.#onNoise = onNoise;
    this.#parser = this.#newParser();
  }

  #newParser(): ReadlineParser {
    const parser = new ReadlineParser({ delimiter: '\n', encoding: 'latin1' });
    // Only the 'data' event keeps records apart; async iteration merges them.
    parser.on('data', (text: string) => {
      if (text.length <= this.#maxRecordBytes) this.#onRecord(Uint8Array.from(Buffer.from(text, 'latin1')));
    });
    return parser;
  }

  push(chunk: Uint8Array): void {
    let start = 0;
    while (start < chunk.length) {
      const found = chunk.indexOf(RECORD_END, start);
      const end = found < 0 ? chunk.length : found;
      // One byte beyond the limit goes through: it marks the record as too long for the listener above.
      const room = Math.max(0, this.#maxRecordBytes + 1 - this.#openBytes);
      if (room > 0 && end > start) this.#parser.write(chunk.subarray(start, Math.min(end, start + room)));
      this.#openBytes += end - start;
      if (found < 0) return;
      if (this.#openBytes > this.#maxRecordBytes) this.#onNoise(this.#openBytes + 1);
      this.#parser.write(Buffer.of(RECORD_END));
      this.#openBytes = 0;
      start = found + 1;
    }
  }

  /** What stands unfinished is dropped, and counted as noise: what comes next is the beginning of a record. */
  drop(): void {
    if (this.#openBytes === 0) return;
    this.close();
    this.#parser = this.#newParser();
  }

  /** As drop, for good. */
  close(): void {
    if (this.#openBytes > 0) this.#onNoise(this.#openBytes);
    this.#openBytes = 0;
    this.#parser.destroy();
  }
}
