import { NeaiError } from '../../shared/errors.ts';
import { CommaDecimalWatch } from './comma-decimals.ts';
import type { Finding } from './dataset.ts';
import { FindingCollector } from './finding-collector.ts';
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

export interface ParserOptions {
  /** Name of the file in messages. */
  readonly file: string;
  /** Number of axes that a line's values must divide into; unknown: not checked. */
  readonly axes?: number;
}

/** What a file holds once its last byte is in. */
export interface ParsedSignals {
  readonly values: Float32Array;
  readonly lines: number;
  readonly valuesPerLine: number;
  readonly lineNumbers: readonly number[];
  readonly separator: string;
  /** Notes on the form of the file: header, BOM, trailing separators, blank lines. */
  readonly findings: readonly Finding[];
}

const FAULT_CODES = {
  'mixed separators': 'SIGNAL_MIXED_SEPARATORS',
  'decimal comma': 'SIGNAL_DECIMAL_COMMA',
  'not finite': 'SIGNAL_NOT_FINITE',
  'not a number': 'SIGNAL_NOT_A_NUMBER',
} as const satisfies Record<FieldFault, string>;

const COMMA_COUNT_REMEDY =
  'Give every line the same count of values: axes times buffer size. Where commas separate them, a decimal comma makes two of one.';

/** How many bytes of a file decide whether it is UTF-16 without a mark. */
const SNIFF_BYTES = 64;

/**
 * Parser of signal files, fed with bytes as they come from a disk: one signal a line, one separator, decimal point,
 * UTF-8 (seed "NanoEdge AI Studio", III.2.i). A value is fround(parseFloat(text)). Throws NeaiError at the first
 * fault, with file, line and column.
 */
export class SignalParser {
  readonly #options: ParserOptions;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #form = new FindingCollector();
  readonly #commas = new CommaDecimalWatch();
  readonly #lineNumbers: number[] = [];
  #values = new Float32Array(1024);
  #count = 0;
  #rest = '';
  #lineNumber = 0;
  #started = false;
  #separator: Separator | null | undefined;
  #valuesPerLine: number | undefined;
  #blankBefore: number[] = [];

