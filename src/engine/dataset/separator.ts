/** Separators that a signal file may use, in the order in which they are looked for. */
export type Separator = ';' | '\t' | ',' | ' ';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const DECIMAL_COMMA = /^[+-]?\d*,\d+(?:[eE][+-]?\d+)?$/;
const NOT_FINITE = /^[+-]?(?:nan|inf|infinity|1\.#\w+)$/i;
const ANY_SEPARATOR = /[;,\t ]+/;

export const isNumber = (field: string): boolean => NUMBER.test(field);
export const isDecimalComma = (field: string): boolean => DECIMAL_COMMA.test(field);
export const isNotFinite = (field: string): boolean => NOT_FINITE.test(field);

const NAMES: Record<Separator, string> = { ';': 'semicolon', '\t': 'tab', ',': 'comma', ' ': 'space' };
export const separatorName = (separator: Separator | null): string =>
  separator === null ? 'none' : NAMES[separator];

/** Fields of a line without its trailing separators; spaces around another separator are padding. */
export function splitLine(line: string, separator: Separator | null): string[] {
  if (separator === null) return [line.trim()];
  if (separator === ' ') return line.trim().split(/ +/);
  const fields = line.split(separator);
  for (let i = 0; i < fields.length; i++) fields[i] = fields[i]!.trim();
  while (fields.length > 1 && fields[fields.length - 1] === '') fields.pop();
  return fields;
}

/** True when the line ends in a separator that separates nothing. */
export function hasTrailingSeparator(line: string, separator: Separator | null): boolean {
  if (separator === null) return /[;,\t ]$/.test(line);
  return separator === ' '
    ? line.endsWith(' ')
    : line.trimEnd().endsWith(separator) || line.endsWith(separator);
}

/**
 * The separator of a file, judged by its first line of values: the strongest character present. A line with
 * commas and spaces is comma separated when spaces only pad the commas ("1, 2, 3"), else space separated, which
 * leaves "1,5" fields for the diagnosis below.
 */
export function findSeparator(line: string): Separator | null {
  const text = line.trim();
  if (text.includes(';')) return ';';
  if (text.includes('\t')) return '\t';
  if (text.includes(',')) return splitLine(text, ',').some((field) => field.includes(' ')) ? ' ' : ',';
  return text.includes(' ') ? ' ' : null;
}

/** A header has no field that could be a value, not even a badly written one. */
export function isHeader(line: string): boolean {
  const fields = splitLine(line, findSeparator(line));
  return !fields.some(
    (field) => isNumber(field) || isDecimalComma(field) || isNotFinite(field) || field === '',
  );
}

export type FieldFault = 'mixed separators' | 'decimal comma' | 'not finite' | 'not a number';

/**
 * Why a field is not a number. "1,5" inside a field is a decimal comma, unless taking every comma for a separator
 * gives just the count of values that the line should have. On the first line no count is known yet: between
 * semicolons or tabs a comma is taken for decimal, between spaces only when at least half of the fields have one
 * ("0,5 1 0,7" against "1,2 3 4").
 */
export function diagnoseField(
  field: string,
  line: {
    readonly fields: readonly string[];
    readonly separator: Separator | null;
    readonly expected?: number;
  },
): FieldFault {
  if (isNotFinite(field)) return 'not finite';
  const parts = field.split(ANY_SEPARATOR).filter((part) => part !== '');
  if (isDecimalComma(field)) {
    const apart = line.fields.join(' ').split(ANY_SEPARATOR).length;
    if (line.expected !== undefined) return apart === line.expected ? 'mixed separators' : 'decimal comma';
    const commas = line.fields.filter(isDecimalComma).length;
    return line.separator === ' ' && 2 * commas < line.fields.length ? 'mixed separators' : 'decimal comma';
  }
  const severalValues = parts.length > 1 && parts.every((part) => isNumber(part) || isDecimalComma(part));
  return severalValues ? 'mixed separators' : 'not a number';
}

/** 1-based column of field `index` in the line as it stands in the file. */
export function columnOfField(line: string, separator: Separator | null, index: number): number {
  let at = 0;
  if (separator === null || separator === ' ') {
    while (line[at] === ' ') at++;
    if (separator === null) return at + 1;
    for (let i = 0; i < index; i++) {
      while (at < line.length && line[at] !== ' ') at++;
      while (line[at] === ' ') at++;
    }
    return at + 1;
  }
  for (let i = 0; i < index; i++) at = line.indexOf(separator, at) + 1;
  while (line[at] === ' ') at++;
  return at + 1;
}
