import { type ErrorCode, NeaiError } from '../../shared/errors.ts';
import { CommaDecimalWatch } from './comma-decimals.ts';
import { FindingCollector } from './finding-collector.ts';
import { LineSplitter } from './line-splitter.ts';
import { NumberScanner } from './number-scanner.ts';
import {
  columnOfField,
  diagnoseField,
  type FieldFault,
  findSeparator,
  hasTrailingSeparator,
  isHeader,
  isNumber,
  type Separator,
  separatorName,
  splitLine,
} from './separator.ts';

/** Where values stand in the line that is just being read. */
export interface ValueColumns {
  /** 1-based column, in characters, of value `index` (0-based). */
  column(index: number): number;
  /** Column behind the last character. */
  endColumn(): number;
}

/** Who takes what a signal file holds, line by line. A method that throws ends the reading. */
export interface SignalSink {
  /** False: the next signal's values are not wanted; its line is passed over unread. */
  wants?(): boolean;
  /** A line of numbers; `values` and `columns` are valid during the call only. */
  signal(values: Float32Array, line: number, columns: ValueColumns): void;
  /** A line that is no signal, once for each code of fault in it, or a fault of the whole file. */
  fault(error: NeaiError): void;
  /** Values that a line should have, as far as is known. */
  readonly expected: number | undefined;
}

const FAULT_CODES = {
  'mixed separators': 'SIGNAL_MIXED_SEPARATORS',
  'decimal comma': 'SIGNAL_DECIMAL_COMMA',
  'not finite': 'SIGNAL_NOT_FINITE',
  'not a number': 'SIGNAL_NOT_A_NUMBER',
} as const satisfies Record<FieldFault, ErrorCode>;

/** How many bytes of a file decide whether it is UTF-16 without a mark. */
const SNIFF_BYTES = 64;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const CARRIAGE_RETURN = 13;

/** Kinds of text that a file's first bytes tell. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'binary';

/** @param bytes the first of a file, 64 or so */
export function sniffEncoding(bytes: Uint8Array): Encoding {
  const head = bytes.subarray(0, SNIFF_BYTES);
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const half = Math.floor(head.length / 2);
  const zerosAt = (parity: number) => head.filter((byte, i) => i % 2 === parity && byte === 0).length;
  const [even, odd] = [zerosAt(0), zerosAt(1)];
  if (half > 1 && even !== odd && Math.max(even, odd) >= half * 0.8) {
    return odd > even ? 'utf-16le' : 'utf-16be';
  }
  return head.includes(0) ? 'binary' : 'utf-8';
}

/**
 * Reads signal files, fed with bytes as they come from a disk: one signal a line, one separator, decimal point, UTF-8
 * (seed "NanoEdge AI Studio", III.2.i). A value is fround(parseFloat(text)). Holds no more than one line; what a file
 * holds goes to the sink.
 */
export class LineReader {
  readonly #file: string;
  readonly #sink: SignalSink;
  readonly #splitter: LineSplitter;
  readonly #scanner = new NumberScanner();
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #columns = new LineColumns();
  readonly #form = new FindingCollector();
  readonly #commas = new CommaDecimalWatch();
  #head: Uint8Array | undefined = new Uint8Array(0);
  #lineNumber = 0;
  #separator: Separator | null | undefined;
  #commaLines = false;
  #signals = 0;
  #blankBefore: number[] = [];

  constructor(file: string, sink: SignalSink) {
    this.#file = file;
    this.#sink = sink;
    this.#splitter = new LineSplitter(file, (bytes, start, end) => this.#line(bytes, start, end));
  }

