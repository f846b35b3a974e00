import {
  hasTrailingSeparator,
  isDecimalComma,
  isNotFinite,
  isNumber,
  type Separator,
  splitLine,
} from '../separator.ts';

/** What can be wrong with a line and put right without guessing. */
export type LineChange = 'quotes' | 'trailing separator' | 'decimal comma' | 'mixed separators';

/** Why a line cannot stay. */
export type DropReason =
  | 'header'
  | 'blank line'
  | 'NaN or infinity'
  | 'not a number'
  | 'wrong count'
  | 'duplicate';

/** One way to read a line: its numbers with decimal points, and what had to be put right for that. */
export interface Reading {
  readonly numbers: readonly string[];
  readonly changes: readonly LineChange[];
}

const ANY_SEPARATOR = /[;,\t ]+/;
/** A comma inside quotes, in a line whose other values commas separate, is no separator. */
const QUOTED_DECIMAL = /(["'])([+-]?\d+),(\d+(?:e[+-]?\d+)?)\1/gi;
const LARGEST = 3.4028234663852886e38;

/**
 * All readings of a line under the file's separator, the most literal first. A comma inside a field between semicolons
 * or tabs is a decimal comma; between spaces it may be that or a separator, and the count of values decides.
 * @returns none when some field is no number, however it is read
 */
export function readingsOf(line: string, separator: Separator | null): Reading[] {
  const pointed =
    separator === ','
      ? line.replaceAll(QUOTED_DECIMAL, (field, quote: string, whole: string, fraction: string) =>
          field === line ? field : `${quote}${whole}.${fraction}${quote}`,
        )
      : line;
  const bare = withoutQuotes(pointed);
  const fixed: LineChange[] = bare === pointed ? [] : ['quotes'];
  if (pointed !== line) fixed.push('decimal comma');
  if (hasTrailingSeparator(bare, separator)) fixed.push('trailing separator');
  const fields = splitLine(bare, separator);
  if (fields.every(isNumber)) return [{ numbers: fields, changes: fixed }];
  const readings: Reading[] = [];
  if (separator !== ',' && fields.every((field) => isNumber(field) || isDecimalComma(field))) {
    const numbers = fields.map((field) => field.replace(',', '.'));
    readings.push({ numbers, changes: [...fixed, 'decimal comma'] });
    if (separator !== ' ' && separator !== null) return readings;
  }
  const apart = bare.split(ANY_SEPARATOR).filter((field) => field !== '');
  // Two separators in a row leave a value out: that is no other separator.
  const gap = separator !== null && separator !== ' ' && fields.includes('');
  if (!gap && apart.length > 0 && apart.every(isNumber)) {
    readings.push({ numbers: apart, changes: [...fixed, 'mixed separators'] });
  }
  return readings;
}

/** A line as if its fields had no quotes. */
export const withoutQuotes = (line: string): string => line.replaceAll(/["']/g, '');

/** A number too large for a 32-bit float is refused like infinity. */
export const isFiniteNumber = (text: string): boolean =>
  isNumber(text) && Math.abs(Number.parseFloat(text)) <= LARGEST;

/** Why a line that has no reading is dropped. */
export function whyUnreadable(line: string, separator: Separator | null): DropReason {
  const fields = splitLine(line, separator);
  return fields.some(isNotFinite) ? 'NaN or infinity' : 'not a number';
}
