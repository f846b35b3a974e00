import type { NeaiError } from '../../shared/errors.ts';
import type { Finding } from './dataset.ts';
import { LineReader, type SignalSink, type ValueColumns } from './line-reader.ts';
import { axesError, countError } from './refusals.ts';

export interface ParserOptions {
  /** Name of the file in messages. */
  readonly file: string;
  /** Number of axes that a line's values must divide into; unknown: not checked. */
  readonly axes?: number;
  /** Sees every signal as it is read; the values are valid during the call only. */
  readonly onSignal?: (values: Float32Array, line: number, columns: ValueColumns) => void;
  /** Which signals to keep, by their 0-based place in the file; default: all. */
  readonly keep?: (row: number) => boolean;
  /** Passes over lines that are not kept without reading them: for a file that has been checked before. */
  readonly skipOthers?: boolean;
}

/** What a file holds once its last byte is in. */
export interface ParsedSignals {
  readonly values: Float32Array;
  /** Signals kept. */
  readonly lines: number;
  /** Signals in the file. */
  readonly signals: number;
  readonly valuesPerLine: number;
  readonly lineNumbers: readonly number[];
  readonly separator: string;
  /** Notes on the form of the file: header, BOM, trailing separators, blank lines. */
  readonly findings: readonly Finding[];
}

/** Parser that gathers a file's signals and throws NeaiError at the first fault, with file, line and column. */
export class SignalParser implements SignalSink {
  readonly #options: ParserOptions;
  readonly #reader: LineReader;
  readonly #lineNumbers: number[] = [];
  #values = new Float32Array(1024);
  #count = 0;
  #row = 0;
  #firstLine = 0;
  expected: number | undefined;

  constructor(options: ParserOptions) {
    this.#options = options;
    this.#reader = new LineReader(options.file, this);
  }

  push(bytes: Uint8Array): void {
    this.#reader.push(bytes);
  }

  end(): ParsedSignals {
    this.#reader.end();
    if (this.expected === undefined) throw this.#reader.emptyError();
    return {
      values: this.#values.slice(0, this.#count),
      lines: this.#lineNumbers.length,
      signals: this.#row,
      valuesPerLine: this.expected,
      lineNumbers: this.#lineNumbers,
      separator: this.#reader.separator,
      findings: this.#reader.form,
    };
  }

  wants(): boolean {
    return this.#options.skipOthers !== true || this.#keeps();
  }

  signal(values: Float32Array, line: number, columns: ValueColumns): void {
    const kept = this.#keeps();
    this.#row++;
    if (!kept && this.#options.skipOthers) return;
    const { file, axes } = this.#options;
    const place = { file, line };
    if (this.expected === undefined) {
      if (axes !== undefined && values.length % axes !== 0) {
        throw axesError(place, axes, values.length, columns);
      }
      this.expected = values.length;
      this.#firstLine = line;
    } else if (values.length !== this.expected) {
      throw countError(place, values.length, this.expected, `line ${this.#firstLine}`, {
        columns,
        separator: this.#reader.separator,
      });
    }
    this.#options.onSignal?.(values, line, columns);
    if (!kept) return;
    this.#reserve(values.length);
    this.#values.set(values, this.#count);
    this.#count += values.length;
    this.#lineNumbers.push(line);
  }

  fault(error: NeaiError): never {
    throw error;
  }

  #keeps(): boolean {
    return this.#options.keep?.(this.#row) ?? true;
  }

  #reserve(extra: number): void {
    if (this.#count + extra <= this.#values.length) return;
    const grown = new Float32Array(Math.max(this.#values.length * 2, this.#count + extra));
    grown.set(this.#values.subarray(0, this.#count));
    this.#values = grown;
  }
}