  constructor(options: ParserOptions) {
    this.#options = options;
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (!this.#started) this.#sniff(bytes);
    this.#rest += this.#decoder.decode(bytes, { stream: true });
    if (!this.#started) {
      this.#started = true;
      this.#dropByteOrderMark();
    }
    let from = 0;
    for (let end = this.#rest.indexOf('\n'); end >= 0; end = this.#rest.indexOf('\n', from)) {
      this.#line(this.#rest.slice(from, end));
      from = end + 1;
    }
    this.#rest = this.#rest.slice(from);
  }

  end(): ParsedSignals {
    this.#rest += this.#decoder.decode();
    if (this.#rest !== '') this.#line(this.#rest);
    if (this.#valuesPerLine === undefined) {
      throw new NeaiError('SIGNAL_FILE_EMPTY', 'the file holds no signal', {
        file: this.#options.file,
        got: this.#lineNumber === 0 ? 'no line at all' : `${this.#lineNumber} lines without a value`,
      });
    }
    this.#judgeCommas();
    return {
      values: this.#values.slice(0, this.#count),
      lines: this.#lineNumbers.length,
      valuesPerLine: this.#valuesPerLine,
      lineNumbers: this.#lineNumbers,
      separator: separatorName(this.#separator ?? null),
      findings: this.#form.findings(),
    };
  }

  #sniff(bytes: Uint8Array): void {
    const head = bytes.subarray(0, SNIFF_BYTES);
    const marked = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
    const zerosAt = (parity: number) => head.filter((byte, i) => i % 2 === parity && byte === 0).length;
    const zeros = [zerosAt(0), zerosAt(1)] as const;
    const half = Math.floor(head.length / 2);
    const utf16 =
      marked || (half > 1 && (zeros[0] >= half * 0.8 || zeros[1] >= half * 0.8) && zeros[0] !== zeros[1]);
    const place = { file: this.#options.file, line: 1, column: 1 };
    if (utf16) throw new NeaiError('SIGNAL_FILE_UTF16', 'the file is UTF-16, not UTF-8', place);
    if (head.includes(0)) {
      throw new NeaiError('SIGNAL_FILE_UNREADABLE', 'the file is not text: it holds zero bytes', place);
    }
  }

  #dropByteOrderMark(): void {
    if (!this.#rest.startsWith('\uFEFF')) return;
    this.#rest = this.#rest.slice(1);
    this.#form.note('byte order mark', 1, 'The file begins with a UTF-8 byte order mark; it was skipped.');
  }

  #line(raw: string): void {
    this.#lineNumber++;
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line.trim() === '') {
      this.#blankBefore.push(this.#lineNumber);
      return;
    }
    for (const blank of this.#blankBefore) {
      this.#form.note('blank line', blank, 'Blank lines between signals were skipped.');
    }
    this.#blankBefore = [];
    if (this.#separator === undefined) {
      if (!this.#form.has('header') && isHeader(line)) {
        this.#form.note('header', this.#lineNumber, `A header line was skipped: "${line.slice(0, 40)}".`);
        return;
      }
      this.#separator = findSeparator(line);
    }
    this.#signal(line, this.#separator);
  }

  #signal(line: string, separator: Separator | null): void {
    const fields = splitLine(line, separator);
    if (hasTrailingSeparator(line, separator)) {
      this.#form.note('trailing separator', this.#lineNumber, 'Separators at the end of lines were ignored.');
    }
    this.#reserve(fields.length);
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i]!;
      if (!isNumber(field)) this.#refuseField(line, fields, i);
      const value = Math.fround(Number.parseFloat(field));
      if (!Number.isFinite(value)) {
        throw new NeaiError('SIGNAL_NOT_FINITE', `${field} is too large for a 32-bit float`, {
          ...this.#place(line, i),
          got: field,
        });
      }
      this.#values[this.#count + i] = value;
    }
    if (separator === ',') this.#watchCommas(line, fields.length);
    if (this.#valuesPerLine === undefined) this.#firstSignal(line, fields.length);
    else if (fields.length !== this.#valuesPerLine) this.#refuseCount(line, fields.length);
    this.#count += fields.length;
    this.#lineNumbers.push(this.#lineNumber);
  }

  #watchCommas(line: string, count: number): void {
    this.#commas.line(this.#lineNumber, line.split(',').slice(0, count));
  }

  /** Decimal commas between commas parse as numbers, twice as many: only the whole file tells. */
  #judgeCommas(): void {
    const { certain, likely } = this.#commas;
    if (certain !== undefined) {
      throw new NeaiError('SIGNAL_DECIMAL_COMMA', `"${certain.text}" is written with a decimal comma`, {
        file: this.#options.file,
        line: certain.line,
        column: certain.column,
        got: `"${certain.text}", between values that commas separate`,
        remedy:
          'Write decimals with a point, or separate the values by semicolons and see what is refused then.',
      });
    }
    if (!likely) return;
    this.#form.add({
      kind: 'decimal comma',
      level: 'strong',
      message: 'No value has a decimal point, and only every second one ever has a sign.',
      remedy:
        'If decimals are written with commas here (1,5), write them with a point: they count as two values.',
    });
  }

  #firstSignal(line: string, count: number): void {
    const { axes } = this.#options;
    if (axes !== undefined && count % axes !== 0) {
      throw new NeaiError(
        'SIGNAL_AXES_MISMATCH',
        `${count} values a line cannot be divided by ${axes} axes`,
        {
          ...this.#place(line, count - (count % axes)),
          asked: `a multiple of ${axes} values`,
          got: `${count} values`,
        },
      );
    }
    this.#valuesPerLine = count;
  }

  #refuseCount(line: string, count: number): never {
    const expected = this.#valuesPerLine!;
    const place = this.#place(line, Math.min(count, expected));
    throw new NeaiError('SIGNAL_WRONG_COUNT', `the line has ${count} values instead of ${expected}`, {
      ...place,
      column: count > expected ? place.column : line.length + 1,
      asked: `${expected} values, as in line ${this.#lineNumbers[0]}`,
      got: `${count} values`,
      ...(this.#separator === ',' && { remedy: COMMA_COUNT_REMEDY }),
    });
  }

  #refuseField(line: string, fields: readonly string[], index: number): never {
    const field = fields[index]!;
    const separator = this.#separator ?? null;
    const expected = this.#valuesPerLine;
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
    throw new NeaiError(FAULT_CODES[fault], said, { ...this.#place(line, index), got: shown });
  }

  #place(line: string, fieldIndex: number): { file: string; line: number; column: number } {
    const column = columnOfField(line, this.#separator ?? null, fieldIndex);
    return { file: this.#options.file, line: this.#lineNumber, column };
  }

  #reserve(extra: number): void {
    if (this.#count + extra <= this.#values.length) return;
    const grown = new Float32Array(Math.max(this.#values.length * 2, this.#count + extra));
    grown.set(this.#values.subarray(0, this.#count));
    this.#values = grown;
  }
}