  /** @throws NeaiError for a file that is no text, and whatever the sink throws */
  push(bytes: Uint8Array): void {
    if (this.#head === undefined) {
      this.#splitter.push(bytes);
      return;
    }
    const head = new Uint8Array(this.#head.length + bytes.length);
    head.set(this.#head);
    head.set(bytes, this.#head.length);
    this.#head = head;
    if (head.length >= SNIFF_BYTES) this.#begin();
  }

  /** @throws NeaiError as `push` */
  end(): void {
    if (this.#head !== undefined) this.#begin();
    this.#splitter.end();
    this.#judgeCommas();
  }

  /** Refusal of a file without a signal. */
  emptyError(): NeaiError {
    return new NeaiError('SIGNAL_FILE_EMPTY', 'the file holds no signal', {
      file: this.#file,
      got: this.#lineNumber === 0 ? 'no line at all' : `${this.#lineNumber} lines without a value`,
    });
  }

  get separator(): string {
    return separatorName(this.#separator ?? null);
  }

  /** Notes on the form of the file: header, byte order mark, trailing separators, blank lines. */
  get form() {
    return this.#form.findings();
  }

  #begin(): void {
    const head = this.#head!;
    this.#head = undefined;
    const encoding = sniffEncoding(head);
    const place = { file: this.#file, line: 1, column: 1 };
    if (encoding === 'binary') {
      throw new NeaiError('SIGNAL_FILE_UNREADABLE', 'the file is not text: it holds zero bytes', place);
    }
    if (encoding !== 'utf-8') {
      throw new NeaiError('SIGNAL_FILE_UTF16', 'the file is UTF-16, not UTF-8', place);
    }
    const marked = BYTE_ORDER_MARK.every((byte, i) => head[i] === byte);
    if (marked)
      this.#form.note('byte order mark', 1, 'The file begins with a UTF-8 byte order mark; it was skipped.');
    this.#splitter.push(marked ? head.subarray(BYTE_ORDER_MARK.length) : head);
  }

  #line(bytes: Uint8Array, start: number, lineEnd: number): void {
    this.#lineNumber++;
    const end = lineEnd > start && bytes[lineEnd - 1] === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd;
    const passedOver = this.#sink.wants?.() === false;
    if (passedOver && this.#separator !== undefined && holdsText(bytes, start, end)) {
      this.#signals++;
      this.#sink.signal(NO_VALUES, this.#lineNumber, NO_COLUMNS);
      return;
    }
    if (!passedOver && this.#separator !== undefined && !this.#commaLines) {
      const scanner = this.#scanner;
      if (scanner.scan(bytes, start, end, this.#separator?.charCodeAt(0) ?? 0)) {
        if (this.#blankBefore.length > 0) this.#noteBlankLines();
        if (scanner.trailing) this.#noteTrailing();
        this.#signals++;
        this.#columns.ofBytes(bytes, start, end);
        this.#sink.signal(scanner.line(), this.#lineNumber, this.#columns);
        return;
      }
    }
    this.#carefully(this.#decoder.decode(bytes.subarray(start, end)), passedOver);
  }

  #carefully(line: string, passedOver: boolean): void {
    if (line.trim() === '') {
      if (this.#blankBefore.length < MOST_BLANKS_HELD) this.#blankBefore.push(this.#lineNumber);
      return;
    }
    this.#noteBlankLines();
    if (this.#separator === undefined) {
      if (!this.#form.has('header') && isHeader(line)) {
        this.#form.note('header', this.#lineNumber, `A header line was skipped: "${line.slice(0, 40)}".`);
        return;
      }
      this.#separator = findSeparator(line);
      this.#columns.separator = this.#separator;
      this.#commaLines = this.#separator === ',';
    }
    if (passedOver) {
      this.#signals++;
      this.#sink.signal(NO_VALUES, this.#lineNumber, NO_COLUMNS);
    } else this.#signal(line, this.#separator);
  }

  #signal(line: string, separator: Separator | null): void {
    const fields = splitLine(line, separator);
    const values = new Float32Array(fields.length);
    const told = new Set<ErrorCode>();
    const tell = (error: NeaiError): void => {
      if (told.has(error.code)) return;
      told.add(error.code);
      this.#sink.fault(error);
    };
    if (hasTrailingSeparator(line, separator)) this.#noteTrailing();
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i]!;
      if (!isNumber(field)) tell(this.#fieldError(line, fields, i));
      else {
        values[i] = Number.parseFloat(field);
        if (!Number.isFinite(values[i]!)) tell(this.#tooLarge(line, field, i));
      }
    }
    if (told.size > 0) return;
    if (this.#commaLines) {
      this.#commas.line(this.#lineNumber, line.split(',').slice(0, fields.length));
      this.#commaLines = this.#commas.possible;
    }
    this.#signals++;
    this.#columns.ofText(line);
    this.#sink.signal(values, this.#lineNumber, this.#columns);
  }

  #noteTrailing(): void {
    const line = this.#lineNumber;
    if (this.#form.again('trailing separator', () => ({ line, column: 1 }))) return;
    this.#form.note('trailing separator', line, 'Separators at the end of lines were ignored.');
  }

  #noteBlankLines(): void {
    for (const blank of this.#blankBefore) {
      this.#form.note('blank line', blank, 'Blank lines between signals were skipped.');
    }
    this.#blankBefore = [];
  }

  /** Decimal commas between commas parse as numbers, twice as many: only the whole file tells. */
  #judgeCommas(): void {
    const { certain, likely } = this.#commas;
    if (this.#signals === 0 || this.#separator !== ',') return;
    if (certain !== undefined) {
      const error = new NeaiError(
        'SIGNAL_DECIMAL_COMMA',
        `"${certain.text}" is written with a decimal comma`,
        {
          file: this.#file,
          line: certain.line,
          column: certain.column,
          got: `"${certain.text}", between values that commas separate`,
          remedy:
            'Write decimals with a point, or separate the values by semicolons and see what is refused then.',
        },
      );
      this.#sink.fault(error);
    } else if (likely) {
      this.#form.add({
        kind: 'decimal comma',
        level: 'strong',
        message: 'No value has a decimal point, and only every second one ever has a sign.',
        remedy:
          'If decimals are written with commas here (1,5), write them with a point: they count as two values.',
      });
    }
  }

  #fieldError(line: string, fields: readonly string[], index: number): NeaiError {
    const field = fields[index]!;
    const separator = this.#separator ?? null;
    const { expected } = this.#sink;
    const fault = diagnoseField(field, {
      fields,
      separator,
      ...(expected === undefined ? {} : { expected }),
    });
    const shown =
      field === '' ? 'an empty field' : `"${field.length > 40 ? `${field.slice(0, 40)}…` : field}"`;
    const said = {
      'mixed separators': `more than one separator is used (the file's is ${separatorName(separator)})`,
      'decimal comma': `${shown} is written with a decimal comma`,
      'not finite': `${shown} is not a finite number`,
      'not a number': `${shown} is not a number`,
    }[fault];
    return new NeaiError(FAULT_CODES[fault], said, { ...this.#place(line, index), got: shown });
  }

  #tooLarge(line: string, field: string, index: number): NeaiError {
    const got = field.length > 40 ? `${field.slice(0, 40)}…` : field;
    return new NeaiError('SIGNAL_NOT_FINITE', `${got} is too large for a 32-bit float`, {
      ...this.#place(line, index),
      got,
    });
  }

  #place(line: string, fieldIndex: number): { file: string; line: number; column: number } {
    const column = columnOfField(line, this.#separator ?? null, fieldIndex);
    return { file: this.#file, line: this.#lineNumber, column };
  }
}

/** Where values stand in the line being read: its text is made when somebody asks, which is seldom. */
class LineColumns implements ValueColumns {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;
  #text: string | undefined;
  separator: Separator | null = null;

  ofBytes(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#text = undefined;
  }

  ofText(text: string): void {
    this.#text = text;
  }

  column(index: number): number {
    return columnOfField(this.#line(), this.separator, index);
  }

  endColumn(): number {
    return this.#line().length + 1;
  }

  #line(): string {
    this.#text ??= this.#decoder.decode(this.#bytes.subarray(this.#start, this.#end));
    return this.#text;
  }
}

/** A printable ASCII character settles it; other lines are for the careful way. */
function holdsText(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at]! > 32 && bytes[at]! < 127) return true;
  return false;
}

const NO_COLUMNS: ValueColumns = { column: () => 1, endColumn: () => 1 };
const NO_VALUES = new Float32Array(0);
/** Blank lines are noted once a signal follows; a file of nothing else must not fill the memory. */
const MOST_BLANKS_HELD = 1000;
