import { NeaiError } from '../../shared/errors.ts';

const LINE_FEED = 10;
/** A file without line ends is no signal file; nobody's memory is to be filled finding that out. */
const MOST_LINE_BYTES = 1 << 28;

/** One line as bytes: `bytes[start … end)`, without its line feed; valid during the call only. */
export type LineBytes = (bytes: Uint8Array, start: number, end: number) => void;

/** Cuts bytes as they come from a disk into lines; holds no more than one unfinished line. */
export class LineSplitter {
  readonly #file: string;
  readonly #onLine: LineBytes;
  #unfinished = new Uint8Array(0);
  #length = 0;

  /** @param file its name, for the refusal of an endless line (SIGNAL_FILE_UNREADABLE) */
  constructor(file: string, onLine: LineBytes) {
    this.#file = file;
    this.#onLine = onLine;
  }

  push(chunk: Uint8Array): void {
    let from = 0;
    let end = chunk.indexOf(LINE_FEED);
    if (this.#length > 0 && end >= 0) {
      this.#keep(chunk, 0, end);
      const length = this.#length;
      this.#length = 0;
      this.#onLine(this.#unfinished, 0, length);
      from = end + 1;
      end = chunk.indexOf(LINE_FEED, from);
    }
    for (; end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      this.#onLine(chunk, from, end);
      from = end + 1;
    }
    if (from < chunk.length) this.#keep(chunk, from, chunk.length);
  }

  /** What stands after the last line feed is a line too, if it is anything. */
  end(): void {
    const length = this.#length;
    this.#length = 0;
    if (length > 0) this.#onLine(this.#unfinished, 0, length);
  }

  #keep(chunk: Uint8Array, from: number, to: number): void {
    const length = this.#length + to - from;
    if (length > MOST_LINE_BYTES) {
      throw new NeaiError('SIGNAL_FILE_UNREADABLE', 'the file is no list of signals: a line has no end', {
        file: this.#file,
        got: `more than ${MOST_LINE_BYTES} bytes without a line end`,
      });
    }
    if (length > this.#unfinished.length) {
      const grown = new Uint8Array(Math.min(MOST_LINE_BYTES, Math.max(4096, 2 * length)));
      grown.set(this.#unfinished.subarray(0, this.#length));
      this.#unfinished = grown;
    }
    this.#unfinished.set(chunk.subarray(from, to), this.#length);
    this.#length = length;
  }
}
